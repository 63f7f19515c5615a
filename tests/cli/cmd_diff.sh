#!/bin/sh
# diff: what two processes, moments and snapshots differ in, as text and for
# programs; its exit status says whether they do.
. tests/cli/lib.sh

trap 'forget "$dir/loadtest"; cleanup' EXIT
export LC_ALL=C.UTF-8

cp "$B/examples/loadtest" "$dir/" || exit 1
mkfifo "$dir/one.words" "$dir/other.words"
LD_LIBRARY_PATH=$PWD/$B "$dir/loadtest" <"$dir/one.words" >/dev/null 2>&1 &
one=$!
LD_LIBRARY_PATH=$PWD/$B "$dir/loadtest" <"$dir/other.words" >/dev/null 2>&1 &
other=$!
started="$one $other"
exec 3>"$dir/one.words" 4>"$dir/other.words"
wait_for "$dbgtop" path "$one"
wait_for "$dbgtop" path "$other"

# until PID EXPRESSION: what was said has been done and recorded.
until_it() { "$dbgtop" wait --timeout 60s -i 50ms -q "$@" || die "never: $*"; }
recorded() {
	[ "$("$dbgtop" tail "$1" "$2" -n 1 -O jsonl |
		sed 's/.*"value":\([0-9]*\).*/\1/')" = "$3" ]
}
both() {
	echo "$@" >&3
	echo "$@" >&4
}

# expect_line WHERE A B CHANGE: patterns.
expect_line() {
	grep -qE "^$1  +$2  +$3  +$4\$" "$dir/out" ||
		die "no line $* in: $(cat "$dir/out")"
}

both peers 3
both level 100
until_it "$one" 'rows(connections) = 3 and requests:level = 100'
until_it "$other" 'rows(connections) = 3 and requests:level = 100'
wait_for recorded "$one" requests:level 100
wait_for recorded "$other" requests:level 100
expect_exit 0 "$dbgtop" snapshot "$other" -o "$dir/before.zip"

# ---- the same ----------------------------------------------------------------

expect_exit 0 "$dbgtop" diff "$dir/before.zip" "$dir/before.zip"
expect_match '^no differences$'
expect_exit 0 "$dbgtop" diff "$dir/before.zip" "$dir/before.zip" -q
expect_out ''
expect_exit 0 "$dbgtop" diff "$dir/before.zip" "$dir/before.zip" -a -j
json "d['schema'] == 'dbgtop.diff/1' and d['same'] is True and
    d['differences'] == [] and d['a']['target']['pid'] == $other"

# ---- two processes -----------------------------------------------------------

moment=$(date +%s.%N)
for word in slow 'peers 4' move late more 'fail 41'; do
	echo "$word" >&4
done
until_it "$other" 'requests:failed = 41 and more:seven = 7'
wait_for recorded "$other" requests:failed 41
# Long after that moment: for longer than any interval below nothing has failed.
until_it "$other" 'rate(requests:failed) = 0' -i 500ms

expect_exit 1 "$dbgtop" diff "$one" "$other" -i 300ms
expect_match "^A  loadtest  pid $one  live  20.*Z\$"
expect_match '^WHERE  *A  *B  CHANGE$'
expect_line more - profile 'only B'
expect_line requests:failed 0 41 up
expect_line 'p99\(requests:latency\)' '5[0-9]{5}' '[78][0-9]{6}' 'x 1[4-6].*'
expect_line 'connections\[peer-0\].state' reads writes changed
expect_line 'connections\[peer-3\]' - row 'only B'
expect_line 'rows\(health\)' 1 2 'x 2'
expect_line 'health\[stuck\]' - row 'only B'
expect_no_match 'since'
expect_no_match 'requests:level'
# The other way round.
expect_exit 1 "$dbgtop" diff "$other" "$one" -i 300ms
expect_line more profile - 'only A'
expect_line requests:failed 41 0 down
expect_line 'rows\(health\)' 2 1 '/ 2'

