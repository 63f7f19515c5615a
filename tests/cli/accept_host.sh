#!/bin/sh
# limit: 300
# A host with the agent and three instrumented programs, hostile names among them:
# promtool has nothing to say about all of it, and takes the past of one of them.
. tests/cli/lib.sh

scripts/packages peer promtool >/dev/null 2>&1
promtool=$(PATH=$B/peers:$PATH command -v promtool) ||
	skip 'no promtool; scripts/packages peer promtool gets it'
trap 'forget "$dir/minutes"; cleanup' EXIT

start_publisher texts
start_minutes 600
minutes=$pid
"$B/tests/fault/names" 99 120 >"$dir/ready" &
names=$!
started="$started $names"
"$B/dbgtop-agent" --foreground --debug --interval 250ms \
	--pidfile "$dir/pidfile" --watch $$ --watch "$minutes" 2>"$dir/agent.log" &
agent=$!
started="$started $agent"
wait_for grep -q ready "$dir/ready"
wait_for "$dbgtop" get $$ process:cpu_percent
wait_for "$dbgtop" path "$agent"

# silent WHAT: the export before it was, and so is promtool.
silent() {
	[ ! -s "$dir/said" ] || die "$1: promtool says: $(head -n 20 "$dir/said")"
	[ ! -s "$dir/err" ] || die "$1: export says: $(cat "$dir/err")"
}
{ "$dbgtop" export :all --format prom 2>"$dir/err" || echo "export: $?"; } |
	tee "$dir/all" | "$promtool" check metrics >"$dir/said" 2>&1 ||
	die "promtool: $(cat "$dir/said")"
silent ':all'
for program in 'te\\\\x1bxts\\\\x0a' minutes dbgtop-agent 'na[^}]*mes'; do
	grep -q "^dbgtop_target_up{program=\"$program" "$dir/all" ||
		grep -q "program=\"$program" "$dir/all" || die "no $program"
done

# past FILE WHAT: its samples become blocks of a database, all of them.
past() {
	"$dbgtop" export "$1" net/peers:sent --format openmetrics --since 1h \
		>"$dir/om" 2>"$dir/err" || die "$2: export: $(cat "$dir/err")"
	rm -rf "$dir/tsdb"
	"$promtool" tsdb create-blocks-from openmetrics "$dir/om" "$dir/tsdb" \
		>"$dir/out" 2>&1 || die "$2: create-blocks: $(cat "$dir/out")"
	mkdir -p "$dir/tsdb/wal"
	"$promtool" tsdb dump "$dir/tsdb" >"$dir/dump" 2>&1 || die "$2: dump"
	[ "$(grep -c dbgtop_net_peers_sent_bytes_total "$dir/dump")" -eq 600 ] ||
		die "$2: $(grep -c . "$dir/dump") samples"
}
past "$minutes" 'a region'
# And a recording of it, which begins with the past that the region has.
if "$dbgtop" record --help >/dev/null 2>&1; then
	timeout -s INT 4 "$dbgtop" record -q "$minutes" -o "$dir/host.rec" \
		>"$dir/out" 2>&1 </dev/null
	[ -s "$dir/host.rec" ] || die "no recording: $(cat "$dir/out")"
	past "$dir/host.rec:minutes" 'a recording'
fi
