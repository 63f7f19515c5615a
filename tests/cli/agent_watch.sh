#!/bin/sh
# Watching by number and by name: later starts, restarts, exec, exit.
. tests/cli/agent/lib.sh

name=agent-w$$
program "$name"
start "$dir/$name" infinity
first=$pid
start sleep infinity
by_pid=$pid

start_agent --debug --watch "$name" --watch "$by_pid" --watch 4194304
wait_for grep -qx 'dbgtop-agent: watch: pid 4194304: No such process' \
    "$dir/agent.log"
wait_for watched "$first"
wait_for watched "$by_pid"
wait_for is "$first" process:threads 1
wait_for state_is "$by_pid" live

# One that starts later.
start "$dir/$name" infinity
second=$pid
wait_for is "$second" process:threads 1
wait_for is "$agent_pid" watch:processes 3

# What their past costs is told, of each and of all.
costs() {
	"$dbgtop" show -j -l debug "$(region "$agent_pid")" watch >"$dir/watch.json" &&
		python3 - "$dir/watch.json" <<'END'
import json, sys

profile = json.load(open(sys.argv[1]))["profiles"][0]
values = {one["name"]: one["value"] for one in profile["metrics"]
    if "value" in one}
rows = [row["cells"] for row in profile["table"]["rows"]]
sys.exit(not (values["history_time"] > 0 and
    values["history_bytes"] == sum(row["history"] for row in rows) and
    all(row["history"] >= 4096 for row in rows if row["state"] == "live")))
END
}
wait_for costs

# One that ends keeps its region, which says so; a new one is found again.
kill -KILL "$first"
wait_for state_is "$first" exited
is "$first" process:threads 1 || die "the last values are gone"
start "$dir/$name" infinity
third=$pid
wait_for is "$third" process:threads 1

# The same process with another program: the old region ends, one begins.
cat >"$dir/exec.sh" <<'END'
read -r line <"$1"
exec "$2" infinity
END
mkfifo "$dir/go"
start sh "$dir/exec.sh" "$dir/go" "$dir/$name"
fourth=$pid
echo go >"$dir/go"
wait_for is "$fourth" process:threads 1

# And the other way round, while watched.
cat >"$dir/leave.sh" <<'END'
read -r line <"$1"
exec sleep infinity
END
cp "$(readlink -f "$(command -v sh)")" "$dir/$name-sh"
start_agent2() {
	"$agent" --foreground --interval 250ms --cpu-limit 0 --watch "$name-sh" \
		2>"$dir/agent2.log" &
	agent2=$!
	pids="$pids $agent2"
}
start_agent2
start "$dir/$name-sh" "$dir/leave.sh" "$dir/go"
fifth=$pid
wait_for is "$fifth" process:threads 1
echo go >"$dir/go"
wait_for state_is "$fifth" replaced

# No more than three ended ones of a name are kept.
for i in 1 2 3 4 5; do
	start "$dir/$name" infinity
	wait_for watched "$pid"
	kill -KILL "$pid"
	wait_for grep -qF "(pid $pid) has exited" "$dir/agent.log"
done
wait_for at_most "$agent_pid" watch:ended 3

stop_agent
kill -TERM "$agent2"
wait "$agent2" || die "the other agent ended with $?"
for pid in $first $by_pid $second $third $fourth $fifth; do
	not_watched "$pid" || die "a region of $pid is left"
done
exit 0
