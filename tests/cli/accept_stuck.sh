#!/bin/sh
# A program that is stuck in a read on a FIFO, inside an operation inside another,
# shows from outside both operations, how long each has run, and the step that it
# is stuck in.  Killed, it shows the same as what it was doing when it died.
. tests/cli/lib.sh

mkfifo "$dir/fifo"
exec 9<>"$dir/fifo" # a writer who writes nothing
start_stuck() {
	cp "$B/examples/stuck" "$dir/s$$"
	LD_LIBRARY_PATH=$PWD/$B "$dir/s$$" "$dir/fifo" 9<&- &
	pid=$!
	started="$started $pid"
}

cat >"$dir/look.py" <<'END'
"""What `dbgtop show -j` says of the two operations and the steps.

usage: look.py stuck|dead BEFORE_NS AFTER_NS FIFO FILE
"""
import calendar
import json
import sys
import time

wanted, before, after, fifo, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    shown = json.load(file)
profiles = {p["path"]: p for p in shown["profiles"]}
work = profiles["work"]["table"]["rows"]
steps = profiles["steps"]["table"]["rows"]


def wall_ns(text):
    seconds, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) \
        * 10**9 + int(fraction.ljust(9, "0"))


def check(said, what):
    if not said:
        sys.exit("%s: %s in %s" % (wanted, what, json.dumps(
            [shown["target"]["state"], work, steps], indent=1)))


check([r["cells"]["kind"] for r in work] == (
    ["import", "read"]), "the longest first")
outer, inner = work
check(outer["cells"]["detail"] == "of the night", "detail")
check(inner["cells"]["detail"] == fifo, "detail")
check(outer["cells"]["parent"] is None, "no parent")
check(inner["cells"]["parent"]["ref"] == "work[%s]" % outer["id"], "parent")
check([r["cells"]["step"] for r in steps] == ["read", "open"], "newest first")
for row in steps:
    check(row["cells"]["operation"]["ref"] == "work[%s]" % inner["id"],
          "a step of the inner one")
    check(row["cells"]["detail"] == fifo, "detail of a step")
check(steps[1]["state"] == "finished" and
      steps[1]["cells"]["elapsed"] < 10**10, "a past step")
check(all(r["state"] == "live" and "ended" not in r
          for r in work + steps[:1]), "under way")
if wanted == "stuck":
    check(shown["target"]["state"] == "live", "live")
    # As long as since then, give or take what two clocks differ in.
    for row in work + steps[:1]:
        began, elapsed = wall_ns(row["started"]), row["cells"]["elapsed"]
        slack = elapsed // 50 + 2 * 10**6
        check(int(before) - began - slack <= elapsed <=
              int(after) - began + slack, "elapsed of " + row["id"])
    check(work[1]["cells"]["elapsed"] > 3 * 10**8, "a while")
if wanted == "dead":
    check(shown["target"]["state"] == "dead", "dead")
    print(*[r["cells"]["elapsed"] for r in work + steps])
END

# look HOW: what a show says now.
look() {
	before=$(date +%s%N)
	"$dbgtop" show -j "$pid" work steps >"$dir/out" 2>"$dir/err" || return 1
	python3 "$dir/look.py" "$1" "$before" "$(date +%s%N)" "$dir/fifo" \
	    "$dir/out" >"$dir/said" 2>&1
}
# looks HOW: the last word is that of the last try.
looks() {
	tries=0
	until look "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || die "$(cat "$dir/err" "$dir/said")"
		sleep 0.05
	done
}

start_stuck
looks stuck
expect_exit 0 "$dbgtop" show "$pid" work steps
expect_match '^ *[0-9.]*  *import .*of the night .*reading'
expect_match "^ *[0-9.]*  *read .*$dir/fifo"
expect_match "^ *[0-9.]*  *now  *main  *read .*$dir/fifo .*work\[[0-9.]*\]"
expect_match "^ *[0-9.]*  *past  *main  *open "
expect_no_match 'when it died'

# Killed: the same, and time stands still.
kill -KILL "$pid"
wait "$pid" 2>/dev/null
looks dead
first=$(cat "$dir/said")
expect_exit 0 "$dbgtop" show "$pid" work steps
expect_match 'what it was doing when it died'
expect_match "^ *[0-9.]*  *at death  *import .*of the night"
expect_match "^ *[0-9.]*  *at death  *read .*$dir/fifo"
expect_match "^ *[0-9.]*  *at death  *main  *read .*$dir/fifo"
looks dead
[ "$(cat "$dir/said")" = "$first" ] ||
	die "dead, and goes on: $first, $(cat "$dir/said")"
rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg

# And one that gets what it waits for.
start_stuck
looks stuck
echo go >&9
ended() {
	"$dbgtop" get "$pid" 'work:outcomes{operation="import",outcome="ok"}' |
		grep -qx 1
}
wait_for ended
expect_exit 0 "$dbgtop" show -j "$pid" work steps
json "[(r['cells']['kind'], r['state'], r['cells']['outcome'])
    for p in d['profiles'] if p['path'] == 'work'
    for r in p['table']['rows']] ==
    [('import', 'finished', 'ok'), ('read', 'finished', 'ok')]"
json "[r['state'] for p in d['profiles'] if p['path'] == 'steps'
    for r in p['table']['rows']] == ['finished', 'finished']"
# The histogram has what the row says, which was over 0.3 s.
json "[(m['count'], abs(m['sum'] - r['cells']['elapsed']) < m['sum'] / 50,
    m['sum'] > 3 * 10 ** 8)
    for p in d['profiles'] if p['path'] == 'work'
    for m in p['metrics'] if m['name'] == 'latency'
    for r in p['table']['rows']
    if r['cells']['kind'] == m['labels']['operation']] == [(1, True, True)] * 2"
forget "$dir/s$$"
