#!/bin/sh
# show, describe and get of one of every shape: what runs, what is late, what is
# open, what went wrong, and the same after a crash.
. tests/cli/lib.sh

trap 'forget "$dir/workshop"; cleanup' EXIT
export LC_ALL=C.UTF-8

mkfifo "$dir/words" || exit 1
cp "$B/examples/workshop" "$dir/" || exit 1
LD_LIBRARY_PATH=$PWD/$B "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started=$pid
exec 3>"$dir/words"
say() { echo "$*" >&3; }
wait_for "$dbgtop" path "$pid"
say lose
is_told() { "$dbgtop" log "$pid" | grep -q lost_peer; }
wait_for is_told

# line N PATTERN: of the last run.
line() {
	sed -n "$1p" "$dir/out" | grep -q -e "$2" ||
		die "line $1 is not \"$2\": $(cat "$dir/out")"
}
heading() {
	line 2 "^  ID   $1\$"
}
n='[0-9][0-9]*'
when='20[-0-9]*T[:.0-9]*Z'

# Operations: the longest first, parts below the whole, then those that ended.
expect_exit 0 "$dbgtop" show -q "$pid" work
heading 'ROW      KIND      ELAPSED_NS  *DETAIL        PHASE   PROGRESS  *QUIET_NS  *ENDED  *THREAD'
line 3 "^  1.1  running  serve     *$n  GET /dog.png  decode       1/3  *$n  *$pid\$"
line 4 "^  2.1  running    decode  *$n  dog.png  *$pid\$"
line 5 "^  0.1  failed   decode    *$n  cat.png  *$when  *$pid\$"
expect_match '^  outcomes{operation="decode",outcome="failed"}  1$'
expect_no_match 'outcome="ok"'
expect_exit 0 "$dbgtop" show "$pid" work
expect_match '(8 still at zero, -a shows them)'
expect_exit 0 "$dbgtop" show -a "$pid" work
expect_match 'outcome="ok"}  *0$'
expect_match '^  ID .* DONE  TOTAL  *PROGRESSED  OUTCOME$'

# The others: what a person asks first comes first.
expect_exit 0 "$dbgtop" show -q "$pid" steps
heading "ROW   TRAIL  STEP  *ELAPSED_NS  DETAIL  *OPERATION  *THREAD"
line 3 "^  1.1  now   main   read  *$n  /srv/dog.png  work\[2.1\] decode  *$pid\$"
line 4 "^  0.1  past  main   open  *$n  /srv/dog.png  work\[2.1\] decode  *$pid\$"
expect_exit 0 "$dbgtop" show -q "$pid" health
heading 'NAME  VERDICT  *AGE_NS  *DEADLINE_NS  BEATS  *THREAD'
line 3 '^! 0.1  disk  late '
line 4 '^  1.1  net   ok '
expect_exit 0 "$dbgtop" show -q "$pid" queues
heading 'NAME  DEPTH  CAPACITY  *OLDEST_AGE_NS  IN_FLIGHT  DONE'
line 3 "^  0.1  jobs      3       100  *$n          1     1\$"
expect_match "^  waiting  2  *peak 12 ($when)\$"
expect_exit 0 "$dbgtop" show -q "$pid" caches
line 3 '^  0.1  images  *0.75  *1  *50  *3  *1$'
expect_exit 0 "$dbgtop" show -q "$pid" limits
heading 'NAME    CURRENT  LIMIT  USED_RATIO  WAITING  *WAITING_FOR_NS  WHO'
line 3 "^  0.1  memory      300    400        0.75        1  *$n  decode dog.png\$"
expect_exit 0 "$dbgtop" show -q "$pid" workers
heading 'NAME      BUSY  *ELAPSED_NS  WORK     JOBS  *THREAD'
line 3 "^  0.1  worker 1  yes  *$n  dog.png     0  *$pid\$"
expect_exit 0 "$dbgtop" show -q "$pid" schedule
heading 'NAME      RUNNING  *DUE_IN_NS  *LAST  *COST_NS  RESULT  ITEMS  RUNS  *PERIOD_NS'
line 3 "^  0.1  clean up  no  *$n  *$when  *$n  ok          7     1  60000000000\$"
expect_exit 0 "$dbgtop" show -q "$pid" errors
heading 'TEXT   COUNT  *AGE_NS  DETAIL        CODE  *FIRST'
line 3 "^  0.1  read       2  *$n  /srv/cat.png     5  $when\$"
line 4 "^  1.1  write      1  *$n  /srv/new.png    28  $when\$"
expect_exit 0 "$dbgtop" show -q "$pid" files
heading 'ROW     NAME  *HELD_NS  OPENED  *CLOSED  *ENDED  KEY  *THREAD'
line 3 "^  1.1  open    /srv/dog.png  *$n  .*workshop.c:$n  *8  *$pid\$"
line 4 "^  0.1  closed  /srv/cat.png  *$n  .*workshop.c:$n  .*workshop.c:$n  *$when    7  *$pid\$"
expect_exit 0 "$dbgtop" show -q "$pid" requests
line 3 "^  0.1  *$n  GET /dog.png  net/connections\[0.1\] 10.0.0.7\$"
expect_exit 0 "$dbgtop" show -q "$pid" log
line 3 "^  $when  warn   lost_peer  10.0.0.7.* on net/connections\[0.1\]\$"
line 4 "^  $when  info   message    2 kinds\$"

# Programs get the same in the order of the shape, with raw words and times.
expect_exit 0 "$dbgtop" show -j "$pid"
cat >"$dir/check.py" <<'END'
import json, sys
shown = json.load(open(sys.argv[1]))
profiles = {p["path"]: p for p in shown["profiles"]}
shapes = {path: p["table"]["shape"] for path, p in profiles.items()
    if "table" in p}
