#!/bin/sh
# A slow terminal gets fewer pictures, not old ones.
. tests/tui/lib.sh

start_publisher hello "tuiw$$"
python3 tests/tui/pty/slow.py "$dbgtop" "$pid" || die "see above"
