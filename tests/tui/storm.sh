#!/bin/sh
# limit: 600
# Random keys, bytes, sizes and stops do no harm.  EVENTS says how many.
. tests/tui/lib.sh

start_publisher acceptance "tuiy$$"
python3 tests/tui/pty/storm.py "${EVENTS:-1000}" "${SEED:-1}" "$dbgtop" "$pid" ||
	die "see above"
python3 tests/tui/pty/storm.py "${EVENTS:-1000}" "${SEED:-2}" "$dbgtop" ||
	die "see above"
