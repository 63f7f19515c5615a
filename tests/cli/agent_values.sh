#!/bin/sh
# What the agent shows of a process is what /proc says: threads, memory, files,
# sockets, I/O, limits, cgroups; at rest and busy.
. tests/cli/agent/lib.sh
need python3

start_target name=calm threads=7 files=20 tcp=3 unix=2
calm=$pid
port=$(sed -n 's/^tcp //p' "$dir/ready")
path=$(sed -n 's/^unix //p' "$dir/ready")
start_target name=busy threads=2 busy=100
busy=$pid

start_agent --watch "$calm" --watch "$busy"
wait_for get "$calm" process:cpu_percent
wait_for get "$busy" process:cpu_percent
for pid in $calm $busy; do
	python3 "$here/compare.py" "$dbgtop" "$pid" >"$dir/differences" ||
		die "$(cat "$dir/differences")"
done

# Sockets, as they were made: TCP and unix, each with a listener; the last
# accepted end of each has sent 100 bytes that nobody reads.
is "$calm" sockets:listening 2 || die "listening: $(get "$calm" sockets:listening)"
is "$calm" sockets:connected 10 || die "connected: $(get "$calm" sockets:connected)"
is "$calm" 'sockets:open{protocol="tcp"}' 7 || die "TCP sockets"
is "$calm" 'sockets:open{protocol="unix"}' 5 || die "unix sockets"
is "$calm" sockets:rx_queue 100 || die "rx_queue: $(get "$calm" sockets:rx_queue)"
"$dbgtop" show "$calm" sockets -j >"$dir/sockets" || die "show: exit $?"
python3 - "$dir/sockets" "$port" "$path" <<'END' || die "socket rows"
import json, sys
shown, port, path = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3]
table = next(p for p in shown["profiles"] if p["path"] == "sockets")["table"]
rows = [r["cells"] for r in table["rows"]]
own = "127.0.0.1:" + port
listen = [r for r in rows if r["state"] == "listen"]
assert sorted((r["protocol"], r["local"]) for r in listen) == [
    ("tcp", own), ("unix", path)], listen
accepted = [r for r in rows if r["local"] == own and r["state"] != "listen"]
clients = [r for r in rows if r["remote"] == own]
assert len(accepted) == len(clients) == 3, rows
assert all(r["state"] == "established" for r in accepted + clients), rows
assert (sorted(r["remote"] for r in accepted)
        == sorted(r["local"] for r in clients)), rows
END

# The busy one uses a CPU; the calm one does not.
wait_for at_least "$busy" process:cpu_percent 5
wait_for at_most "$calm" process:cpu_percent 5

# What counts is read each time: no rate of a busy group is none.
moments() {
	"$dbgtop" tail "$busy" cgroup:cpu_time -n 8 -O jsonl -q \
		>"$dir/moments" 2>/dev/null && [ "$(wc -l <"$dir/moments")" -ge 8 ]
}
if get "$busy" cgroup:cpu_time >"$dir/out"; then
	wait_for moments
	python3 - "$dir/moments" <<'END' || die "rates: $(cat "$dir/moments")"
import json, sys
rates = [json.loads(line)["rate"] for line in open(sys.argv[1])][1:]
assert all(rate > 0 for rate in rates), rates
END
fi
exit 0
