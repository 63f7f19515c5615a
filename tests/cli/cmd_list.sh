#!/bin/sh
# list: a line for each region, its states, and what a stranger is told.
. tests/cli/lib.sh

start_publisher acceptance
line() {
	grep "^ *$pid " "$dir/out" || die "no line of $pid: $(cat "$dir/out")"
}

expect_exit 0 "$dbgtop" list
expect_match '^ *PID  NAME .* AGE_NS .* SIZE_BYTES '
line | grep -q " $name  *$(id -un)  *live " || die "not live: $(line)"
expect_exit 0 "$dbgtop" list -q
expect_no_match PID

# As JSON, with the keys that scripts know.
expect_exit 0 "$dbgtop" list -j
json "d['schema'] == 'dbgtop.list/1' and d['time'].endswith('Z')"
json "set('pid name user state source path uptime_ns age_ns profiles'.split() +
    'metrics rows size_bytes alerts reason'.split()) <= set(d['regions'][0])"
json "[(r['state'], r['source'], r['rows'], r['reason'], r['alerts'])
    for r in d['regions'] if r['pid'] == $pid] == [('live', 'own', 3, None, 0)]"

# One record a line; quoted fields.
expect_exit 0 "$dbgtop" list -O jsonl
[ "$(grep -c "^{\"pid\":$pid," "$dir/out")" = 1 ] || die "jsonl"
expect_exit 0 "$dbgtop" list -O csv
expect_match '^"pid","name","user","state",'
expect_match "^\"$pid\",\"$name\","

# Only one user's.
expect_exit 0 "$dbgtop" list -u "$(id -u)"
line >/dev/null
expect_exit 2 "$dbgtop" list -u no-such-user
expect_err 'no such user'

# Stopped, then dead since then.
kill -STOP "$pid"
is_stopped() { "$dbgtop" list -q | grep -q "^ *$pid .* stopped "; }
wait_for is_stopped
kill -KILL "$pid"
is_dead() { "$dbgtop" list -q | grep -q "^ *$pid .* dead "; }
wait_for is_dead
expect_exit 0 "$dbgtop" list
line | grep -q 'dead since 20..-..-..T..:..:..Z (.* ago)$' || die "$(line)"

# Of the dead the last to end comes first.
first=$pid
start_publisher acceptance
kill -KILL "$pid"
wait_for is_dead
run "$dbgtop" list -q
awk -v last="$pid" -v first="$first" '
	$1 == last { at = NR }
	$1 == first { exit !(at > 0) }' "$dir/out" ||
	die "$pid ended after $first: $(cat "$dir/out")"

# A stranger sees that there is something, and why not more.
[ "$(id -u)" -eq 0 ] || exit 0
cp "$dbgtop" "$dir/dbgtop"
expect_exit 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$dir/dbgtop" list
line | grep -q ' unreadable .*owner root, mode 0[47]00; try as root' ||
	grep -q ' unreadable .*dbgtop-0: owner root, mode 0700' "$dir/out" ||
	die "nothing unreadable: $(cat "$dir/out")"
