#!/bin/sh
# A process with a region of its own that an agent watches shows both trees; who
# looks is said; what an agent that died has left is not taken for the present.
. tests/cli/lib.sh
[ -x "$B/dbgtop-agent" ] || skip "no dbgtop-agent"

start_publisher acceptance
sleep 1000 &
other=$!
started="$started $other"
"$B/dbgtop-agent" --foreground --interval 250ms --cpu-limit 0 --watch "$pid" \
	--watch "$other" 2>"$dir/agent" &
agent=$!
started="$started $agent"
is_watched() { "$dbgtop" show "$other" | grep -q "(pid $agent)"; }
wait_for is_watched
has_both() { "$dbgtop" get "$pid" watch/process:threads; }
wait_for has_both

expect_exit 0 "$dbgtop" show "$pid"
expect_match "^live, .*, watched by dbgtop-agent (pid $agent), read "
expect_match '^process  what the kernel counts'
expect_match '^watch/process  the process as a whole'
expect_match '^  sent  3006  bytes$'
expect_exit 0 "$dbgtop" show -j "$pid"
json "d['target']['source'] == 'own' and d['target']['state'] == 'live' and
    len({p['path'] for p in d['profiles']}) == len(d['profiles'])"
expect_exit 0 "$dbgtop" show -j "$other"
json "d['target']['source'] == 'watched' and
    not any(p['path'].startswith('watch/') for p in d['profiles'])"
expect_exit 0 "$dbgtop" path "$other"
expect_match "/$other-"
expect_exit 0 "$dbgtop" list -j
json "sorted(r['source'] for r in d['regions'] if r['pid'] == $pid) ==
    ['own', 'watched']"

# Rates by the ticks of the agent, once there were two.
has_rate() {
	"$dbgtop" get --rate -i 600ms "$other" process:cpu_user |
		grep -qx '[0-9.e+]*'
}
wait_for has_rate

# It ends: the agent keeps what it last saw, and says since when.
kill -KILL "$other"
wait "$other" 2>/dev/null
has_exited() { "$dbgtop" show "$other" | grep -q '^exited since 20'; }
wait_for has_exited
expect_exit 0 "$dbgtop" get "$other" process:threads
expect_out 1

# What the agent keeps is not cleaned away.
expect_exit 0 "$dbgtop" clean --dry-run
expect_no_match "pid $other	"

# The agent dies: its region about a living process is stale and not shown with
# the process's own any more.
watched=$(ls /dev/shm/dbgtop-*/"$pid"-*.dbg |
	grep -vxF "$("$dbgtop" path "$pid")")
kill -KILL "$agent"
wait "$agent" 2>/dev/null
is_stale() { "$dbgtop" show "$watched" | grep -q '^stale since 20'; }
wait_for is_stale
expect_exit 0 "$dbgtop" show "$pid"
expect_no_match watch/process
expect_exit 0 "$dbgtop" list -j
json "[r['state'] for r in d['regions'] if r['path'] == '$watched'] == ['stale']"
expect_exit 0 "$dbgtop" clean --dry-run
expect_match "^would remove	pid $other	"
