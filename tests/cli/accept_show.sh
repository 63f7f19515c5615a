#!/bin/sh
# A small program with a counter, a histogram and a table of 3 rows is seen by
# list, show and get soon after its start, with the numbers that it stored.
. tests/cli/lib.sh

"$B/examples/acceptance" &
pid=$!
started=$pid
tries=0
until "$dbgtop" get "$pid" net/peers:latency >"$dir/get" 2>/dev/null &&
	[ "$(cat "$dir/get")" = 1000 ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || die "get says: $(cat "$dir/get")"
	kill -0 "$pid" || die "the program has ended"
	sleep 0.05
done

# get ADDRESS VALUE
get() {
	said=$("$dbgtop" get "$pid" "$1") || die "get $1: exit $?"
	[ "$said" = "$2" ] || die "get $1: $said, not $2"
}
get net/peers:sent 3006
get 'net/peers[0.1].port' 1001
get 'net/peers[2.1].port' 1003
get 'net/peers[1.1].peer' 10.0.0.7

"$dbgtop" list >"$dir/list" || die "list: exit $?"
grep -qE "(^|[[:space:]])${pid}[[:space:]].*acceptance" "$dir/list" ||
	die "list does not show $pid: $(cat "$dir/list")"
"$dbgtop" list -j | python3 -c "
import json, sys
found = [r for r in json.load(sys.stdin)['regions'] if r['pid'] == $pid]
assert len(found) == 1, found
assert found[0]['name'] == 'acceptance', found
assert found[0]['state'] == 'live', found
assert found[0]['source'] == 'own', found
" || die "list -j"

"$dbgtop" show "$pid" >"$dir/show" || die "show: exit $?"
for word in net/peers sent latency 10.0.0.7 1002; do
	grep -qF "$word" "$dir/show" ||
		die "show has no $word: $(cat "$dir/show")"
done
"$dbgtop" show "$pid" -j | python3 -c "
import json, sys
shown = json.load(sys.stdin)
assert shown['schema'] == 'dbgtop.show/1', shown
profile, = [p for p in shown['profiles'] if p['path'] == 'net/peers']
metrics = {m['name']: m for m in profile['metrics']}
assert metrics['sent']['value'] == 3006, metrics
assert metrics['sent']['unit'] == 'bytes', metrics
assert metrics['latency']['count'] == 1000, metrics
assert metrics['latency']['sum'] == 500500000, metrics
assert metrics['latency']['max'] == 1000000, metrics
for name, true in ('p50', 500000), ('p90', 900000), ('p99', 990000):
    assert abs(metrics['latency'][name] / true - 1) <= 0.032, metrics
rows = profile['table']['rows']
assert [row['state'] for row in rows] == ['live'] * 3, rows
assert [row['cells']['port'] for row in rows] == [1001, 1002, 1003], rows
assert profile['table']['dropped'] == 0, profile
" || die "show -j"
