#!/bin/sh
# However it ends, the terminal is as it was: all signals, keys, and its end.
. tests/tui/lib.sh

start_publisher hello "tuim$$"
python3 tests/tui/pty/matrix.py "$dbgtop" "$pid" || die "see above"
