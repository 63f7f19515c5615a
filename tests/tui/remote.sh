#!/bin/sh
# The full screen on a process behind a real sshd: live, cut off, there again,
# stopped, ended and started again.
# limit: 300
. tests/tui/lib.sh
. tests/sshd/lib.sh

start_sshd
start_publisher hello "far$$"

start 100x30 "$dbgtop ssh://web1/far$$"
wait_for_text "$pid  far$$  on web1 .* own region .* LIVE$"
wait_for_text '> process'
wait_for_text 'cpu_user .* %'
key G
wait_for_text '> hello'
wait_for_text 'greetings .* [0-9.]*/s'
expect_size 100x30

# All views, and the past.
for view in 2 3 4 5 6; do
	key $view
	wait_for_text "\[$view [A-Z]"
	wait_for_text "far$$  on web1 .* LIVE$"
done
wait_for_text 'on host *web1'
key 1 '['
wait_for_text ' PAST -'
key z
wait_for_text ' LIVE$'

# The connection is cut: its values stay, with since when; then it is there again,
# also when it took the server a while.
cut_off
wait_for_text ' STALE since [0-9:]*$'
wait_for_text 'nothing comes from web1: .*; trying again'
wait_for_text 'greetings .*[0-9]'
wait_for_text ' LIVE$'
wait_for_no_text 'trying again'
stop_sshd
wait_for_text ' STALE since [0-9:]*$'
start_sshd
wait_for_text ' LIVE$'
wait_for_no_text 'trying again'

# Nothing comes though the connection stands: the other end is stopped.
far_stream=$(pgrep -f "stream --tied -f .*far$$" -P "$(connections | tail -n 1)")
started="$started $far_stream" # it would stay stopped
kill -STOP "$far_stream"
wait_for_text ' STALE since [0-9:]*$'
wait_for_text 'nothing came for 5 s'
kill -CONT "$far_stream"
wait_for_text ' LIVE$'

# What the process does is told as it is.
kill -STOP "$pid"
wait_for_text ' STOPPED'
kill -CONT "$pid"
wait_for_text ' LIVE$'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
wait_for_text ' DEAD since [0-9:]*$'
old=$pid
start_publisher hello "far$$"
wait_for_text "$pid  far$$  on web1 .* LIVE$"

key q
wait_for_text 'status 0'
expect_restored quit
nobody() { [ -z "$(connections)" ]; }
wait_for nobody
[ "$old" != "$pid" ] || die 'the same process'

# Whatever ends the viewer, nothing is left behind.
start 100x30 "$dbgtop ssh://web1/$pid"
wait_for_text "far$$  on web1 .* LIVE$"
kill -KILL "$(viewer)"
wait_for_text 'status 137'
wait_for nobody

# Questions of ssh come before the screen is taken, at the terminal itself.
start 100x30 "DBGTOP_RSH='$DBGTOP_RSH -o StrictHostKeyChecking=ask \
-o UserKnownHostsFile=$dir/unknown' $dbgtop ssh://web1/$pid"
wait_for_text 'Are you sure you want to continue connecting'
type_line yes
wait_for_text "far$$  on web1 .* LIVE$"
key q
wait_for_text 'status 0'

# What cannot be done is said before the screen is taken.
start 100x30 "$dbgtop ssh://web1/nosuch"
wait_for_text 'web1: nosuch: no process and no region has this name'
wait_for_text 'status 3'
