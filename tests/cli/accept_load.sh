#!/bin/sh
# A load test in a shell script ends at the moment when the 99th percentile of what the
# server took lately exceeds a bound, and the snapshot is of that moment.
. tests/cli/lib.sh

command -v python3 >/dev/null || skip 'no python3'
trap 'forget "$dir/loadtest"; cleanup' EXIT
cp "$B/examples/loadtest" "$dir/"

# What a person would write; the server slows down by 5 % ten times a second.
cat >"$dir/script" <<'END'
"$dir/loadtest" ramp &
load=$!
"$dbgtop" wait $load 'p99(requests:latency) > 5ms' --timeout 2m \
	--snapshot "$dir/slow.zip" -i 200ms
status=$?
date +%s%N >"$dir/ended"
kill $load
wait $load
echo "load test over, status $status"
exit $status
END
export dir dbgtop LD_LIBRARY_PATH="$PWD/$B"
expect_exit 0 sh "$dir/script"
expect_match '^held after .*: p99(requests:latency) = [5-7][0-9]\{6\}$'
expect_match '^load test over, status 0$'
stopped() { ! readlink /proc/[0-9]*/exe | grep -qxF "$dir/loadtest"; }
wait_for stopped

# It had been quick until then; the last that was recorded is what was waited for.
expect_exit 0 "$dbgtop" tail "$dir/slow.zip" requests:latency --since 1h -O jsonl
python3 - "$dir/out" "$(cat "$dir/ended")" <<'END' || die 'not of that moment'
import calendar, json, sys, time
samples = [json.loads(line) for line in open(sys.argv[1])]
recent = [s["recent_p99"] for s in samples if s["recent_p99"]]
assert recent[-1] > 5000000, recent
over = sum(p99 > 5000000 for p99 in recent)
# 5 % a sample: what is past the bound was recorded while nobody looked.
assert 1 <= over <= 20 and len(recent) > 20 and recent[0] < 2000000, recent
END
expect_exit 0 "$dbgtop" show "$dir/slow.zip" requests
expect_match '^live, snapshot of '

# One that does not get slow is ended by the time, with another status.
"$dir/loadtest" </dev/null >/dev/null 2>&1 &
started="$started $!"
wait_for "$dbgtop" path $!
expect_exit 1 "$dbgtop" wait $! 'p99(requests:latency) > 5ms' --timeout 1s \
	--snapshot "$dir/none.zip"
[ ! -e "$dir/none.zip" ] || die 'a snapshot of nothing'
