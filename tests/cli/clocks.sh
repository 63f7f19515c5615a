#!/bin/sh
# The machine sleeps, the wall clock is set back and forward, ticks are missed: gaps
# are gaps, never zeros or giant rates, and --at finds the right moment.
. tests/cli/lib.sh

export LC_ALL=C.UTF-8
cp "$B/tests/fault/clocks" "$dir/" || exit 1
trap 'forget "$dir/clocks"; cleanup' EXIT
"$dir/clocks" >"$dir/log" 2>/dev/null &
pid=$!
started="$started $pid"
wait_for grep -q '^end$' "$dir/log"
wait_for "$dbgtop" path "$pid"
sed -i '/^end$/d' "$dir/log"

# check RECORDS PYTHON: records, one a line, as `out`; lines of the log as `log`.
check() {
	python3 - "$1" "$dir/log" "$2" <<'END' || die "not what was logged"
import json, sys

with open(sys.argv[1]) as file:
    out = [json.loads(line) for line in file]
with open(sys.argv[2]) as file:
    log = [[int(word) for word in line.split()] for line in file]
exec(sys.argv[3])
END
}

# One sample for each tick, with rates that are right over each step of the wall
# clock and unknown after a gap; the library's own clocks come a little later.
every="sent = [one for one in out if one['name'] == 'sent']
level = [one for one in out if one['name'] == 'level']
assert len(sent) == len(level) == len(log), len(sent)
for one, two, (mono, boot, real, gap, asleep, value, number) in zip(
        sent, level, log):
    assert one['value'] == value and two['value'] == number, one
    assert abs(one['mono_ns'] - mono) < 1000000, one
    assert abs(one['gap_ns'] - (gap + 1) * 10**9) < 1000000 if gap else \
        one['gap_ns'] == 0, one
    if gap or number == 1:
        assert one['rate'] is None, one
    else:
        assert abs(one['rate'] - 100) < 1, one"
expect_exit 0 "$dbgtop" tail "$pid" work --since 1d -O jsonl
cp "$dir/out" "$dir/all"
check "$dir/all" "$every"

expect_exit 0 "$dbgtop" tail "$pid" work --since 1d -q
[ "$(grep -c '^-- gap' "$dir/out")" -eq 3 ] || die "gaps: $(cat "$dir/out")"
slept='of that the machine slept \(10m00s\|9m59s\)$'
expect_match "^-- gap: nothing was recorded for 10m01s, $slept"
expect_match '^-- gap: nothing was recorded for 41.0 s$'
expect_match "^-- gap: nothing was recorded for 11m31s, $slept"

# time_of N MILLISECONDS: the wall clock's time of tick N, and so much more.
time_of() {
	sed -n "$((2 * $1))"'s/.*"time":"\([^"]*\)".*/\1/p' "$dir/all" >"$dir/time"
	ms=$((1$(sed 's/.*\.\(...\).*/\1/' "$dir/time") % 1000 + $2))
	seconds=$(($(date -u -d "$(sed 's/\..*//' "$dir/time")Z" +%s) + ms / 1000))
	date -u -d "@$seconds" +"%FT%T.$(printf %03d $((ms % 1000)))Z"
}

# at N: at the time of tick N, and a little later, everything is as it was then.
at() {
	when=$(sed -n "$((2 * $1))"'s/.*"time":"\([^"]*\)".*/\1/p' "$dir/all")
	for later in "$when" "$(time_of "$1" 500)"; do
		expect_exit 0 "$dbgtop" get "$pid" --at "$later" work:sent \
		    work:level
		expect_out "$((100 * $1))
$1"
	done
	run "$dbgtop" get "$pid" --at "$when" --rate work:sent
	case $1 in
	1 | 41 | 161 | 201)
		[ $status -eq 1 ] || die "a rate over a gap: $(cat "$dir/out")"
		;;
	*)
		[ "$(cut -d. -f1 "$dir/out")" = 99 ] ||
		    [ "$(cut -d. -f1 "$dir/out")" = 100 ] ||
			die "rate at $1: $(cat "$dir/out" "$dir/err")"
		;;
	esac
}
for n in 1 2 39 40 41 42 79 80 81 82 119 120 121 122 160 161 162 200 201 202 240; do
	at $n
done

# While nothing was recorded it is as it was before, and that is said.
for n in 40 160 200; do
	expect_exit 0 "$dbgtop" show "$pid" --at "$(time_of $n 20000)" work
	expect_match "^ *level  *$n\$"
	expect_match '^a gap: nothing was recorded for '
done
