#!/bin/sh
# The process list at three sizes: what runs and what died, and how to open it.

. tests/tui/lib.sh

start_publisher hello "tuia$$"
live=$pid
start_publisher hello "tuib$$"
dead=$pid
kill -KILL "$dead"
wait_for sh -c "! kill -0 $dead"

for size in 80x24 200x60 40x10; do
	start $size "$dbgtop"
	wait_for_text 'LIVE$'
	wait_for_text ' PID  NAME'
	expect_size $size
	# The newest regions may be below the edge: look for ours.
	key / && tm send-keys -l "tui" && key Enter
	wait_for_text "$live  tuia$$"
	wait_for_text "$dead  tuib$$"
	screen | grep "tuia$$" | grep -q ' live' || die "$size: $(screen)"
	screen | grep "tuib$$" | grep -q ' dead' || die "$size: $(screen)"
	wait_for_text 'q Quit'
	key '='
	key q
	wait_for_text 'status 0'
	expect_restored "$size"
done

# Enter opens, the selection is kept on the way back, Esc leaves.
start 80x24 "$dbgtop"
wait_for_text 'LIVE$'
key / && tm send-keys -l "tuia$$" && key Enter
wait_for_text ">[* ]*$live  tuia$$"
key Enter
wait_for_text 'greetings\|hello'
wait_for_text 'own region'
key Escape
wait_for_text ">[* ]*$live  tuia$$"
key F10
wait_for_text 'status 0'
