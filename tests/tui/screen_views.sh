#!/bin/sh
# The views of all profiles on a real program: from a slow operation to the moment
# it began, along references, from a histogram to its charts.
. tests/tui/lib.sh

trap 'forget "$dir/workshop"; tui_cleanup' EXIT
mkfifo "$dir/words" || exit 1
cp "$B/examples/workshop" "$dir/" || exit 1
LD_LIBRARY_PATH=$PWD/$B "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started=$pid
exec 3>"$dir/words"
say() { echo "$*" >&3; }
wait_for "$dbgtop" path "$pid"
say lose
# Two samples of the past at least.
samples() {
	[ "$("$dbgtop" tail "$pid" process:cpu_user --since 1h -O jsonl |
	    wc -l)" -ge 2 ]
}
wait_for samples

# The operations of all tables, parts below what they are a part of.
start 80x24 "$dbgtop" -i 100ms "$pid"
wait_for_text '1 Overview'
key 7
wait_for_text '> serve  *[0-9.m]* *m*s*  running  GET /dog.png '
wait_for_text '     *decode  *[0-9.m]* *m*s*  running  dog.png '
wait_for_text ' -decode  *[0-9.]* [nu]s  failed  *cat.png '

# To the moment it began, and back to the present.
key Enter
wait_for_text ' work\[1.1\]  running  serve'
wait_for_text '> began  *[0-9:.]*  .* ago, Enter goes there'
key Enter
wait_for_text ' PAST '
wait_for_text ' work\[1.1\]  running  serve'
wait_for_text ' before, Enter goes there'
key ')'
wait_for_text ' LIVE'
wait_for_text ' ago, Enter goes there'

# What refers to it, and back the same way.
wait_for_text 'work\[2.1\]  *decode  running  parent'
key Tab Enter
wait_for_text ' work\[2.1\]  running  decode'
wait_for_text 'parent  *work\[1.1\] serve  *Enter follows'
key Escape
wait_for_text ' work\[1.1\]  running  serve'
key Escape
wait_for_text 'OPERATION '

# An event leads to the row it speaks of.
key 4
wait_for_text '[0-9:]*\.[0-9]*  warn  *log  *lost_peer '
key / w a r n Enter
wait_for_text '^> .* warn '
wait_for_text 'Enter follows the reference   @ goes to'
key Enter
wait_for_text ' net/connections\[0.1\]  .*10.0.0.7'
wait_for_text 'requests\[0.1\]'
key Escape
wait_for_text 'filter: warn'
key '='
wait_for_text ' info '
say burst 5000
wait_for_text '[0-9]* lost in all'
key / l o s t Enter
wait_for_text "~ [0-9]* lost"
key '='

# All tables, and the rows of one.
key 2
wait_for_text '> work  *operation  *3  *8 '
key Down Down
wait_for_text '─ net/connections  1 row'
key Tab
wait_for_text '^> 10.0.0.7 '
key Enter
wait_for_text ' net/connections\[0.1\] '
key Escape
wait_for_text '^> 10.0.0.7 '

# Errors, the last one on top.
key 8
wait_for_text '^> *!*read  *2 '
say end

# A histogram, its percentiles and charts.
key 3
wait_for_text 'work:latency{decode}  *2 '
key Enter
wait_for_text 'since start  *2 '
wait_for_text 'histogram, ns, last 1 min'
wait_for_text 'spread .*p50 .*p99'
key Tab
wait_for_text 'how many of which size'
key -
wait_for_text 'histogram, ns, last 5 min'
key L
wait_for_text 'logarithmic'
key Escape
wait_for_text 'HISTOGRAM '

for size in 20x5 40x10 200x60; do
	resize "$size"
	for view in 2 3 4 7 8; do
		key "$view"
		wait_for_text "^>"
		expect_size "$size"
		key Enter
		wait_for_no_text '^  TEXT$'
		expect_size "$size"
	done
done
resize 80x24
key q
wait_for_text 'status 0'
expect_restored 'q'
