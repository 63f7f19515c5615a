# lib.sh - for the tests of the agent: starting, waiting, asking, cleaning up.
# shellcheck shell=sh

B=${B:-build}
agent=$B/dbgtop-agent
dbgtop=$B/dbgtop
uid=$(id -u)
shm=/dev/shm/dbgtop-$uid
here=tests/cli/agent
me=$(basename "$0")
dir=$(mktemp -d) || exit 1
: >"$dir/begun"
pids=

cleanup() {
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null
	done
	for pid in $pids; do
		rm -f "$shm/$pid"-*.dbg "$shm/dark/$pid"-*.dbg
	done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

die() {
	echo "$me: $*"
	for log in "$dir"/*.log; do
		[ -f "$log" ] && sed "s|^|    $(basename "$log"): |" "$log"
	done
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

need() {
	command -v "$1" >/dev/null 2>&1 || skip "no $1"
}

# wait_for COMMAND...: until it succeeds, at most 20 s or $patience
wait_for() {
	deadline=$(($(date +%s) + ${patience:-20}))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$deadline" ] || die "waited in vain for: $*"
		sleep 0.05
	done
}

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

# start_agent ARGUMENT...: in the foreground, often and without a limit unless
# the arguments say otherwise; its pid in $agent_pid
start_agent() {
	"$agent" --foreground --interval 250ms --cpu-limit 0 "$@" \
		2>>"$dir/agent.log" &
	agent_pid=$!
	pids="$pids $agent_pid"
}

# stop_agent: it must end well
stop_agent() {
	kill -TERM "$agent_pid"
	wait "$agent_pid"
	status=$?
	[ $status -eq 0 ] || die "the agent ended with $status"
}

# start COMMAND...: a process to watch; its pid in $pid
start() {
	"$@" &
	pid=$!
	pids="$pids $pid"
}

# start_target ARGUMENT...: target.py, when it says that it is ready
start_target() {
	: >"$dir/ready"
	start python3 "$here/target.py" "$@" >"$dir/ready"
	wait_for grep -q ready "$dir/ready"
}

# program NAME: a program of that name that sleeps until it is killed
program() {
	cp "$(command -v sleep)" "$dir/$1"
}

# watched PID: files of regions about it; numbers of processes come again, and
# remains of an earlier one are none of ours
watched() {
	find "$shm" -maxdepth 1 -name "$1-*.dbg" -newer "$dir/begun" \
		2>/dev/null | grep .
}

not_watched() {
	! watched "$1"
}

# region PID: the file of the newest region about it
region() {
	# shellcheck disable=SC2012 # names of ours
	file=$(ls -t "$shm/$1"-*.dbg 2>/dev/null | head -n 1)
	[ -n "$file" ] && echo "$file"
}

# get PID ADDRESS: one value, from a region that is there: asked for a process,
# dbgtop would start a watcher of its own
get() {
	file=$(region "$1") && "$dbgtop" get "$file" "$2"
}

# is PID ADDRESS VALUE
is() {
	[ "$(get "$1" "$2")" = "$3" ]
}

# at_least PID ADDRESS NUMBER, at_most: a number that may have a fraction
at_least() {
	get "$1" "$2" | python3 -c "import sys
sys.exit(not float(sys.stdin.read()) >= $3)"
}

at_most() {
	get "$1" "$2" | python3 -c "import sys
sys.exit(not float(sys.stdin.read()) <= $3)"
}

# holds PID EXPRESSION: of ask.py, over the newest region about it; told PID
# EXPRESSION: prints it
holds() {
	file=$(region "$1") && python3 "$here/ask.py" "$dbgtop" "$file" "$2"
}
told() {
	file=$(region "$1") &&
		python3 "$here/ask.py" --print "$dbgtop" "$file" "$2"
}

# descriptors PID: how many it has open
descriptors() {
	find "/proc/$1/fd" -type l | wc -l
}

# descriptors_at_most PID NUMBER
descriptors_at_most() {
	[ "$(descriptors "$1")" -le "$2" ]
}

# state_is PID STATE: what the list says
state_is() {
	"$dbgtop" list --all -j | python3 -c "
import json, sys
states = [r['state'] for r in json.load(sys.stdin)['regions']
    if r['pid'] == $1]
sys.exit('$2' not in states)"
}

# close_to WHAT A B PERCENT LEAST: a and b differ by no more than this share of
# b, or by least
close_to() {
	python3 -c "
import sys
a, b = float('$2'), float('$3')
sys.exit(abs(a - b) > max(b * $4 / 100, $5))" ||
		die "$1: $2 is not within $4 % (or $5) of $3"
}
