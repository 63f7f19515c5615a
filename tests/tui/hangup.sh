#!/bin/sh
# When the terminal goes away the viewer ends at once.

. tests/tui/lib.sh

start_publisher hello "tuih$$"
publisher=$pid

# Also where SIGHUP is ignored: the end of the keyboard is enough.
for first in ':' "trap '' HUP"; do
	start 80x24 "$first; $dbgtop $publisher"
	wait_for_text '> process'
	one=$(viewer)
	[ -n "$one" ] || die "no viewer"
	started="$started $one"
	tm kill-server
	wait_for sh -c "! kill -0 $one"
done
