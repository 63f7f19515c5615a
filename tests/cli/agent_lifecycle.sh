#!/bin/sh
# Start, stop, pidfile, and the agent's own region: dark unless --debug, shown
# and hidden by signals without losing a count.
. tests/cli/agent/lib.sh

dark() {
	ls "$shm/dark/$1"-*.dbg 2>/dev/null
}

# Dark at first; SIGUSR1 publishes, SIGUSR2 hides, counts go on.
start_agent
wait_for dark "$agent_pid"
not_watched "$agent_pid" || die "published without --debug"
kill -USR1 "$agent_pid"
wait_for watched "$agent_pid"
wait_for get "$agent_pid" supervisor:turns
before=$(get "$agent_pid" 'tracker/cache[0.1].hits')
kill -USR2 "$agent_pid"
wait_for dark "$agent_pid"
not_watched "$agent_pid" || die "SIGUSR2 left it visible"
kill -USR1 "$agent_pid"
wait_for watched "$agent_pid"
after=$(get "$agent_pid" 'tracker/cache[0.1].hits')
[ "$after" -ge "$before" ] || die "hits: $before before, $after after"

# Every subsystem runs and does its work.
for subsystem in log supervisor files throttle workers tracker watch regions; do
	"$dbgtop" show "$agent_pid" supervisor | grep -qE " $subsystem +running " ||
		die "$subsystem does not run"
done
is "$agent_pid" dbgshm:dropped_registrations 0 || die "registrations dropped"
kill -HUP "$agent_pid"
wait_for grep -qx 'dbgtop-agent: reloading' "$dir/agent.log"
stop_agent
not_watched "$agent_pid" && ! dark "$agent_pid" ||
	die "the region is still there"

# Visible at once with --debug; SIGINT stops as well.
start_agent --debug
wait_for get "$agent_pid" supervisor:turns
kill -INT "$agent_pid"
wait "$agent_pid" || die "SIGINT: exit $?"

# Without telemetry of its own it works all the same.
DBGSHM=off
export DBGSHM
start_agent --debug --watch $$
unset DBGSHM
wait_for is $$ process:threads 1
not_watched "$agent_pid" || die "DBGSHM=off: there is a region"
kill -USR1 "$agent_pid"
wait_for grep -q '^dbgtop-agent: own region: ' "$dir/agent.log"
stop_agent

# In the background: the starter returns when all is well.
"$agent" --pidfile "$dir/pid" --watch 4194304 2>"$dir/err" ||
	die "background: exit $?"
grep -qx 'dbgtop-agent: watch: pid 4194304: No such process' "$dir/err" ||
	die "in the background nothing is said about what fails at first"
daemon=$(cat "$dir/pid")
pids="$pids $daemon"
kill -0 "$daemon" || die "pidfile has $daemon, which does not run"
"$agent" --pidfile "$dir/pid" 2>"$dir/err" && die "two agents with one pidfile"
[ "$(cat "$dir/err")" = \
    "dbgtop-agent: $dir/pid: an agent is running already, pid $daemon
  stop it first (kill $daemon), or use --user or --pidfile" ] ||
	die "says $(cat "$dir/err")"
"$agent" --foreground --pidfile "$dir/pid" 2>/dev/null &&
	die "a second one in the foreground"
kill -TERM "$daemon"
wait_for is_gone "$daemon"
[ ! -e "$dir/pid" ] || die "the pidfile is still there"

"$agent" --pidfile "$dir/none/pid" 2>"$dir/err"
[ $? -eq 1 ] || die "no directory for the pidfile: not exit 1"
[ "$(cat "$dir/err")" = \
    "dbgtop-agent: $dir/none/pid: No such file or directory" ] ||
	die "says $(cat "$dir/err")"
exit 0
