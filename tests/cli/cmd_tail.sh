#!/bin/sh
# tail: the past as the program itself logged it, then the present; every format.
. tests/cli/lib.sh

trap 'forget "$dir/minutes"; cleanup' EXIT
export LC_ALL=C.UTF-8

start_minutes 180 12
every="assert len(out) == 3 * len(log), len(out)
for one in out:
    assert log[one['mono_ns']][one['name']] == one['value'], one
for name in 'sent', 'queue', 'latency':
    mine = [one for one in out if one['name'] == name]
    assert [one['mono_ns'] for one in mine] == times
    for n in range(1, len(mine)):
        gap = mine[n]['mono_ns'] - mine[n - 1]['mono_ns'] > 1500000000
        assert gap == (n == 90) == (mine[n]['gap_ns'] > 0), mine[n]
        if name == 'queue' or gap:
            assert mine[n]['rate'] is None, mine[n]
        else:
            assert mine[n]['rate'] == mine[n]['value'] - mine[n - 1]['value']"
rows="seen = {}
for one in out:
    where = seen.setdefault(one['mono_ns'], {})
    where.setdefault(one['row'], {})[one['name']] = one['value']
for time in times:
    mine = {row['number']: row['done'] for row in seen.get(time, {}).values()}
    assert mine == log[time]['rows'], (time, mine, log[time]['rows'])"

# Every value of every second, counters, gauges, histograms and rows.
all() {
	expect_exit 0 "$dbgtop" tail "$1" net/peers --since 1h -O jsonl
	compare "$every"
	expect_exit 0 "$dbgtop" tail "$1" 'net/*:[nd]*' --since 1h -O jsonl
	compare "$rows"
}
all "$pid"

# What is published later, and goes away again, is absent before and after.
expect_exit 0 "$dbgtop" tail "$pid" late --since 1h -O jsonl
compare "assert [one['value'] for one in out] == list(range(60, 120))
assert [one['mono_ns'] for one in out] == times[60:120]"

# Columns that fit, with a gap where nothing was recorded, and a summary.
expect_exit 0 "$dbgtop" tail "$pid" net/peers
[ "$(grep -c '^20.*Z  ' "$dir/out")" -eq 20 ] || die "not 20 lines"
expect_match '^TIME  *sent/s  *queue  *latency/s  latency.p99$'
expect_match '^minutes  pid [0-9]*  live, history reaches back to 20.* (3m1[0-9]s ago)'
expect_match '^SUMMARY  *SAMPLES  *MIN  *MEAN  *MAX  *P50  *P95  *P99$'
expect_match '^net/peers:queue  *20 '
expect_no_match gap
expect_exit 0 "$dbgtop" tail "$pid" net/peers:queue --since 1h -q
expect_match '^-- gap: nothing was recorded for 13.0 s$'
expect_no_match SUMMARY
expect_exit 0 "$dbgtop" tail "$pid" net/peers --lines -n 1
expect_match '  net/peers:sent  *[0-9]*  *[0-9]*/s$'
expect_match '  net/peers:latency  *180  *1/s  p50 [0-9]*  p99 [0-9]*$'
expect_exit 0 "$dbgtop" tail "$pid" net/peers --since 1h
awk '$1 == "net/peers:queue" { exit !($2 == 180 && $5 == 5000) }' "$dir/out" ||
	die "summary: $(tail -n 4 "$dir/out")"

