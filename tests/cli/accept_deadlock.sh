#!/bin/sh
# A program that is deadlocked by two mutexes and one that turns in circles are
# told apart by what show says of them: late heartbeats and operations without
# progress in both, but the threads of one sleep and those of the other run.
. tests/cli/lib.sh
[ -x "$B/dbgtop-agent" ] || skip "no dbgtop-agent"

# start_standstill NAME HOW: $pid
start_standstill() {
	cp "$B/examples/standstill" "$dir/$1$$"
	LD_LIBRARY_PATH=$PWD/$B "$dir/$1$$" "$2" &
	pid=$!
	started="$started $pid"
}
start_standstill d deadlock
deadlocked=$pid
start_standstill s spin
spinning=$pid
wait_for "$dbgtop" path "$deadlocked"
wait_for "$dbgtop" path "$spinning"
"$B/dbgtop-agent" --foreground --interval 250ms --watch "$deadlocked" \
    --watch "$spinning" 2>"$dir/agent.log" &
started="$started $!"

cat >"$dir/verdict.py" <<'END'
"""What a person concludes from one `dbgtop show -j`: deadlock, spin or why not.

It starts from nothing but what is late.
"""
import json
import sys

shown = json.load(sys.stdin)
tables = {p["path"]: [r["cells"] for r in p["table"]["rows"]]
          for p in shown["profiles"] if p.get("table")}
if not {"hearts", "transfers", "threads"} <= tables.keys():
    sys.exit("only " + " ".join(tables))
late = [h for h in tables["hearts"] if h["verdict"] == "late"]
if len(late) != 2 or any(h["age"] < 10**9 for h in late):
    sys.exit("not late enough yet")
if [h["verdict"] for h in tables["hearts"]] != ["late", "late", "resting"]:
    sys.exit("not the most overdue first")
tids = {h["thread"] for h in late}
work = [o for o in tables["transfers"] if o["outcome"] == "none"]
if {o["thread"] for o in work} != tids:
    sys.exit("other threads have an operation")
if any(o["quiet"] < 10**9 or o["phase"] != "locking" for o in work):
    sys.exit("they do make progress")
threads = [t for t in tables["threads"] if t["tid"] in tids]
if {t["name"] for t in threads} != {"payer", "clerk"}:
    sys.exit("the threads have other names")
states = {t["state"] for t in threads}
cpu = [t["cpu_percent"] for t in threads]
if any(c is None for c in cpu):
    sys.exit("no second sample yet")
if states == {"sleeping"} and max(cpu) < 1:
    print("deadlock")
elif states == {"running"} and min(cpu) > 0:
    print("spin")
else:
    sys.exit("%s %s" % (states, cpu))
END

# verdict PID VERDICT
verdict() {
	tries=0
	until "$dbgtop" show -j "$1" hearts transfers threads 2>"$dir/err" |
		python3 "$dir/verdict.py" >"$dir/said" 2>>"$dir/err"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || die "$(cat "$dir/err" "$dir/agent.log")"
		sleep 0.05
	done
	[ "$(cat "$dir/said")" = "$2" ] || die "$1: $(cat "$dir/said"), not $2"
}
verdict "$deadlocked" deadlock
verdict "$spinning" spin

# People see it, too.
for pid in "$deadlocked" "$spinning"; do
	expect_exit 0 "$dbgtop" show "$pid" hearts transfers threads
	expect_match '^! .* payer  *late '
	expect_match '^! .* clerk  *late '
	expect_match '^  .* main  *resting '
	expect_match ' transfer .* payer  *locking '
done
expect_match ' payer  *running '
expect_exit 0 "$dbgtop" show "$deadlocked" threads
expect_match ' payer  *sleeping '
