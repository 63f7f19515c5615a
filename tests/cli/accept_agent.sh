#!/bin/sh
# limit: 900
# The script of the README, which asks `dbgtop show` and nothing else, names the
# busiest subsystem of the agent, its longest job, its last error and what waits
# for CPU time: with a process that hangs whoever looks at it, in a storm of
# processes, under a CPU limit that bites, and with all of that at once.
. tests/cli/agent/lib.sh
need python3
patience=200 # with one hundredth of a processor much takes its time

awk '/^```/ { if (inside) exit; inside = $0 == "```python"; next } inside' \
    README.md >"$dir/what.py"
[ -s "$dir/what.py" ] || die "no script in the README"

# says LABEL PATTERN: so the script answers (a basic regular expression)
says() {
	"$dbgtop" show "$(region "$agent_pid")" -j |
		python3 "$dir/what.py" >"$dir/said"
	grep -q "^$1: $2\$" "$dir/said"
}

ticks() {
	told "$agent_pid" "rows('supervisor')[1]['ticks']"
}

next_tick() {
	ticked=$(ticks)
	wait_for ticked_again
}

ticked_again() {
	[ "$(ticks)" != "$ticked" ]
}

# right LABEL PATTERN...: all of it, five times, a second of the agent between
right() {
	for turn in 1 2 3 4 5; do
		next_tick
		label=
		for word in "$@"; do
			if [ -z "$label" ]; then
				label=$word
				continue
			fi
			says "$label" "$word" ||
				die "$turn: not \"$label: $word\": $(cat "$dir/said")"
			label=
		done
	done
}

# right_waits: five times that a job waits for CPU time; for a moment none may, when
# enough was saved up
right_waits() {
	for turn in 1 2 3 4 5; do
		next_tick
		wait_for says "waits for CPU time" '\(sample\|scan\|names\) .*'
	done
}

# start_hanging: a process whose memory cannot be looked at; its pid in $hanging
start_hanging() {
	mkdir -p "$dir/mnt"
	: >"$dir/hanging"
	start "$B/tests/fault/hanging" "$dir/mnt" >"$dir/hanging"
	hanging=$pid
	wait_for grep -q . "$dir/hanging"
	grep -q '^no fuse' "$dir/hanging" && skip "$(cat "$dir/hanging")"
	kill -USR1 "$hanging"
	wait_for grep -q hangs "$dir/hanging"
}

# start_titled: a process that has its name in its command line only
start_titled() {
	start python3 -c "import os, sys
os.execv(sys.argv[1], ['agent-n$$', 'infinity'])" "$(command -v sleep)"
	wait_for grep -q "^agent-n$$" "/proc/$pid/cmdline"
}

samples() {
	told "$agent_pid" "next(r['samples'] for r in rows('watch')
	    if r['pid'] == $1)"
}

# goes_on PID: it is sampled again
goes_on() {
	seen=$(samples "$1")
	wait_for sampled_again "$1"
}

sampled_again() {
	[ "$(samples "$1")" -gt "$seen" ]
}

state_of() {
	holds "$agent_pid" "any(r['pid'] == $1 and r['state'] == '$2'
	    for r in rows('watch'))"
}

