#!/bin/sh
# What changed, alerts and info of a program whose last minutes differ from the
# hour before: what is listed, and the ways to a thing and to its moment.
. tests/tui/lib.sh

trap 'forget "$dir/changed"; tui_cleanup' EXIT
mkfifo "$dir/words" || exit 1
cp "$B/tests/tui/changed" "$dir/" || exit 1
"$dir/changed" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started=$pid
exec 3>"$dir/words" # it ends when nobody holds this
wait_for "$dbgtop" path "$pid"

for size in 80x24 200x60 40x10 20x5; do
	start "$size" "$dbgtop" "$pid"
	wait_for_text LIVE
	key w
	wait_for_text '> .*latency p99'
	case $size in
	80x24 | 200x60)
		wait_for_text 'what changed  last 5m against the'
		wait_for_text 'app/latency p99  *[0-9]* us  *7[.0-9]* ms  since'
		wait_for_text 'app rows  *4  *18  since'
		wait_for_text 'app/errors: "short write"  *none  *1  first'
		;;
	esac
	expect_size "$size"
	key 6
	wait_for_text 'PROCESS'
	expect_size "$size"
	key A
	wait_for_text 'accept'
	expect_size "$size"
	key q
	wait_for_text 'status 0'
done

start 100x30 "$dbgtop" "$pid"
wait_for_text LIVE
key 5
wait_for_text '> .*latency p99'

# Another window; the shortest is a minute.
key -
wait_for_text 'last 15m against'
key + + +
wait_for_text 'last 1m against'
key -
wait_for_text 'last 5m against'

# To the thing, and back.
key / l a t e n c y Enter
wait_for_text '> .*app/latency p99'
wait_for_text 'was [0-9]* us in the .* before, 7[.0-9]* ms in the last 5m'
key Enter
wait_for_text 'app:latency  histogram'
key Escape
wait_for_text 'what changed'

# To the moment: it is the past, and one key back.
key @
wait_for_text 'app:latency  histogram'
wait_for_text 'PAST -[0-9]* '
key Z
wait_for_text 'LIVE$'
key Escape
wait_for_text 'what changed'

# Alerts: what they are about is one key away.
key A
wait_for_text '!error  health: "accept"  *no heartbeat within'
wait_for_text '!warn  *queues: "jobs"  *nearly full: 95 of 100'
key / j o b s Enter Enter
wait_for_text 'jobs'
wait_for_no_text 'stay listed'
key Escape
wait_for_text '[0-9] alerts'

# It dies while somebody looks.
kill -KILL "$pid"
wait_for_text 'DEAD since'
key Escape 6
wait_for_text 'state  *DEAD since'
key q
wait_for_text 'status 0'
