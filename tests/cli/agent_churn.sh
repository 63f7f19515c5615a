#!/bin/sh
# Processes of a watched name start and end by the hundred: no descriptor, no
# memory and no region is left behind.
. tests/cli/agent/lib.sh
need python3

name=agent-c$$
program "$name"
start_agent --debug --interval 100ms --watch "$name"
wait_for is "$agent_pid" watch:processes 0

memory_kb() {
	sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' \
		"/proc/$agent_pid/status"
}
# round N: starts that many, sees them watched, ends them, sees them gone
round() {
	kids=
	i=0
	while [ $i -lt "$1" ]; do
		start "$dir/$name" infinity
		kids="$kids $pid"
		i=$((i + 1))
	done
	wait_for is "$agent_pid" watch:processes "$1"
	# shellcheck disable=SC2086 # a list
	kill -KILL $kids
	wait_for is "$agent_pid" watch:processes 0
	pids="$agent_pid"
}

# Each thread has its own memory; all of them have worked after a few rounds.
for turn in 1 2 3 4 5; do
	round 20
done
wait_for at_most "$agent_pid" watch:ended 3
fds=$(descriptors "$agent_pid")
kept=$(get "$agent_pid" files/kept:open)
kb=$(memory_kb)
for turn in 1 2 3 4 5 6 7 8 9 10; do
	round 20
done
wait_for at_most "$agent_pid" watch:ended 3
wait_for descriptors_at_most "$agent_pid" "$fds"
[ "$(get "$agent_pid" watch:regions_made)" -eq 300 ] ||
	die "$(get "$agent_pid" watch:regions_made) regions for 300 processes"
# Its own books agree: what was opened is closed, by a line that is known.
wait_for is "$agent_pid" files/kept:open "$kept"
for table in kept brief; do
	is "$agent_pid" "files/$table:unmatched_closes" 0 ||
		die "files/$table: closed without having been opened"
done
is "$agent_pid" dbgshm:dropped_rows 0 || die "a table was full"
wait_for holds "$agent_pid" "sum(r['name'] == '$name' and
    r['row_state'] == 'live' for r in rows('regions')) == 3"
regions=$("$dbgtop" list --all -j | grep -c "\"name\":\"$name\"")
[ "$regions" -le 3 ] || die "$regions regions of ended processes"
# A sanitiser keeps what is freed for a while.
case $B in
*san*) ;;
*) [ "$(memory_kb)" -le $((kb + kb / 2 + 1024)) ] ||
	die "memory went from $kb kB to $(memory_kb) kB" ;;
esac
stop_agent
exit 0
