#!/bin/sh
# A program that leaks files is shown with the leaking line on top; when the
# table is full of leaked files the oldest stay, and the others are counted.
. tests/cli/lib.sh

line=$(grep -n '/\* leaks \*/' tests/examples/leak.c | cut -d: -f1)
[ -n "$line" ] || die "which line leaks?"
leaking=leak.c:$line

mkfifo "$dir/requests" || exit 1
"$B/examples/leak" <"$dir/requests" >"$dir/served" &
pid=$!
started=$pid
exec 3>"$dir/requests"
wait_for "$dbgtop" path "$pid"

served=0
# serve COUNT: returns when they are served.
serve() {
	echo "$1" >&3
	served=$((served + 1))
	wait_for sh -c "[ \"\$(wc -l <'$dir/served')\" -eq $served ]"
}

serve 5
expect_exit 0 "$dbgtop" show "$pid" files
# The first line of the table that names a place names the leaking one.
first=$(grep -oE 'leak\.c:[0-9]+' "$dir/out" | head -n 1)
[ "$first" = "$leaking" ] ||
	die "$first is on top, not $leaking: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" show -j "$pid" files
json "[p['table']['dropped'] for p in d['profiles']] == [0]"
# All that leaked, oldest on top, then what was closed, with both its lines.
json "(lambda rows:
    [r['state'] for r in rows] == ['live'] * 5 + ['finished'] * 5 and
    all(r['cells']['opened'].endswith('$leaking') and
	r['cells']['closed'] == '' and r['cells']['held'] > 0
	for r in rows[:5]) and
    [r['cells']['held'] for r in rows[:5]] ==
	sorted((r['cells']['held'] for r in rows[:5]), reverse=True) and
    all('leak.c:' in r['cells']['opened'] and
	'leak.c:' in r['cells']['closed'] for r in rows[5:])
    )(d['profiles'][0]['table']['rows'])"
cp "$dir/out" "$dir/few"

# The icon of the sixteenth request takes the last row; nothing has room after.
serve 195
expect_exit 0 "$dbgtop" show -j "$pid" files
json "(lambda rows, before:
    len(rows) == 16 and all(r['state'] == 'live' and
	r['cells']['opened'].endswith('$leaking') for r in rows) and
    [r['id'] for r in rows[:5]] == [r['id'] for r in before[:5]]
    )(d['profiles'][0]['table']['rows'],
    json.load(open('$dir/few'))['profiles'][0]['table']['rows'])"
json "d['profiles'][0]['table']['dropped'] == 1 + 2 * (200 - 16)"
json "[m['value'] for m in d['profiles'][0]['metrics']
    if m['name'] == 'unmatched_closes'] == [1 + (200 - 16)]"
