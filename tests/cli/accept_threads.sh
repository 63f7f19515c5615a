#!/bin/sh
# limit: 300
# 8 threads add 10 million each to one counter while a timer signal's handler adds
# to it on those threads too: the counter shows exactly all of them.
. tests/cli/lib.sh

"$B/examples/threads8" >"$dir/said" &
pid=$!
started=$pid
# While they add, a reader sees a number that only grows.
last=0 tries=0
until [ -s "$dir/said" ]; do
	tries=$((tries + 1))
	[ $tries -lt 4000 ] || die "the threads do not come to an end"
	kill -0 "$pid" || die "the program has ended"
	now=$("$dbgtop" get "$pid" threads:adds 2>/dev/null) || now=$last
	[ "$now" -ge "$last" ] || die "it fell from $last to $now"
	last=$now
	sleep 0.05
done
read -r expected handled <"$dir/said"
[ "$((expected - handled))" = 80000000 ] || die "$expected less $handled"
[ "$handled" -gt 0 ] || die "no signal came, so this proves nothing"
said=$("$dbgtop" get "$pid" threads:adds) || die "get: exit $?"
[ "$said" = "$expected" ] || die "shows $said, not $expected"
said=$(python3 -B libshm/python/dbgshm.py "$pid" | python3 -c "
import json, sys
print(*[m['value'] for p in json.load(sys.stdin)['profiles']
        if p['path'] == 'threads' for m in p['metrics']])") ||
	die "dbgshm.py"
[ "$said" = "$expected" ] || die "dbgshm.py shows $said, not $expected"
