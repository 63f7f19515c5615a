#!/bin/sh
# Targets: a PID, a name, one of several of a name, a file, everything.
. tests/cli/lib.sh

start_publisher acceptance one$$
one=$pid
start_publisher acceptance two$$
two=$pid

expect_exit 0 "$dbgtop" get "one$$" net/peers:sent
expect_out 3006
expect_exit 0 "$dbgtop" path "two$$"
expect_match "/$two-"

# Several of a name: exit 3 and the candidates, a number chooses.
LD_LIBRARY_PATH=$PWD/$B "$dir/one$$" >/dev/null 2>&1 &
three=$!
started="$started $three"
wait_for "$dbgtop" path "$three"
expect_exit 3 "$dbgtop" show "one$$"
expect_out ''
expect_err "one$$: several processes have this name"
expect_err "one$$:1	pid $one	"
expect_err "one$$:2	pid $three	"
expect_exit 0 "$dbgtop" path "one$$:2"
expect_match "/$three-"
expect_exit 0 "$dbgtop" path "one$$:*"
[ "$(wc -l <"$dir/out")" -eq 2 ] || die "not two: $(cat "$dir/out")"
expect_exit 3 "$dbgtop" path "one$$:3"
expect_exit 0 "$dbgtop" show -j "one$$:*" net/peers
json "sorted(t['target']['pid'] for t in d['targets']) == sorted([$one, $three])"
expect_exit 0 "$dbgtop" show -j :all process
json "{$one, $two, $three} <= {t['target']['pid'] for t in d['targets']}"

# When one of them dies its name means the other again.
kill -KILL "$one"
only_three() { "$dbgtop" path "one$$" | grep -q "/$three-"; }
wait_for only_three
# And of the dead the newest.
kill -KILL "$three"
is_dead() { "$dbgtop" show "one$$" | grep -q '^dead since'; }
wait_for is_dead
expect_exit 0 "$dbgtop" path "one$$"
expect_match "/$three-"

# A copy of a region is a target too.
cp "$("$dbgtop" path "$two")" "$dir/copy.dbg"
(cd "$dir" && "$OLDPWD/$dbgtop" get ./copy.dbg net/peers:sent) >"$dir/out" ||
	die "copy: exit $?"
expect_out 3006

# What is none.
expect_exit 3 "$dbgtop" show no-such-name-$$
expect_err 'no process and no region has this name'
expect_exit 3 "$dbgtop" show 999999999
expect_err '999999999: no such process, and no region of one'
expect_exit 3 "$dbgtop" show "$dir/nothing.dbg"
expect_exit 2 "$dbgtop" show 99999999999
expect_exit 2 "$dbgtop" show ''
expect_exit 2 "$dbgtop" show ssh://-host/1

# A thread is named with its process.
thread=$(ls "/proc/$two/task" | grep -vx "$two" | head -n 1)
[ -z "$thread" ] || {
	expect_exit 3 "$dbgtop" show "$thread"
	expect_err "$thread: a thread of process $two"
}
