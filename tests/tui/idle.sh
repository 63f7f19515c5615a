#!/bin/sh
# Shown and left alone it costs next to nothing: no busy loop, little traffic.
# Paused it costs less still.  Limits are twenty times what was measured.

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
shows=$(viewer)
shown=$(clock)
wait_for changed
cpu=$(ticks "$shows")
sent=$(bytes "$shows")
began=$(date +%s)
for second in 1 2 3; do
	shown=$(clock)
	wait_for changed
done
took=$(($(date +%s) - began + 1))
cpu=$(($(ticks "$shows") - cpu))
sent=$(($(bytes "$shows") - sent))
[ $cpu -lt $((took * 20)) ] || die "$cpu ticks of CPU in $took s"
[ $sent -lt $((took * 15000)) ] || die "$sent bytes in $took s"

# Paused: a line of time once a second, later every ten, and nothing else.
# spent PID: microseconds of CPU, how often it was woken.
spent() {
	awk '{ print int($1 / 1000) }' "/proc/$1/schedstat"
	awk '/^voluntary/ { print $2 }' "/proc/$1/status"
}
key Space
wait_for_text 'PAUSED -2 s'
# shellcheck disable=SC2046
set -- $(spent "$shows")
sent=$(bytes "$shows")
wait_for_text 'PAUSED -6 s'
cpu=$1 woken=$2
# shellcheck disable=SC2046
set -- $(spent "$shows")
cpu=$(($1 - cpu))
woken=$(($2 - woken))
sent=$(($(bytes "$shows") - sent))
[ $cpu -lt 20000 ] || die "paused: $cpu us of CPU in 4 s"
[ $woken -lt 80 ] || die "paused: woken $woken times in 4 s"
[ $sent -lt 2000 ] || die "paused: $sent bytes in 4 s"

# From 20 s on the next look is ten seconds away.
wait_for_text 'PAUSED -20 s'
woken=$(spent "$shows" | tail -n 1)
wait_for_text 'PAUSED -30 s'
woken=$(($(spent "$shows" | tail -n 1) - woken))
[ $woken -le 4 ] || die "paused for long: woken $woken times in 10 s"
key q
wait_for_text 'status 0'