assert shapes == {"work": "operation", "steps": "step", "requests": "object",
    "net/connections": "object", "health": "heartbeat", "queues": "queue",
    "caches": "cache", "limits": "limit", "workers": "worker",
    "schedule": "schedule", "errors": "error", "files": "pair"}, shapes
rows = profiles["work"]["table"]["rows"]
assert [r["state"] for r in rows] == ["live", "live", "finished"]
assert [r["cells"]["outcome"] for r in rows] == ["none", "none", "failed"]
assert rows[0]["cells"]["elapsed"] >= rows[1]["cells"]["elapsed"] > 0
assert rows[0]["cells"]["parent"] is None
assert rows[1]["cells"]["parent"] == {"ref": "work[1.1]", "state": "live"}
assert all("started" in r for r in rows)
assert ["ended" in r for r in rows] == [False, False, True]
assert rows[2]["started"] <= rows[2]["ended"]
waiting, = profiles["queues"]["metrics"]
assert waiting["value"] == 2 and waiting["peak"] == 12, waiting
assert waiting["peak_time"].endswith("Z")
assert "peak" not in profiles["work"]["metrics"][1]
events = profiles["log"]["events"]
assert [e["event"] for e in events] == ["lost_peer", "message"], events
assert events[0]["fields"]["connection"]["state"] == "live"
assert events[0]["lost"] == 0 and events[0]["mono_ns"] > events[1]["mono_ns"]
END
python3 "$dir/check.py" "$dir/out" || die "show -j"
expect_exit 0 "$dbgtop" show -O csv "$pid" requests
expect_match '"0.1","connection","","reference","","net/connections\[0.1\]"'

# Single values.
expect_exit 0 "$dbgtop" get "$pid" 'health[0].verdict' 'work[2].parent' \
	'caches[0].hit_rate' 'queues[0].depth'
expect_out "late
work[1.1]
0.75
3"
expect_exit 0 "$dbgtop" get "$pid" 'work[1].elapsed'
[ "$(cat "$dir/out")" -gt 0 ] || die "elapsed: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" get --age "$pid" 'work[1].elapsed'
[ "$(cat "$dir/out")" -lt 60000000000 ] || die "age: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" get --peak "$pid" queues:waiting
expect_out 12
expect_exit 1 "$dbgtop" get --peak "$pid" files:unmatched_closes
expect_err 'has no peak, it is not a gauge'
expect_exit 1 "$dbgtop" get "$pid" 'work[1].parent'
expect_out ''
expect_err 'refers to nothing'

# What there is.
expect_exit 0 "$dbgtop" describe "$pid" work log
expect_match '^  parent  *reference  *-  *normal '
expect_match '^  elapsed  *duration  *ns  *normal .*(derived)$'
expect_match '^  table of at most 8 rows, shape operation$'
expect_match '^  lost_peer  warn   {peer} after {after} on {connection}  peer text, after counter, connection reference$'
expect_exit 0 "$dbgtop" describe -j "$pid" work log
json "d['profiles'][0]['table']['shape'] == 'operation' and
    [c['derived'] for c in d['profiles'][0]['table']['columns']] ==
	[False] * 9 + [True] * 2 and
    [e['event'] for e in d['profiles'][1]['log']['events']] == ['lost_peer'] and
    d['profiles'][1]['log']['events'][0]['level'] == 'warn' and
    [f['name'] for f in d['profiles'][1]['log']['events'][0]['fields']] ==
	['peer', 'after', 'connection']"

# Stale references say so.
say renew
is_renewed() { "$dbgtop" show "$pid" requests | grep -q '\[0.1\] (gone)$'; }
wait_for is_renewed
expect_exit 0 "$dbgtop" show -j "$pid" requests
json "d['profiles'][0]['table']['rows'][0]['cells']['connection'] ==
    {'ref': 'net/connections[0.1]', 'state': 'gone'}"

# On a terminal: what is not as wide as the terminal, the widest interest first.
if command -v script >/dev/null; then
	on_terminal 80 show "$pid" work files health
	awk 'length > 80' "$dir/out" | grep . && die "wider than 80"
	expect_match '^  1.1  running  serve .* GET /dog.png  decode       1/3 '
	expect_match '^  3 rows (room for 8), [0-9] columns too many for this width$'
	expect_match '^  1.1  open    /srv/dog.png .* .*workshop.c:[0-9]*'
	expect_match '^! 0.1  disk  late  *[0-9.]* m*s  *1 ns '
	on_terminal 200 show "$pid" work
	expect_match '^  0.1  failed   decode .* [0-9.]* s ago '
	expect_no_match 'too many for this width'
fi

# After a crash: what it was doing.
say end
say die
is_dead() { "$dbgtop" show "$pid" | grep -q '^dead since 20'; }
wait_for is_dead
expect_exit 0 "$dbgtop" show "$pid" work
expect_match "^ages and durations end at its last sign of life, $when\$"
expect_match '^  what it was doing when it died$'
expect_match '^  1.1  at death  serve '
expect_match '^  2.1  ok        decode '
expect_exit 0 "$dbgtop" show "$pid" steps files
expect_match '^  1.1  at death  main   read '
expect_match '^  what was open when it died$'
expect_match '^  1.1  open    /srv/dog.png '
expect_exit 0 "$dbgtop" show -j "$pid"
cp "$dir/out" "$dir/before"
expect_exit 0 "$dbgtop" show -j "$pid"
# Ages of the dead do not grow.
python3 - "$dir/before" "$dir/out" <<'END' || die "the dead grow older"
import json, sys
before, after = [
    [p["table"]["rows"] for p in json.load(open(name))["profiles"]
	if "table" in p] for name in sys.argv[1:]]
assert before == after
END
