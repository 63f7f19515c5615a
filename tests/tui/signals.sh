#!/bin/sh
# However it ends, the terminal is as it was; suspended, it comes back.

. tests/tui/lib.sh

start_publisher hello "tuis$$"

for signal in TERM INT HUP QUIT SEGV ABRT BUS FPE ILL; do
	start 80x24 "ulimit -c 0; $dbgtop $pid"
	wait_for_text '> process'
	[ "$(tm display-message -p '#{alternate_on}')" = 1 ] ||
		die "not on the alternate screen"
	kill -$signal "$(viewer)" || die "no viewer to signal"
	# After SIGINT the shell drops the rest of its line.
	[ $signal = INT ] || wait_for_text 'status 1[0-9][0-9]'
	expect_restored "SIG$signal"
done
