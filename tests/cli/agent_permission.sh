#!/bin/sh
# What may not be read is said; and what root's agent watches belongs to the user
# of the process.
. tests/cli/agent/lib.sh
need python3
start sleep infinity
other=$pid

# An agent without rights, looking at a process of root.
if [ "$uid" -eq 0 ]; then
	need setpriv
	chmod 755 "$dir"
	cp "$agent" "$dir/dbgtop-agent" # its directory may be closed to others
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$dir/dbgtop-agent" --foreground --interval 250ms --cpu-limit 0 \
		--watch "$other" 2>>"$dir/agent.log" &
	agent_pid=$!
	pids="$pids $agent_pid"
	shm=/dev/shm/dbgtop-65534
else
	other=1
	start_agent --watch 1
fi
wait_for watched "$other"
wait_for at_least "$other" coverage:missing 4
region=$(region "$other")
"$dbgtop" show "$region" -j >"$dir/shown" || die "show: exit $?"
python3 - "$dir/shown" <<'END' || die "$(cat "$dir/shown")"
import json, sys
shown = json.load(open(sys.argv[1]))
profiles = {p["path"]: p for p in shown["profiles"]}
rows = {r["cells"]["part"]: r["cells"]
        for r in profiles["coverage"]["table"]["rows"]}
for part in ("io", "files", "sockets", "memory.pss", "threads.wchan"):
    assert not rows[part]["available"], part
    assert rows[part]["reason"].startswith("not permitted"), rows[part]
for part in ("process", "threads", "memory", "limits", "cgroup"):
    assert rows[part]["available"], part
    assert rows[part]["reason"] == "", rows[part]
    assert part in profiles, part
for path in ("io", "files", "sockets"):
    assert path not in profiles, path
names = [m["name"] for m in profiles["memory"]["metrics"]]
assert "rss" in names and "pss" not in names, names
END
stop_agent
not_watched "$other" || die "the region is left"

# Root's agent and somebody else's process.
[ "$uid" -eq 0 ] || exit 0
shm=/dev/shm/dbgtop-0
cp "$(command -v sleep)" "$dir/agent-p$$"
start setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/agent-p$$" \
	infinity
theirs=$pid
start_agent --watch "agent-p$$"
wait_for is "$theirs" process:threads 1
region=$(region "$theirs")
[ "$(stat -c '%u:%g %a' "$region")" = "65534:65534 400" ] ||
	die "region of another user: $(stat -c '%u:%g %a' "$region")"
[ "$(stat -c %a "$shm")" = 755 ] || die "$shm: mode $(stat -c %a "$shm")"
setpriv --reuid 65534 --regid 65534 --clear-groups cat "$region" >/dev/null ||
	die "the user of the process may not read it"
setpriv --reuid 65533 --regid 65533 --clear-groups cat "$region" \
	>/dev/null 2>&1 && die "everybody may read it"
stop_agent

# An agent of a user has its pidfile where only that user can have put it.
[ -d /run/user/65534 ] && exit 0
setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/dbgtop-agent" --user ||
	die "--user: exit $?"
pidfile=/dev/shm/dbgtop-65534/dbgtop-agent.pid
daemon=$(cat "$pidfile") || die "no $pidfile"
pids="$pids $daemon"
[ "$(stat -c '%u %a' "$pidfile")" = '65534 644' ] || die "owner of $pidfile"
kill -TERM "$daemon"
wait_for is_gone "$daemon"
[ ! -e "$pidfile" ] || die "$pidfile is left"
exit 0
