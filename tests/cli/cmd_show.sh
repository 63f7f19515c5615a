#!/bin/sh
# show and describe: a report for people, all values for programs.
. tests/cli/lib.sh

start_publisher acceptance

# To a pipe: raw numbers with their units, no escape codes.
expect_exit 0 "$dbgtop" show "$pid"
expect_match "^$name  pid $pid  user $(id -un)  version 1.2.3  up "
expect_match '^live, values .* old, read 20.*Z$'
expect_match '^net/peers  connections to peers$'
expect_match '^  sent  3006  bytes$'
expect_match '^  HISTOGRAM  COUNT  *P50  *P90  *P99  *P999  *MAX'
expect_match '^  latency  *1000  503807  892927  991231  991231  1000000  *ns$'
expect_match '^  0.1  10.0.0.7  1001$'
expect_match '^  3 rows (room for 3)$'
expect_match 'hidden by level, -l debug shows them'
expect_exit 0 "$dbgtop" show "$pid" -l debug
expect_no_match 'hidden by level'
expect_exit 0 "$dbgtop" show "$pid" -a
expect_no_match 'hidden by level'

# Patterns: profiles, metrics of one, metrics anywhere, expressions.
expect_exit 0 "$dbgtop" show -q "$pid" net/peers:sent
expect_out "net/peers  connections to peers
  sent  3006  bytes"
expect_exit 0 "$dbgtop" show -q "$pid" '*tenc*'
expect_match '^  latency '
expect_no_match sent
expect_exit 0 "$dbgtop" show -q "$pid" '/^net/'
expect_match 10.0.0.7
expect_exit 1 "$dbgtop" show "$pid" 'nothing*'
expect_err 'nothing\*: nothing of that name'
expect_exit 2 "$dbgtop" show "$pid" '/(/'

# JSON: one document in the shape of the manual; the same from its file.
for target in "$pid" "$name" "$("$dbgtop" path "$pid")"; do
	expect_exit 0 "$dbgtop" show -j "$target"
	json "d['schema'] == 'dbgtop.show/1' and d['target']['pid'] == $pid
	    and d['target']['state'] == 'live'"
done
json "[p['path'] for p in d['profiles']] == ['process', 'dbgshm', 'net/peers']"
json "d['profiles'][2]['metrics'][0]['value'] == 3006 and
    d['profiles'][2]['metrics'][0]['rate'] is None and
    d['profiles'][2]['metrics'][0]['labels'] == {}"
json "d['profiles'][2]['metrics'][1]['count'] == 1000 and
    sum(b[1] for b in d['profiles'][2]['metrics'][1]['buckets']) == 1000"
json "d['profiles'][2]['table']['shape'] == 'plain'"
json "(lambda row: row.pop('started').endswith('Z') and
    row == {'id': '2.1', 'state': 'live',
	'cells': {'peer': '10.0.0.7', 'port': 1003}}
    )(d['profiles'][2]['table']['rows'][2])"

# Two readings give rates.
expect_exit 0 "$dbgtop" show -j --rate -i 100ms "$pid" net/peers
json "d['profiles'][0]['metrics'][0]['rate'] == 0"

# A value a line; csv with quotes.
expect_exit 0 "$dbgtop" show -O jsonl "$pid" net/peers:sent
expect_match '"path":"net/peers","id":null,"name":"sent",.*"value":3006,'
expect_exit 0 "$dbgtop" show -O csv "$pid" net/peers
expect_match '"net/peers","2.1","port","","gauge","","1003",""'

# Several readings.
expect_exit 0 "$dbgtop" show -q -n 3 -i 10ms "$pid" net/peers:sent
[ "$(grep -c '^  sent  3006' "$dir/out")" = 3 ] || die "-n 3"

# describe: the schema, and nothing that changes.
expect_exit 0 "$dbgtop" describe "$pid" net/peers
expect_match '^  sent  *counter  *bytes  normal  to peers$'
expect_match '^  peer  *text  *-  *normal'
expect_match '^  table of at most 3 rows$'
expect_no_match 3006
expect_exit 0 "$dbgtop" describe -j "$pid" net/peers
json "d['schema'] == 'dbgtop.describe/1' and
    d['profiles'][0]['metrics'][0] == {'name': 'sent', 'kind': 'counter',
    'unit': 'bytes', 'level': 'normal', 'labels': {}, 'help': 'to peers'}"
expect_exit 2 "$dbgtop" describe -O csv "$pid"

# After its death the last values are still there.
kill -KILL "$pid"
is_dead() { "$dbgtop" show "$pid" | grep -q '^dead since 20'; }
wait_for is_dead
expect_exit 0 "$dbgtop" show "$pid" net/peers
expect_match '^  sent  3006  bytes$'
expect_exit 0 "$dbgtop" show -j "$pid"
json "d['target']['state'] == 'dead' and d['target']['since'].endswith('Z')"