expect_exit 1 "$dbgtop" diff "$one" "$other" -j -i 300ms
json "[one for one in d['differences'] if one['where'] == 'requests:failed'] ==
    [{'where': 'requests:failed', 'what': 'value', 'path': 'requests',
    'side': 'both', 'a': 0, 'b': 41, 'unit': None, 'per_second': False,
    'ratio': None, 'score': 0.95}]"
json "[one['score'] for one in d['differences']] ==
    sorted((one['score'] for one in d['differences']), reverse=True)"
expect_exit 1 "$dbgtop" diff "$one" "$other" -O csv -i 300ms
expect_match '^"where","what","path","side","a","b",'
expect_match '^"more","profile","more","b","","",'
expect_exit 1 "$dbgtop" diff "$one" "$other" -a
expect_match '^connections\[peer-0\].since '
expect_match '^health.main..thread '

# ---- two moments -------------------------------------------------------------

# Rates are not judged here: how busy the machine is differs from time to time.
moments() {
	grep -v '^[^ ]*process:' "$dir/out" >"$dir/mine"
	for line in 'more  *-  *profile  only B' 'requests:failed  *0  *41  up' \
	    'connections.peer-0..state  *reads  *writes  changed' \
	    'rows(connections)  *3  *4  +33.3 %'; do
		grep -q "^$line\$" "$dir/mine" || die "no $line: $(cat "$dir/out")"
	done
	! grep -q "requests:level\|peer-1" "$dir/mine" || die "$(cat "$dir/out")"
}
expect_exit 1 "$dbgtop" diff "$other" --since "@$moment" -i 200ms
moments
expect_exit 1 "$dbgtop" diff "$other" --since "@$moment" --until 1ms -i 200ms
moments
expect_exit 1 "$dbgtop" diff "$other@@$moment" "$other" -i 200ms
moments
expect_exit 1 "$dbgtop" diff "$other@@$moment" -i 200ms
moments
# At the same moment in the past the two were alike, but for what the kernel says.
run "$dbgtop" diff "$one" "$other" --at "@$moment" -i 200ms -q
grep -v 'process:\|^rate(' "$dir/out" >"$dir/mine"
[ ! -s "$dir/mine" ] || die "then: $(cat "$dir/out")"

# ---- snapshots, and the dead -------------------------------------------------

expect_exit 0 "$dbgtop" snapshot "$other" -o "$dir/after.zip"
expect_exit 1 "$dbgtop" diff "$dir/before.zip" "$dir/after.zip" -i 200ms
moments
kill -KILL "$other"
wait "$other" 2>/dev/null
expect_exit 1 "$dbgtop" diff "$dir/before.zip" "$other" -i 200ms
moments
expect_line 'state\(\)' live dead changed
# A file's name is a file's name.
cp "$dir/after.zip" "$dir/was@10m"
expect_exit 1 "$dbgtop" diff "$dir/before.zip" "$dir/was@10m" -i 200ms
moments

# ---- what it cannot do -------------------------------------------------------

expect_exit 2 "$dbgtop" diff "$one"
expect_err 'with what? A second target, or --since a time'
expect_exit 2 "$dbgtop" diff "$one" "$other" --since 1m
expect_exit 2 "$dbgtop" diff "$one" --since yesterday
expect_exit 2 "$dbgtop" diff "$one" --at 1m
expect_exit 2 "$dbgtop" diff "$one" :all
expect_exit 3 "$dbgtop" diff "$one" "no-such-$$"
expect_exit 3 "$dbgtop" diff "$one" --since 10h
expect_err "its history reaches back to 20"
head -c 4096 /dev/zero >"$dir/zero.dbg"
expect_exit 5 "$dbgtop" diff "$one" "$dir/zero.dbg"

# ---- two that know nothing of all this ---------------------------------------

sleep 1000 &
started="$started $!"
quiet=$!
yes >/dev/null &
started="$started $!"
expect_exit 1 "$dbgtop" diff "$quiet" $! -j
json "any(one['where'] == 'rate(io:written)' and one['a'] == 0 and
    one['b'] > 1000 for one in d['differences'])"
json "not any(one['where'].endswith('pid') for one in d['differences'])"
