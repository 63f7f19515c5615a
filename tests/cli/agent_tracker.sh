#!/bin/sh
# In a storm of short processes the tracker loses none that lives longer, its
# cache says what is true, and a number that another process takes is noticed.
. tests/cli/agent/lib.sh
need python3

program "agent-t$$"
program "agent-u$$"
start_agent --debug --interval 100ms --cpu-limit 0 --watch "agent-t$$"
wait_for holds "$agent_pid" "metric('tracker', 'processes') > 0 and
    rows('tracker/cache')[0]['hits'] > 0"

# agree: what is known of the cache in one frame hangs together; to be waited
# for, as a look at all processes may be under way
agree() {
	holds "$agent_pid" "(lambda c:
	    c['size'] == metric('tracker', 'processes') <= c['capacity'] and
	    c['evictions'] == metric('tracker', 'exited') and
	    abs(c['hit_rate'] - c['hits'] / (c['hits'] + c['misses'])) < 1e-9 and
	    c['misses'] >= c['size'] + c['evictions'] and
	    metric('tracker', 'processes') + metric('tracker', 'exited') -
	        metric('tracker', 'started') == ${1:-metric('tracker', 'processes') +
	        metric('tracker', 'exited') - metric('tracker', 'started')}
	    )(rows('tracker/cache')[0])"
}
wait_for agree
at_first=$(told "$agent_pid" "metric('tracker', 'processes') +
    metric('tracker', 'exited') - metric('tracker', 'started')")

start python3 "$here/storm.py"
storm=$pid
wait_for holds "$agent_pid" "metric('tracker', 'started') > 50"
kids=
for _ in 1 2 3 4 5 6 7 8 9 10; do
	start "$dir/agent-t$$" infinity
	kids="$kids $pid"
done
wait_for is "$agent_pid" watch:processes 10
wait_for holds "$agent_pid" "metric('tracker', 'exited') > 200 and
    0.3 < rows('tracker/cache')[0]['hit_rate'] < 1 and
    metric('tracker/cache', 'refused') == 0"
# shellcheck disable=SC2086 # a list
kill -KILL $kids "$storm"
pids=$agent_pid
wait_for is "$agent_pid" watch:processes 0
wait_for agree "$at_first"
wait_for holds "$agent_pid" "abs(len([n for n in os.listdir('/proc')
    if n.isdigit()]) - metric('tracker', 'processes')) <= 2"

# Another process with the same number.
mkfifo "$dir/to" "$dir/from"
python3 "$here/reuse.py" "$dir/agent-t$$" "$dir/agent-u$$" \
    <"$dir/to" >"$dir/from" &
reuser=$!
pids="$pids $reuser"
exec 8>"$dir/to" 9<"$dir/from"
if read -r number <&9; then
	pids="$pids $number"
	wait_for is "$agent_pid" watch:processes 1
	echo >&8
	if read -r word <&9 && [ "$word" = reused ]; then
		wait_for holds "$agent_pid" "any(r['pid'] == $number and
		    r['name'] == 'agent-u$$' and r['exe'] == '$dir/agent-u$$'
		    for r in rows('tracker/started')) and any(
		    r['pid'] == $number and r['name'] == 'agent-t$$'
		    for r in rows('tracker/exited'))"
		wait_for is "$agent_pid" watch:processes 0
	fi
fi
exec 8>&- 9<&-
wait_for agree "$at_first"
holds "$agent_pid" "(lambda s: s['runs'] > 10 and s['result'] == 'ok' and
    s['items'] > 0 and 0 < s['cost'] <= s['costs'])(next(r
    for r in rows('schedule') if r['name'].startswith('tracker')))" ||
	die "schedule: $(told "$agent_pid" "rows('schedule')")"
stop_agent
exit 0
