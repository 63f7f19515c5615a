#!/bin/sh
# A real server under load: Debian's redis under redis-benchmark, watched by the
# agent, seen by its name: threads, RSS, descriptors, connections and CPU time as
# /proc and `redis-cli INFO` have them.
. tests/cli/agent/lib.sh
need python3
need redis-server
need redis-benchmark
need redis-cli

# A name of its own, beside other servers of this machine.
name=redis-a$$
ln -s "$(readlink -f "$(command -v redis-server)")" "$dir/$name"
start "$dir/$name" --port 0 --unixsocket "$dir/socket" --dir "$dir" \
	--save '' --set-proc-title no --logfile "$dir/redis.log"
redis=$pid
cli() {
	redis-cli -s "$dir/socket" "$@"
}
wait_for cli ping

start_agent --watch redis-server --watch "$name"
start redis-benchmark -s "$dir/socket" -q -c 20 -n 1000000000 -t get,set \
	>/dev/null
load=$pid
wait_for is "$redis" sockets:listening 1
wait_for at_least "$redis" sockets:connected 20
wait_for get "$redis" process:cpu_percent

# Found by name, by whoever asks.
"$dbgtop" show "$name" -j >"$dir/shown" || die "show $name: exit $?"
grep -q "\"pid\":$redis" "$dir/shown" || die "another process: $(cat "$dir/shown")"
grep -qF "$(region "$redis")" "$dir/shown" || die "not the region of the agent"

# info KEY: from INFO
info() {
	cli info all | tr -d '\r' | sed -n "s/^$1://p"
}
proc_status() {
	sed -n "s/^$1:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$redis/status"
}

# CPU time first, while it runs: what we show was sampled at most an interval
# (250 ms) before, and INFO is asked after it; a busy test machine gets 5 % and
# a second.
user=$(get "$redis" process:cpu_user)
system=$(get "$redis" process:cpu_system)
cpu_info=$(info used_cpu_user)
close_to "CPU user" "$(python3 -c "print($user / 1e9)")" "$cpu_info" 5 1
close_to "CPU system" "$(python3 -c "print($system / 1e9)")" \
	"$(info used_cpu_sys)" 5 1
wait_for at_least "$redis" process:cpu_percent 1

# The benchmark goes on; connections stand still but for our own redis-cli.
[ "$(get "$redis" process:threads)" -eq "$(proc_status Threads)" ] ||
	die "threads: $(get "$redis" process:threads), not $(proc_status Threads)"
close_to RSS "$(get "$redis" memory:rss)" "$(info used_memory_rss)" 10 1048576
close_to "RSS in /proc" "$(get "$redis" memory:rss)" \
	"$(($(proc_status VmRSS) * 1024))" 5 524288
close_to descriptors "$(get "$redis" files:total)" \
	"$(descriptors "$redis")" 0 1
close_to connections "$(get "$redis" sockets:connected)" \
	"$(info connected_clients)" 0 1
close_to sockets "$(get "$redis" sockets:total)" \
	"$(find "/proc/$redis/fd" -lname 'socket:*' | wc -l)" 0 1

# Without load nothing moves: exactly /proc.
kill -KILL "$load"
wait_for is "$redis" sockets:connected 0
python3 "$here/compare.py" "$dbgtop" "$redis" >"$dir/differences" ||
	die "$(cat "$dir/differences")"
stop_agent
exit 0