# cpu PID: nanoseconds that its threads have used
cpu() {
	cat "/proc/$1"/task/*/schedstat | awk '{ n += $1 } END { printf "%d", n }'
}

end_all() {
	stop_agent
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids 2>/dev/null
	pids=
}

# ---- one whose /proc hangs ---------------------------------------------------

start_hanging
start sleep infinity
other=$pid
start_agent --debug --watch "$hanging" --watch "$other"
late="start hanging $hanging"
wait_for says longest "$late, smaps_rollup"
goes_on "$other"
wait_for says "last error" "job is late: $late, at smaps_rollup"
wait_for state_of "$hanging" overdue
right longest "$late, smaps_rollup" \
    "last error" "job is late: $late, at smaps_rollup" \
    "waits for CPU time" nothing
goes_on "$other"
holds "$agent_pid" "all(r['verdict'] == 'ok'
    for r in rows('supervisor/heartbeats'))" || die "a subsystem is late"
holds "$agent_pid" "any(r['step'] == 'smaps_rollup' and r['row_state'] == 'live'
    and r['detail'] == 'hanging $hanging' for r in rows('workers/steps'))" ||
	die "no step tells in what it hangs"
# What can be told without its memory is there.
is "$hanging" process:threads 2 || die "nothing is shown of what hangs"
is "$agent_pid" workers:given_up 1 || die "no thread is given up"

# It answers again: all goes on, and the error stays.
kill -USR2 "$hanging"
wait_for grep -q free "$dir/hanging"
wait_for state_of "$hanging" live
goes_on "$hanging"
wait_for is "$agent_pid" workers:given_up 0
right "last error" "job is late: $late, at smaps_rollup"
says longest "$late, .*" && die "it has long returned: $(cat "$dir/said")"
end_all

# A command line that cannot be read keeps no other from being read, so that
# processes are still found by it; and the agent stops while all this hangs.
start_hanging
start_titled
behind=$pid
start_agent --debug --watch "$hanging" --watch "agent-n$$"
wait_for state_of "$hanging" overdue
wait_for grep -q "job is late: names of hanging $hanging, at cmdline" \
    "$dir/agent.log"
wait_for state_of "$behind" live
start_titled
wait_for state_of "$pid" live
stop_agent
# Another agent of this host may watch it as well.
for file in $(watched "$hanging"); do
	"$dbgtop" show "$file" | grep -q "(pid $agent_pid)" &&
		die "the region of what hangs is still there"
done
not_watched "$agent_pid" || die "the region of the agent is still there"
end_hanging=$hanging
pids=$end_hanging

# ---- a storm of processes ----------------------------------------------------

kill -KILL "$end_hanging"
start python3 "$here/storm.py" 150 sleep 0.2
storm=$pid
start_agent --debug --interval 100ms --watch "$storm"
wait_for holds "$agent_pid" "metric('tracker', 'started') > 500"
wait_for says busiest 'tracker .*'
right busiest 'tracker .*' "last error" nothing "waits for CPU time" nothing
end_all

# ---- a limit that bites ------------------------------------------------------

targets=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	start_target threads=60 files=20
	targets="$targets --watch $pid"
done
# shellcheck disable=SC2086 # a list
start_agent --debug --interval 100ms --cpu-limit 1% $targets
wait_for is "$agent_pid" watch:processes 20
wait_for grep -q 'jobs wait for CPU time: the limit is 1 % of a processor' \
    "$dir/agent.log"
wait_for says busiest 'watch .*'
before=$(cpu "$agent_pid") start=$(date +%s%N)
right busiest 'watch .*' "last error" nothing
right_waits
used=$(cpu "$agent_pid") end=$(date +%s%N)
percent=$(awk "BEGIN { print 100 * ($used - $before) / ($end - $start) }")
close_to "CPU time of the agent" "$percent" 1 25 0
close_to "what it says itself" "$(get "$agent_pid" throttle:used_percent)" \
    "$percent" 25 0
# Each in its turn, and all as often as the others.
at_first=$(told "$agent_pid" "[r['samples'] for r in rows('watch')]")
more="[r['samples'] - n for r, n in zip(rows('watch'), $at_first)]"
wait_for holds "$agent_pid" "min($more) > 2"
more=$(told "$agent_pid" "$more")
python3 -c "import sys; sys.exit(max($more) > min($more) + 2)" ||
	die "not fair: $more"
holds "$agent_pid" "all(r['every'] > 5e8 for r in rows('watch'))" ||
	die "nobody can see that samples are rare"
end_all

# ---- all at once ---------------------------------------------------------------

start_hanging
start python3 "$here/storm.py" 500 sleep 0.5
storm=$pid
targets=
for _ in 1 2 3 4 5; do
	start_target threads=60 files=20
	targets="$targets --watch $pid"
done
# shellcheck disable=SC2086 # a list
start_agent --debug --interval 100ms --cpu-limit 2% --watch "$hanging" \
    --watch "$storm" $targets
late="start hanging $hanging"
wait_for says busiest 'tracker .*'
wait_for says "last error" "job is late: $late, at smaps_rollup"
wait_for grep -q 'jobs wait for CPU time' "$dir/agent.log"
right busiest 'tracker .*' longest "$late, smaps_rollup" \
    "last error" "job is late: $late, at smaps_rollup"
right_waits
goes_on "$storm"
end_all
exit 0
