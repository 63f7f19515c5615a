#!/bin/sh
# limit: 900
# Random keys, bytes, sizes and stops do no harm: on a live target, on the list of
# processes, on one that dies meanwhile, and on one whose region is noise.  EVENTS
# says how many for each; with the address sanitizer where that build is there.
. tests/tui/lib.sh

viewer=$dbgtop
[ ! -x "$B/asan/dbgtop" ] || viewer=$B/asan/dbgtop

storm() { # SEED ARGUMENT...
	seed=$1
	shift
	python3 tests/tui/pty/storm.py "${EVENTS:-750}" "${SEED:-$seed}" \
		"$viewer" "$@" || die "see above"
}

start_publisher acceptance "tuiy$$"
live=$pid
storm 1 "$live"
storm 2

# It dies in the middle: when its viewer has drawn for a while.
start_publisher acceptance "tuiz$$"
drawn() {
	[ "$(sed -n 's/^wchar: //p' "/proc/$(pgrep -f "dbgtop $pid ")/io")" \
	    -gt 100000 ]
}
{
	tries=0
	until drawn 2>/dev/null || [ $tries -ge 1000 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	kill -KILL "$pid"
} &
storm 3 "$pid"

# Somebody writes noise into the region while it is looked at.
cp "$("$dbgtop" path "$live")" "$dir/noise.dbg" || die "no copy"
chmod 600 "$dir/noise.dbg"
python3 - "$dir/noise.dbg" <<'END' &
import os, random, sys, time

random.seed(4)
file = os.open(sys.argv[1], os.O_RDWR)
size = min(os.fstat(file).st_size, 1 << 20)
while True:
    for _ in range(20):
        os.pwrite(file, os.urandom(random.randint(1, 8)),
                  random.randint(4096, size))
    time.sleep(0.2)
END
started="$started $!"
FIRST=Quit storm 4 "$dir/noise.dbg"
