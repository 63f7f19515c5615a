#!/bin/sh
# The session of the README: the slowest operation of the last minutes, the moment
# it began, the rows of that moment, the connection it came by, a snapshot of that;
# on a busy server that publishes, then on a redis that does not.

. tests/tui/lib.sh

# The picture into a file, for the README.
keep() {
	screen >"$dir/$1"
	[ -z "$KEEP" ] || cp "$dir/$1" "$KEEP"
}

mkfifo "$dir/words"
cp "$B/examples/server" "$dir/tuiserver$$" || die "no example server"
LD_LIBRARY_PATH=$PWD/$B DBGSHM=on "$dir/tuiserver$$" 1800 <"$dir/words" &
pid=$!
started="$started $pid"
exec 5>"$dir/words"
saw_slow() {
	"$dbgtop" log "$pid" -n 1 | grep -q 'took longer'
}
wait_for saw_slow

start 100x24 "cd $dir; $PWD/$dbgtop $pid"
wait_for_text 'LIVE$'
wait_for_text '> process'

# What took longest?  A sample each second has seen it for 800 ms at least.
long='> *\(1\.[0-9]* s\|[89][0-9][0-9] ms\)  serve'
key s
wait_for_text 'slowest operations'
key Home
wait_for_text "$long  *GET /item/"
keep slowest
what=$(screen | sed -n "s/^$long  *\(GET [^ ]*\).*/\2/p")

# To the moment at which it was seen, then to the one at which it began.
key Enter
wait_for_text "detail  *$what"
wait_for_text 'PAST'
keep began
key Enter
wait_for_text '[0-9.]* [mu]*s before, Enter goes there'

# The rows of that moment: the request it served is among them.
key 2
wait_for_text 'net/requests'
while ! screen | grep -q '^> *net/requests'; do
	key Down
	sleep 0.05
done
key Tab
wait_for_text "$what .*net/connections"
while ! screen | grep -q "^>.*$what"; do
	key Down
	sleep 0.05
done
keep requests

# It refers to the connection by which it came.
key Enter
wait_for_text 'connection .*net/connections'
while ! screen | grep -q '^> *connection'; do
	key Down
	sleep 0.05
done
key Enter
wait_for_text 'peer  *127\.0\.0\.1:'
wait_for_text 'net/connections\['
keep connection

# A snapshot of what is shown, to send.
key S
wait_for_text 'Snapshot to: '
tm send-keys -l "slow.zip"
key Enter
wait_for_text 'snapshot written to .*slow.zip'
key Z
wait_for_text 'LIVE$'
key q
wait_for_text 'status 0'
expect_restored 'the session'
"$dbgtop" show "$dir/slow.zip" net/connections | grep -q '127\.0\.0\.1:' ||
	die "nothing about connections in the snapshot"
exec 5>&-

# A program that knows nothing of all this: redis under a load, watched by an
# agent.  When did the load begin, and what did it look like before?
command -v redis-server >/dev/null || PATH=$PATH:$PWD/$B/peers
for need in redis-server redis-benchmark; do
	command -v "$need" >/dev/null || skip "$need is not installed"
done
ln -s "$(readlink -f "$(command -v redis-server)")" "$dir/redis-s$$"
"$dir/redis-s$$" --port 0 --unixsocket "$dir/socket" --dir "$dir" --save '' \
	--set-proc-title no --logfile "$dir/redis.log" &
redis=$!
started="$started $redis"
wait_for redis-cli -s "$dir/socket" ping
"$B/dbgtop-agent" --foreground --pidfile "$dir/agent.pid" --watch "$redis" \
	--cpu-limit 0 >"$dir/agent.log" 2>&1 &
agent=$!
started="$started $agent"
connected() { # at least so many
	[ "$("$dbgtop" get "$redis" sockets:connected 2>/dev/null || echo 0)" \
		-ge "$1" ]
}
wait_for "$dbgtop" get "$redis" sockets:connected
sleep_until_ticked() { # a sample of the time before the load
	"$dbgtop" tail "$redis" sockets:connected --since 10m -O jsonl -q \
		>"$dir/tail" 2>/dev/null
	[ "$(wc -l <"$dir/tail")" -ge 3 ]
}
wait_for sleep_until_ticked
redis-benchmark -s "$dir/socket" -q -c 20 -n 1000000000 -t get,set >/dev/null &
started="$started $!"
wait_for connected 20

start 100x24 "$dbgtop $redis"
wait_for_text 'LIVE$'
wait_for_text 'watched by agent'
# Its sockets now, and in the oldest sample: none of them was connected.
key 2
while ! screen | grep -q '^> *sockets'; do
	key Down
	sleep 0.05
done
wait_for_text 'sockets  *[a-z]*  *2[0-9] '
key '('
wait_for_text 'PAST'
wait_for_text 'sockets  *[a-z]*  *[1-9] '
key Z
wait_for_text 'LIVE$'
key q
wait_for_text 'status 0'