# Fewer: each stands for an interval, and says what was in it.
expect_exit 0 "$dbgtop" tail "$pid" net/peers:queue --since 1h -i 60s -O jsonl
compare "assert 4 <= len(out) <= 5
assert max(one['max'] for one in out) == 5000
for one in out:
    mine = [log[time]['queue'] for time in times if
        time // 60000000000 == one['mono_ns'] // 60000000000]
    assert one['max'] in (max(mine), None) and one['value'] == mine[-1]"

# A part of it.
middle=$("$dbgtop" tail "$pid" net/peers:queue --since 1h -O jsonl |
	sed -n '100s/.*"time":"\([^"]*\)".*/\1/p')
expect_exit 0 "$dbgtop" tail "$pid" net/peers --since "$middle" -O jsonl
compare "assert len(out) == 3 * 81 and out[0]['mono_ns'] == times[99]
assert out[0]['rate'] == log[times[99]]['sent'] - log[times[98]]['sent']"
expect_exit 0 "$dbgtop" tail "$pid" net/peers --until "$middle" -n 2 -O jsonl
compare "assert len(out) == 6 and out[-1]['mono_ns'] == times[98]"
expect_exit 1 "$dbgtop" tail "$pid" --until 1h
expect_err 'nothing was recorded in that time, its history reaches back to 20'

# One document, and tables for a spreadsheet.
expect_exit 0 "$dbgtop" tail "$pid" -j net/peers -n 5
json "d['schema'] == 'dbgtop.tail/1' and d['target']['pid'] == $pid and
    len(d['samples']) == 15 and len(d['summary']) == 3 and
    d['summary'][1]['name'] == 'queue' and d['summary'][1]['samples'] == 5"
expect_exit 0 "$dbgtop" tail "$pid" net/peers -n 2 --columns -O jsonl
compare "assert [one['values']['net/peers:sent'] for one in out] == \
    [log[time]['sent'] for time in times[-2:]]
assert out[1]['rates']['net/peers:sent'] == \
    out[1]['values']['net/peers:sent'] - out[0]['values']['net/peers:sent']"
expect_exit 0 "$dbgtop" tail "$pid" net/peers -n 2 --columns -O csv
expect_match '"net/peers:queue","net/peers:latency","net/peers:sent/s"'
[ "$(wc -l <"$dir/out")" -eq 3 ] || die "csv: $(cat "$dir/out")"

# What is not there is said.
expect_exit 1 "$dbgtop" tail "$pid" 'nowhere*'
expect_err 'nowhere\*: nothing of that name in minutes'
expect_exit 2 "$dbgtop" tail "$pid" --lines --columns
expect_exit 2 "$dbgtop" tail "$pid" -f -j
expect_exit 3 "$dbgtop" tail 999999999

# Followed until the program is gone: first what was, then what comes.
"$dbgtop" tail "$pid" -f -i 100ms net/peers -n 3 -O jsonl >"$dir/followed" \
    2>"$dir/end" &
follower=$!
started="$started $follower"
lines() { [ "$(wc -l <"$dir/followed")" -ge 24 ]; }
wait_for lines
kill -KILL "$pid"
wait $follower
[ $? -eq 6 ] || die "-f of a dead one is not 6: $(cat "$dir/end")"
grep -q "minutes (pid $pid): dead since " "$dir/end" || die "not said why"
cp "$dir/followed" "$dir/out"
compare "last = log[times[-1]]
assert all(one['value'] == last[one['name']] for one in out[9:])
assert all(one['rate'] in (None, 0) for one in out[12:])"

# Dead, the same; and a copy on another path.
all "$pid"
cp "$("$dbgtop" path "$pid")" "$dir/copy.dbg"
all "$dir/copy.dbg"
rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg

# Ctrl-C ends it with a summary, and as what it is.
start_minutes 20
"$dbgtop" tail "$pid" -f net/peers >"$dir/out" 2>"$dir/err" &
follower=$!
started="$started $follower"
wait_for grep -q '^20' "$dir/out"
kill -TERM $follower
wait $follower 2>/dev/null
status=$?
[ $status -eq 143 ] || die "SIGTERM: exit $status"
expect_match '^SUMMARY'

# Older than the finest tier: fewer samples, with what was least and most.
start_minutes 4000
expect_exit 0 "$dbgtop" tail "$pid" net/peers:queue --since 2h -O jsonl
compare "assert out[0]['period_ns'] == 60000000000, out[0]
assert out[-1]['period_ns'] == 1000000000
coarse = [one for one in out if one['period_ns'] > 1000000000]
assert max(one['max'] for one in coarse) == 5000
assert max(one['value'] for one in coarse) < 5000
for one in out:
    assert log[one['mono_ns']]['queue'] == one['value'], one"
expect_exit 0 "$dbgtop" tail "$pid" net/peers:queue --since 2h --lines
expect_match '^-- from here each sample stands for 1m00s, recorded as one$'
expect_match '^-- from here each sample stands for 1.00 s$'
expect_match ' from -[0-9]* to 5000$'
