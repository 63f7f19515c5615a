#!/bin/sh
# wait: until a condition holds, of what is and of every sample; what it says
# then, and its exit status.  The script of the README that stops a load test.
. tests/cli/lib.sh

trap 'forget "$dir/loadtest"; cleanup' EXIT
export LC_ALL=C.UTF-8

# A load test that obeys: say WORD... tells it something.
start_loadtest() {
	[ -f "$dir/loadtest" ] || cp "$B/examples/loadtest" "$dir/" || exit 1
	rm -f "$dir/words"
	mkfifo "$dir/words"
	LD_LIBRARY_PATH=$PWD/$B "$dir/loadtest" <"$dir/words" >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	exec 3>"$dir/words"
	wait_for "$dbgtop" path "$pid"
}
say() { echo "$@" >&3; }

# wait_behind ARGUMENT...: in the background; goes on when it has looked once.
wait_behind() {
	rm -f "$dir/status"
	{
		"$dbgtop" wait "$pid" -v "$@" >"$dir/out" 2>"$dir/err"
		echo $? >"$dir/status"
	} &
	started="$started $!"
	wait_for grep -q 'nothing is called no:such yet' "$dir/err"
}
# expect_end STATUS
expect_end() {
	wait_for test -s "$dir/status"
	[ "$(cat "$dir/status")" -eq "$1" ] ||
		die "exit $(cat "$dir/status"), not $1: $(cat "$dir/out" "$dir/err")"
}
never='or no:such > 0' # so that the first look says something

start_loadtest

# ---- at once -----------------------------------------------------------------

expect_exit 0 "$dbgtop" wait "$pid" 'requests:level = 0 and state() = live'
expect_match '^held after [0-9.]* [mu]\{0,1\}s: requests:level = 0, state() = live$'
expect_exit 1 "$dbgtop" wait "$pid" 'requests:level > 0' --timeout 0
expect_out ''
expect_err "loadtest (pid $pid): it does not hold: requests:level = 0\$"
expect_exit 1 "$dbgtop" wait "$pid" 'requests:level > 0' --timeout 200ms -q
[ -z "$(cat "$dir/out" "$dir/err")" ] || die 'not quiet'
# Rates and percentiles are known from the first look on, when the program has been
# running for an interval.
sampled() { [ "$("$dbgtop" tail "$pid" requests:sent -O jsonl | wc -l)" -ge 15 ]; }
wait_for sampled
expect_exit 0 "$dbgtop" wait "$pid" 'rate(requests:sent) > 1kB' --timeout 0
expect_exit 0 "$dbgtop" wait "$pid" 'p99(requests:latency) = 500us' --timeout 0

# ---- later -------------------------------------------------------------------

wait_behind "requests:level > 5 $never" -i 50ms --timeout 60s
say level 6
expect_end 0
expect_match ': requests:level = 6, no:such not known$'

# What is registered later.
wait_behind "more:seven = 7 or no:such" -i 50ms --timeout 60s
say more
expect_end 0

# Percentiles are of what came lately: half a minute of quick ones hides nothing.
wait_behind "p99(requests:latency) > 5ms $never" -i 200ms --timeout 60s
say slow
expect_end 0
say fast

# Rows of tables, and hearts.
wait_behind "rows(connections) >= 3 $never" -i 50ms --timeout 60s
say peers 3
expect_end 0
wait_behind "connections:state = writes $never" -i 50ms --timeout 60s
say move
expect_end 0
expect_match 'connections\[0.1\].state = writes'
wait_behind "late(health) $never" -i 50ms --timeout 60s
say late
expect_end 0

# ---- between two looks -------------------------------------------------------

# The queue is not empty at one tick only; the next look is long after that.
wait_behind "requests:queue > 5 $never" -i 4s --timeout 4s -j
say spike 9
expect_end 0
json "d['schema'] == 'dbgtop.wait/1' and d['outcome'] == 'held' and
    d['sampled'] and d['values'][0] == {'name': 'requests:queue',
    'address': 'requests:queue', 'function': '', 'unit': None,
    'per_second': False, 'value': 9} and d['target']['pid'] == $pid and
    d['after_ns'] < 4000000000 and d['values'][1]['value'] is None"
