#!/bin/sh
# R records what is shown, and a recording is gone through with the keys of time.

. tests/tui/lib.sh

dbgtop=$PWD/$B/dbgtop
start_publisher hello "tuir$$"

# ---- R ---------------------------------------------------------------------------

start 80x24 "cd $dir; $dbgtop $pid"
wait_for_text 'LIVE$'
key R
wait_for_text "recording to dbgtop-tuir$$-.*Z.rec"
wait_for_text "tuir$$ .* REC [0-9.]* [KM]*i*B .*LIVE$"
file=$(echo "$dir"/dbgtop-tuir*.rec)
[ -f "$file" ] || die "no file: $(ls "$dir")"
before=$(wc -c <"$file")
grows() {
	[ "$(wc -c <"$file")" -gt "$before" ]
}
wait_for grows
# Also while something else is shown.
key o
wait_for_text 'processes  on'
before=$(wc -c <"$file")
wait_for grows
key Escape Space
wait_for_text 'PAUSED'
before=$(wc -c <"$file")
wait_for grows
key z R
wait_for_text "recorded to dbgtop-tuir$$-.*: .* frames, .*"
wait_for_no_text ' REC '
expect_exit 0 "$dbgtop" get "$file" hello:greetings
[ "$(cat "$dir/out")" -gt 0 ] || die "recorded: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" check "$file"
# It goes on when the program is started again, if it is called by its name.
key q
wait_for_text 'status 0'
rm "$file"
type_line "clear; $dbgtop tuir$$"
wait_for_text 'LIVE$'
key R
wait_for_text 'REC [0-9.]* [KM]*i*B'
file=$(echo "$dir"/dbgtop-tuir*.rec)
kill -KILL "$pid"
wait "$pid" 2>/dev/null
wait_for_text 'DEAD'
name=tuir$$
LD_LIBRARY_PATH=$PWD/$B "$dir/$name" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
two() {
	"$dbgtop" list -j "$file" >"$dir/out" 2>/dev/null &&
		(json 'len(d["regions"]) == 2')
}
wait_for two
# Leaving ends it in order.
key q
wait_for_text 'ready> *$'
expect_exit 0 "$dbgtop" get "$file:$pid" hello:greetings
rm "$file"
# What goes wrong is said.
type_line "cd /proc; clear; $dbgtop $pid"
wait_for_text 'LIVE$'
key R
wait_for_text 'not recorded: '
wait_for_no_text ' REC '
key q
wait_for_text 'ready> *$'

# ---- replay ------------------------------------------------------------------------

start_minutes 180
expect_exit 0 "$dbgtop" record "$pid" -o "$dir/replay.rec" -n 1 -i 10ms
kill -KILL "$pid"
start 100x30 "$dbgtop $dir/replay.rec"
wait_for_text 'minutes .* recording .* REPLAY$'
key [
wait_for_text '[0-9]  REPLAY 1[78][0-9]/1[78][0-9]'
key '('
wait_for_text 'REPLAY 1/1[78][0-9]'
key '}'
wait_for_text 'REPLAY 11/1[78][0-9]'
key ')'
wait_for_text 'REPLAY$'
# As at that time: what the log says.
time=$(sed -n '100{s/ .*//;p;}' "$dir/log")
expect_exit 0 "$dbgtop" tail "$dir/replay.rec" net/peers:sent --since 1d -O jsonl
wanted=$(python3 -c '
import json, sys
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["mono_ns"] == int(sys.argv[2]):
        print(record["time"])' "$dir/out" "$time")
key b
wait_for_text 'Go to: '
type_line "$wanted"
sent=$(sed -n '100{s/^[0-9]* \([0-9]*\).*/\1/;p;}' "$dir/log")
wait_for_text 'REPLAY [0-9]*/1'
key Home u
wait_for_text "net/peers:sent  *$sent "
key q
wait_for_text 'status 0'
