#!/bin/sh
# Processes that lie about their name, that have very many threads and files, and
# that vanish while they are looked at.
. tests/cli/agent/lib.sh
need python3

# A name that looks like the rest of its line in /proc/PID/stat, with escapes.
start_target name='x) R 1 (\x1b[31m\n' threads=1
liar=$pid
# More than the tables hold, as far as this user may.
files=$(python3 -c "import resource
print(max(100, min(10000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100)))")
start_target files="$files" threads=4500
many=$pid

start_agent --debug --watch "$liar" --watch "$many" --watch agent-h$$
wait_for is "$liar" process:threads 2
wait_for is "$many" threads:total 4501
wait_for get "$many" files:total

"$dbgtop" show "$liar" -j -l debug >"$dir/liar" || die "show: exit $?"
python3 - "$dir/liar" <<'END' || die "the liar"
import json, sys
shown = json.load(open(sys.argv[1]))
profiles = {p["path"]: p for p in shown["profiles"]}
row = profiles["process"]["table"]["rows"][0]["cells"]
assert row["name"].startswith("x) R 1 ("), row
assert row["state"] == "sleeping", row
assert row["parent"] != 1, row
END
grep -qF 'x) R 1 (\x1b[31m' "$dir/agent.log" || die "no line about the liar"
LC_ALL=C grep -q "$(printf '\033')" "$dir/agent.log" && die "a raw escape"

"$dbgtop" show "$many" -j -l debug >"$dir/many" || die "show: exit $?"
python3 - "$dir/many" "$many" <<'END' || die "the many"
import json, os, sys
shown, proc = json.load(open(sys.argv[1])), "/proc/" + sys.argv[2]
profiles = {p["path"]: p for p in shown["profiles"]}


def metric(profile, name):
    return next(int(m["value"]) for m in profiles[profile]["metrics"]
                if m["name"] == name)


for profile, place in (("threads", "task"), ("files", "fd")):
    total = len(os.listdir(proc + "/" + place))
    rows = profiles[profile]["table"]["rows"]
    assert metric(profile, "total") == total, profile
    assert len(rows) == min(total, 4096), (profile, len(rows))
    assert metric(profile, "not_listed") == total - len(rows), profile
    assert profiles[profile]["table"]["dropped"] == 0, profile
END

# Threads come and go by the hundred; the table grows and shrinks with them.
kill -KILL "$many"
wait_for state_is "$many" exited

# Short-lived processes of a watched name: whatever the moment of their end.
program "agent-h$$"
i=0
while [ $i -lt 60 ]; do
	"$dir/agent-h$$" 0.0$((i % 10))
	i=$((i + 1))
done
kill -0 "$agent_pid" || die "the agent has died"
is "$agent_pid" watch:failures 0 || sed -n '/watch: pid/p' "$dir/agent.log"
before=$(get "$agent_pid" watch:samples)
wait_for at_least "$agent_pid" watch:samples $((before + 1))
stop_agent
exit 0
