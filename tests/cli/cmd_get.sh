#!/bin/sh
# get: bare values in the order asked, and one line for each that is missing.
. tests/cli/lib.sh

start_publisher acceptance

expect_exit 0 "$dbgtop" get "$pid" 'net/peers[1.1].port' net/peers:sent \
	'net/peers[0].peer'
expect_out "1002
3006
10.0.0.7"
for pick in --p50=503807 --p90=892927 --p99=991231 --p999=991231 \
	--max=1000000 --min=992 --sum=500500000; do
	expect_exit 0 "$dbgtop" get "${pick%=*}" "$pid" net/peers:latency
	expect_out "${pick#*=}"
done
expect_exit 0 "$dbgtop" get "$pid" net/peers:latency
expect_out 1000
expect_exit 0 "$dbgtop" get --rate -i 50ms "$pid" net/peers:sent
expect_out 0
expect_exit 0 "$dbgtop" get --age "$pid" net/peers:sent
[ "$(cat "$dir/out")" -lt 60000000000 ] || die "age $(cat "$dir/out")"
expect_exit 0 "$dbgtop" get -n 3 -i 10ms "$pid" net/peers:sent
expect_out "3006
3006
3006"

# Missing ones: nothing on standard output, a line on standard error, exit 1.
missing() {
	expect_exit 1 "$dbgtop" get $2 "$pid" "$1"
	expect_out ''
	[ "$(wc -l <"$dir/err")" -eq 1 ] || die "$1: $(cat "$dir/err")"
	expect_err "$3"
}
missing net/peers:nothing '' 'no such metric'
missing nowhere:sent '' 'no such profile'
missing 'net/peers[0.2].port' '' 'no such row'
missing 'net/peers[0.1].nothing' '' 'no such column'
missing 'net/peers[].port' '' 'no such'
missing net/peers:sent --p99 'not a histogram'
missing process:rss_peak --rate 'not a counter'
expect_exit 1 "$dbgtop" get "$pid" net/peers:nothing net/peers:sent
expect_out 3006
expect_exit 2 "$dbgtop" get --rate --p99 "$pid" net/peers:latency
expect_exit 2 "$dbgtop" get "$pid"
expect_exit 2 "$dbgtop" get "$pid" net/peers:sent net/peers
expect_out ''
expect_err 'net/peers: not an address'
expect_exit 3 "$dbgtop" get 999999999 net/peers:sent

# Values of the dead are given, with a remark that they are.
kill -KILL "$pid"
is_dead() { "$dbgtop" list | grep -q "^ *$pid .* dead "; }
wait_for is_dead
expect_exit 0 "$dbgtop" get "$pid" net/peers:sent
expect_out 3006
expect_err '(pid [0-9]*): dead since .*; these are its last values$'
expect_exit 0 "$dbgtop" get -q "$pid" net/peers:sent
[ ! -s "$dir/err" ] || die "a remark in spite of -q: $(cat "$dir/err")"
