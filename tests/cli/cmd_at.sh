#!/bin/sh
# --at: show and get print the past as they print the present.
. tests/cli/lib.sh

trap 'forget "$dir/minutes"; cleanup' EXIT
export LC_ALL=C.UTF-8

# second N: the N-th simulated one, as a time on the wall clock.
second() {
	"$dbgtop" tail "$1" net/peers:queue --since 1d -O jsonl |
	    sed -n "$2"'s/.*"time":"\([^"]*\)".*/\1/p'
}

# logged N: what the program had then.
logged() {
	sed -n "$1p" "$dir/log"
}

# at TARGET N: everything of that second.
at() {
	when=$(second "$1" "$2")
	# shellcheck disable=SC2046
	set -- "$1" "$2" $(logged "$2")
	expect_exit 0 "$dbgtop" get "$1" --at "$when" net/peers:sent \
	    net/peers:queue net/peers:latency
	expect_out "$4
$5
$6"
	expect_exit 0 "$dbgtop" get "$1" --at "$when" --sum net/peers:latency
	expect_out "$7"
	expect_exit 0 "$dbgtop" show "$1" --at "$when" -j net/peers
	logged "$2" >"$dir/then"
	json "d['past']['ago_ns'] >= 0 and d['time'] == '$when' and
	    d['past']['at'] == d['time'] and
	    [m['value'] for m in d['profiles'][0]['metrics'][:2]] == [$4, $5] and
	    d['profiles'][0]['metrics'][2]['count'] == $6 and
	    sorted('%d:%d' % (r['cells']['number'], r['cells']['done'])
		for r in d['profiles'][0]['table']['rows']) ==
	    sorted(open('$dir/then').read().split()[5:])"
}

start_minutes 180 12
for n in 1 2 60 90 91 180; do
	at "$pid" $n
done

# Ages are counted to the time that is asked for.
when=$(second "$pid" 100)
expect_exit 0 "$dbgtop" get "$pid" --at "$when" --age net/peers:sent
expect_out 0

# The rate is that of then.
# shellcheck disable=SC2046
set -- $(logged 99) end $(logged 100)
expect_exit 0 "$dbgtop" get "$pid" --at "$when" --rate net/peers:sent
while [ "$1" != end ]; do
	[ $# -lt 3 ] || before=${before:-$2}
	shift
done
expect_out $(($3 - before))
# After a gap there is none.
expect_exit 1 "$dbgtop" get "$pid" --at "$(second "$pid" 91)" --rate \
    net/peers:sent
expect_err 'not known yet'

# The head says so; what was not there yet is not.
expect_exit 0 "$dbgtop" show "$pid" --at 2m
expect_match '^PAST 2m00s ago (20.*Z)'
expect_match ', now live$'
expect_match '^history reaches back to 20'
expect_match '^late'
expect_exit 0 "$dbgtop" show "$pid" --at 3m
expect_no_match '^late'
expect_exit 1 "$dbgtop" show "$pid" --at 3m late
expect_err 'late: nothing of that name'
# 90 simulated seconds ago nothing was recorded.
expect_exit 0 "$dbgtop" show "$pid" --at 95s net/peers
expect_match '^a gap: nothing was recorded for 13.0 s around that time$'

# It reaches only so far, and that is said.
expect_exit 1 "$dbgtop" show "$pid" --at 1h
expect_err "minutes (pid $pid): its history reaches back to 20.* (3m1[0-9]s ago)"
[ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ] || die "more was said"
expect_exit 1 "$dbgtop" get "$pid" --at 1h net/peers:sent
expect_err 'its history reaches back to'
expect_exit 2 "$dbgtop" show "$pid" --at soon
expect_err '\-\-at soon: it is 10m (ago)'
expect_exit 2 "$dbgtop" show "$pid" --at 1m -n 2
expect_exit 2 "$dbgtop" list --at 1m

# Killed, and on another path.
kill -KILL "$pid"
wait "$pid" 2>/dev/null
for n in 1 100 180; do
	at "$pid" $n
done
expect_exit 0 "$dbgtop" show "$pid" --at 2m
expect_match ', now dead since 20'
expect_no_match 'at death\|it died'
cp "$("$dbgtop" path "$pid")" "$dir/copy.dbg"
rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg
for n in 1 100 180; do
	at "$dir/copy.dbg" $n
done

# No history at all.
DBGSHM_HISTORY=0 LD_LIBRARY_PATH=$PWD/$B "$dir/minutes" 5 >"$dir/log" &
pid=$!
started="$started $pid"
wait_for grep -q '^end$' "$dir/log"
wait_for "$dbgtop" path "$pid"
expect_exit 1 "$dbgtop" show "$pid" --at 2s
expect_err 'it has no history$'
expect_exit 1 "$dbgtop" tail "$pid"
expect_err 'it has no history$'
expect_err '\-f shows what comes'
