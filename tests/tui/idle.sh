#!/bin/sh
# Shown and left alone it costs next to nothing: no busy loop, little traffic.

. tests/tui/lib.sh

start_publisher hello "tuii$$"

# Ticks of 10 ms of CPU, and bytes written, of process $1.
ticks() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}
bytes() {
	awk '/^wchar/ { print $2 }' "/proc/$1/io"
}
clock() {
	screen | grep -o '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' | head -n 1
}
changed() {
	[ "$(clock)" != "$shown" ]
}

start 100x30 "$dbgtop $pid"
wait_for_text 'RATE'
one=$(viewer)
shown=$(clock)
wait_for changed
cpu=$(ticks "$one")
sent=$(bytes "$one")
began=$(date +%s)
for second in 1 2 3; do
	shown=$(clock)
	wait_for changed
done
took=$(($(date +%s) - began + 1))
cpu=$(($(ticks "$one") - cpu))
sent=$(($(bytes "$one") - sent))
[ $cpu -lt $((took * 20)) ] || die "$cpu ticks of CPU in $took s"
[ $sent -lt $((took * 15000)) ] || die "$sent bytes in $took s"
key q
wait_for_text 'status 0'
