#!/bin/sh
# The agent knows which regions there are: they appear, stop, die, are left
# behind and go; also while somebody fills and empties a directory of regions.
. tests/cli/agent/lib.sh
need python3

others= # a directory of regions of ours or of a stranger

tidy() {
	[ -z "$others" ] || rm -rf "$others" "$others.new"
	cleanup
}
trap tidy EXIT

# publish: a program with a region of its own; its pid in $pid
publish() {
	start env DBGSHM=on "$B/examples/hello" >/dev/null
	wait_for watched "$pid"
}
# row PID EXPRESSION: holds for the row about that process, called r
row() {
	holds "$agent_pid" \
	    "any($2 for r in rows('regions') if r['pid'] == $1)"
}

publish
early=$pid
start_agent --debug
wait_for row "$early" "r['state'] == 'live' and r['written_by'] == 'itself'"
publish
late=$pid
wait_for row "$late" "r['state'] == 'live'"
row "$late" "r['path'] == '$(region "$late")' and r['uid'] == $uid" ||
	die "the row: $(told "$agent_pid" "rows('regions')")"
row "$agent_pid" "r['name'] == 'dbgtop-agent'" || die "not its own region"

kill -STOP "$late"
wait_for row "$late" "r['state'] == 'stopped'"
kill -CONT "$late"
wait_for row "$late" "r['state'] == 'live'"

# It dies: seen, counted, told.  Its file goes: the row is over.
died=$(get "$agent_pid" regions:died)
kill -KILL "$early"
wait_for row "$early" "r['state'] == 'dead' and r['row_state'] == 'live'"
[ "$(get "$agent_pid" regions:died)" -gt "$died" ] || die "not counted"
holds "$agent_pid" "any(e['event'] == 'died' and
    e['fields']['pid'] == $early for e in events('log'))" ||
	die "no event: $(told "$agent_pid" "events('log')")"
grep -q "hello (pid $early) has died and left its region: $shm/$early-" \
    "$dir/agent.log" || die "no line"
rm -f "$shm/$early"-*.dbg
wait_for row "$early" "r['row_state'] == 'finished'"

# A clean end is no death.
start "$agent" --foreground --debug 2>/dev/null
clean=$pid
wait_for row "$clean" "r['state'] == 'live'"
kill -TERM "$clean"
wait_for row "$clean" "r['row_state'] == 'finished'"
holds "$agent_pid" "not any(e['event'] == 'died' and
    e['fields']['pid'] == $clean for e in events('log'))" ||
	die "a clean end is told as a death"

# Ten thousand files that are no regions, of a stranger when that can be, a pipe
# that would block and a link: what was known stays known.
publish
good=$pid
wait_for row "$good" "r['state'] == 'live'"
owner=$uid
[ "$uid" -ne 0 ] || owner=65533
others=/dev/shm/dbgtop-$owner-$(printf '%08x' $$)
# make_files NUMBER: appears with so many of them
make_files() {
	python3 - "$others" "$owner" "$1" <<'END' || die "making files"
import os, sys
directory, owner, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.mkdir(directory + ".new", 0o755)
for i in range(number):
    open(f"{directory}.new/{i + 1}-1-{i:016x}.dbg", "w").write("no region")
os.mkfifo(f"{directory}.new/1-2-0000000000000000.dbg")
os.symlink("/etc/passwd", f"{directory}.new/1-3-0000000000000000.dbg")
if os.geteuid() == 0:
    for name in os.listdir(directory + ".new"):
        os.lchown(f"{directory}.new/{name}", owner, owner)
    os.chown(directory + ".new", owner, owner)
os.rename(directory + ".new", directory)
END
}
gone() {
	rm -rf "$others"
	wait_for holds "$agent_pid" "not any(r['path'].startswith('$others') and
	    r['row_state'] == 'live' for r in rows('regions'))"
	wait_for holds "$agent_pid" "metric('regions', 'not_listed') == 0"
}
make_files 10000
wait_for holds "$agent_pid" "metric('regions', 'not_listed') >= 8000"
holds "$agent_pid" "len(rows('regions')) <= 1024" || die "too many rows"
[ "$uid" -ne 0 ] || wait_for holds "$agent_pid" "0 < sum(
    r['uid'] == $owner for r in rows('regions')) <= 128"
row "$good" "r['state'] == 'live'" || die "a good region was pushed out"
gone

# Some come and go faster than anybody can follow, and one region appears while
# nobody listens: it is found all the same.
make_files 50
wait_for holds "$agent_pid" "sum(r['path'].startswith('$others') and
    r['row_state'] == 'live' for r in rows('regions')) == 50"
overflows=$(get "$agent_pid" regions:overflows)
kill -STOP "$agent_pid"
python3 - "$others" <<'END' || die "changing files"
import os, sys
os.chdir(sys.argv[1])
names = [n for n in os.listdir(".") if n.endswith(".dbg")]
for turn in range(400):
    for name in names:
        os.rename(name, "x")
        os.rename("x", name)
END
publish
missed=$pid
kill -CONT "$agent_pid"
wait_for holds "$agent_pid" "metric('regions', 'overflows') > $overflows"
wait_for row "$missed" "r['state'] == 'live'"
row "$good" "r['state'] == 'live'" || die "a good region was lost"
gone
kill -KILL "$good"
wait_for row "$good" "r['state'] == 'dead'"
rm -f "$shm/$good"-*.dbg
stop_agent
exit 0
