#!/bin/sh
# What the agent says to people is in its event log, with fields; what fails is in
# the ledger, each kind once; both are there when it has been killed.
. tests/cli/agent/lib.sh
need python3

start_target name='l\x1b[31mar' threads=1
target=$pid
start_agent --debug --watch "$target" --watch 4194304
wait_for is "$agent_pid" watch:processes 1

# The first failure takes a row, the next ones are counted in it.
wait_for holds "$agent_pid" "[(r['text'], r['code'], r['detail'], r['count'])
    for r in rows('errors')] == [('watch', 3, 'pid 4194304', 1)]"
kill -HUP "$agent_pid"
wait_for holds "$agent_pid" "[r['count'] for r in rows('errors')] == [2]"
wait_for grep -qx 'dbgtop-agent: reloading' "$dir/agent.log"
[ "$(grep -c '^dbgtop-agent: watch: pid 4194304: No such process$' \
    "$dir/agent.log")" -eq 2 ] || die "two lines about it"

# A typed event has its fields, a line of any other kind its text; all lines that
# people see are there, in their order.
kill -KILL "$target"
wait_for is "$agent_pid" watch:processes 0
wait_for grep -q 'has exited$' "$dir/agent.log"
"$dbgtop" log -O jsonl "$(region "$agent_pid")" >"$dir/events" ||
	die "log: exit $?"
cat >"$dir/compare.py" <<'END'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
log, target = sys.argv[2], int(sys.argv[3])
kinds = {e["event"]: e for e in events}
assert kinds["watching"]["fields"]["pid"] == target, events
assert kinds["exited"]["fields"]["name"] == r"l\x1b[31mar", events
assert kinds["exited"]["level"] == "info", events
assert kinds["message"]["text"] == "reloading" or any(
    e["text"] == "reloading" for e in events), events
said = [e["text"] for e in events if e["level"] != "debug"]
lines = [line[len("dbgtop-agent: "):-1] for line in open(log)]
assert said == lines, (said, lines)
assert "\x1b" not in "".join(lines), lines
END
python3 "$dir/compare.py" "$dir/events" "$dir/agent.log" "$target" ||
	die "the log"
holds "$agent_pid" "sum(m['value'] for m in profiles['log']['metrics']
    if m['name'] == 'lines') == $(wc -l <"$dir/agent.log")" || die "lines"

file=$(region "$agent_pid")
kill -KILL "$agent_pid"
wait_for is_gone "$agent_pid"
"$dbgtop" log -O jsonl "$file" >"$dir/dead" || die "log of the dead: exit $?"
cmp -s "$dir/events" "$dir/dead" ||
	python3 "$dir/compare.py" "$dir/dead" "$dir/agent.log" "$target" ||
	die "the log of the dead"
python3 "$here/ask.py" "$dbgtop" "$file" "[(r['text'], r['count'])
    for r in rows('errors')] == [('watch', 2)]" || die "the ledger of the dead"
exit 0