# So it was.
moment=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["time"])' "$dir/out")
expect_exit 0 "$dbgtop" get "$pid" requests:queue --at "$moment"
expect_out 9

# ---- it does not -------------------------------------------------------------

expect_exit 1 "$dbgtop" wait "$pid" 'requests:level > 9' --timeout 100ms -j
json "d['outcome'] == 'timed_out' and d['values'][0]['value'] == 6"
expect_exit 2 "$dbgtop" wait "$pid" 'requests:level >'
expect_err 'column 17: a number is missing after ">"'
expect_exit 2 "$dbgtop" wait "$pid" 'fast(requests:level) > 1'
expect_err 'column 1: no function has this name'
expect_exit 2 "$dbgtop" wait "$pid" '"/(/" > 1'
expect_exit 2 "$dbgtop" wait "$pid"
expect_exit 2 "$dbgtop" wait "$pid" 'late()' --timeout soon
expect_exit 2 "$dbgtop" wait "$pid" 'late()' -O csv
expect_exit 3 "$dbgtop" wait 999999999 'late()'
expect_exit 3 "$dbgtop" wait "no-such-$$" 'late()'
head -c 4096 /dev/zero >"$dir/zero.dbg"
expect_exit 5 "$dbgtop" wait "$dir/zero.dbg" 'late()'

# ---- with the snapshot of that moment ----------------------------------------

expect_exit 0 "$dbgtop" wait "$pid" 'requests:level = 6' --snapshot "$dir/six.zip"
expect_exit 0 "$dbgtop" get "$dir/six.zip" requests:level
expect_out 6
expect_exit 7 "$dbgtop" wait "$pid" 'requests:level = 6' --snapshot "$dir/no/six.zip"
expect_match '^held after'
expect_exit 0 "$dbgtop" wait "$dir/six.zip" 'requests:level = 6'
expect_exit 6 "$dbgtop" wait "$dir/six.zip" 'requests:level = 7'

# ---- it goes away ------------------------------------------------------------

wait_behind "requests:level = 7 $never" -i 50ms --timeout 60s
kill -KILL "$pid"
expect_end 6
grep -q "loadtest (pid $pid): dead since .*: requests:level = 6" "$dir/err" ||
	die "not said why: $(cat "$dir/err")"
expect_exit 6 "$dbgtop" wait "$pid" 'requests:level = 7'
expect_exit 0 "$dbgtop" wait "$pid" 'state() = dead and requests:level = 6'
rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg

# Its last words hold, too; and it ends as programs should.
start_loadtest
wait_behind "requests:level = 7 $never" -i 50ms --timeout 60s
say end
expect_end 6

# ---- a shell that becomes the program ----------------------------------------

mkfifo "$dir/go"
# shellcheck disable=SC2016 # of that shell
LD_LIBRARY_PATH=$PWD/$B sh -c 'read -r go <"$0/go"; exec "$0/loadtest"' "$dir" \
    </dev/null >/dev/null 2>&1 &
pid=$!
started="$started $pid"
wait_behind "count(requests:latency) > 40 $never" -i 50ms --timeout 60s
echo go >"$dir/go"
expect_end 0
kill -KILL "$pid"

# ---- the script of the README ------------------------------------------------

awk '/^```sh$/ { text = ""; inside = 1; next }
	/^```/ && inside { inside = 0; if (text ~ / wait /) printf "%s", text }
	inside { text = text $0 "\n" }' README.md >"$dir/script"
grep -q 'p99(' "$dir/script" || die 'the README does not stop a load test'
grep -v '^make ' "$dir/script" |
	sed -e "s|build/slow.zip|$dir/slow.zip|g" -e "s|build/|$B/|g" \
	    -e "s|$B/examples/|$dir/|" >"$dir/run"
export LD_LIBRARY_PATH="$PWD/$B"
expect_exit 0 timeout 110 sh -e "$dir/run"
expect_match '^held after .*: p99(requests:latency) = [5-7][0-9]\{6\}$'
expect_match '^20.*  [5-7][0-9]\{6\}$'
stopped() { ! readlink /proc/[0-9]*/exe | grep -qxF "$dir/loadtest"; }
wait_for stopped
