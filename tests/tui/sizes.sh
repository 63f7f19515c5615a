#!/bin/sh
# Every screen at every size, live and in the past: it is drawn, fits, and names
# itself where there is room for that.  limit: 300

. tests/tui/lib.sh

mkfifo "$dir/words"
LD_LIBRARY_PATH=$PWD/$B DBGSHM=on "$B/examples/workshop" <"$dir/words" \
	>/dev/null 2>&1 &
pid=$!
started="$started $pid"
exec 5>"$dir/words"
echo lose >&5
wait_for "$dbgtop" path "$pid"

start 100x30 "$dbgtop $pid"
wait_for_text 'LIVE$'

# KEYS that lead to a screen|text that is on it at 80x24 and above
cat >"$dir/screens" <<'END'
1|1 Overview\]
2|2 Tables\]
3|3 Histo
4|4 Events\]
5|5 Changes\]
6|6 Info\]
7|7 Op
8|8 Errors\]
7 Enter|began
1 Right Enter|what the kernel\|CPU time\|times
A|SINCE\|FOR
s|slowest operations
o|processes  on
F2|SETTING
?|WHAT IT DOES
END

for moment in Z Space; do
	for size in 20x5 40x10 80x24 100x30 200x60; do
		resize "$size"
		while IFS='|' read -r keys text; do
			for one in $keys; do
				key "$one"
			done
			case $size in
			20x5) wait_for_text 'Quit' ;;
			40x10) wait_for_text 'Quit' ;;
			*) wait_for_text "$text" ;;
			esac
			expect_size "$size"
			[ -n "$(viewer)" ] || die "gone at $size after $keys"
			case $keys in
			o | F2 | '?') key Escape ;;
			esac
			key 1
		done <"$dir/screens"
	done
	# From the present into a moment that stands still, and back.
	resize 100x30
	key 1
	wait_for_text '1 Overview\]'
	key $moment
done
key q
resize 80x24
wait_for_text 'status 0'
expect_restored 'all sizes'
exec 5>&-
