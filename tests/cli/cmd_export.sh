#!/bin/sh
# dbgtop export: what Prometheus's own tool has nothing to say against, of every
# name there is; values and history to the last digit; files whole or as they
# were.  limit: 600
. tests/cli/lib.sh

command -v python3 >/dev/null || skip 'no python3'
command -v jq >/dev/null || skip 'no jq'
scripts/packages peer promtool >/dev/null 2>&1
promtool=$(PATH=$B/peers:$PATH command -v promtool) ||
	skip 'no promtool; scripts/packages peer promtool gets it'

# read_as FORMAT FILE [RECORDS]: by a strict reader; how many series
read_as() {
	python3 tests/cli/exposition.py "$@" >"$dir/read" 2>"$dir/why" ||
		die "$*: $(tail -n 3 "$dir/why")"
	[ "$(cat "$dir/read")" -gt 0 ] || die "$*: nothing in it"
}

# checked FILE: promtool has nothing to say.
checked() {
	"$promtool" check metrics <"$1" >"$dir/said" 2>&1 ||
		die "promtool: $(cat "$dir/said")"
	[ ! -s "$dir/said" ] || die "promtool says: $(cat "$dir/said")"
}

# export_to FILE ARGUMENT...
export_to() {
	file=$1
	shift
	"$dbgtop" export "$@" >"$file" 2>"$dir/err" ||
		die "export $*: exit $?: $(cat "$dir/err")"
	[ ! -s "$dir/err" ] || die "export $* says: $(cat "$dir/err")"
}

# ---- names by lot ---------------------------------------------------------------

for seed in 1 2 3 4 5; do
	"$B/tests/fault/names" "$seed" 150 >"$dir/ready" &
	one=$!
	"$B/tests/fault/names" "1$seed" 150 >"$dir/ready2" &
	two=$!
	started="$started $one $two"
	wait_for grep -q ready "$dir/ready"
	wait_for grep -q ready "$dir/ready2"
	patterns='a a/b target'
	# shellcheck disable=SC2086 # words
	{
		export_to "$dir/prom" "$one" "$two" $patterns
		export_to "$dir/om" "$one" "$two" $patterns --format openmetrics
		export_to "$dir/jsonl" "$one" "$two" $patterns --format jsonl
		export_to "$dir/csv" "$two" "$one" $patterns --format csv
	}
	checked "$dir/prom"
	read_as prom "$dir/prom" "$dir/jsonl"
	read_as openmetrics "$dir/om" "$dir/jsonl"
	# None is missing: those that show has, and in csv as many.
	for pid in $one $two; do
		"$dbgtop" show -O jsonl "$pid" a a/b target
	done >"$dir/shown"
	for file in shown jsonl; do
		jq -r '[.path, .name, .labels, .kind, .unit, .value] | @tsv' \
			"$dir/$file" | sort >"$dir/$file.values"
	done
	diff "$dir/shown.values" "$dir/jsonl.values" >"$dir/difference" ||
		die "seed $seed, show (<), export (>): $(cat "$dir/difference")"
	[ "$(python3 -c 'import csv, sys
print(sum(1 for row in csv.DictReader(open(sys.argv[1], newline=""))))' \
		"$dir/csv")" -eq "$(wc -l <"$dir/jsonl")" ] || die csv
	# Whoever comes first, the order is the same.
	# shellcheck disable=SC2086 # words
	export_to "$dir/other" "$two" "$one" "$one" $patterns
	grep -v _age_ "$dir/prom" >"$dir/prom.1"
	grep -v _age_ "$dir/other" | cmp -s - "$dir/prom.1" || die 'the order'
	kill -KILL "$one" "$two"
	wait "$one" "$two" 2>/dev/null
done

# ---- a host ------------------------------------------------------------------------

start_publisher texts
texts=$pid
start_publisher workshop "w$$"
start_minutes 120
sleeper=$pid
"$B/dbgtop-agent" --foreground --interval 250ms --pidfile "$dir/pidfile" \
	--watch $$ --watch "$sleeper" 2>"$dir/agent.log" &
agent=$!
started="$started $agent"
wait_for "$dbgtop" get $$ process:cpu_percent
export_to "$dir/all" :all
checked "$dir/all"
read_as prom "$dir/all"
for program in 'te\\\\x1bxts\\\\x0a' "w$$" minutes; do
	grep -q "^dbgtop_target_up{program=\"$program\",.*} 1\$" "$dir/all" ||
		die "no $program"
done
# Rows with names that stay, the agent's values, and none of the secrets.
grep -q "^dbgtop_health_row_beats_total{program=\"w$$\",number=\"1\",name=" \
	"$dir/all" || die 'no heartbeats'
grep -q '^process_open_fds{' "$dir/all" || die 'no descriptors'
grep -q '^dbgtop_memory_rss_bytes{' "$dir/all" || die 'no memory'
export_to "$dir/rows" "$texts" 'texts/nasty:*'
checked "$dir/rows"
read_as prom "$dir/rows"
grep -q '^dbgtop_texts_nasty_row_xcounter_total{' "$dir/rows" || die 'no rows'
if grep -q hunter2 "$dir/rows" "$dir/all"; then die 'a secret'; fi
start_publisher vault "v$$"
for format in prom openmetrics jsonl csv; do
	export_to "$dir/vault" "$pid" 'vault:*' --format $format
	if grep -q 'pin\|sesame\|100[0-9]' "$dir/vault"; then die 'a secret'; fi
done
export_to "$dir/vault" "$pid" 'vault:*' --secrets
grep -q '^dbgtop_vault_row_pin{' "$dir/vault" || die 'asked for'
# Several of a name have the numbers that targets have.
LD_LIBRARY_PATH=$PWD/$B "$dir/w$$" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
wait_for "$dbgtop" path "$pid"
export_to "$dir/two" "w$$:2" caches
grep -q "^dbgtop_target_info{.*,number=\"2\",pid=\"$pid\"" "$dir/two" ||
	die "number: $(cat "$dir/two")"

# ---- values and their past ------------------------------------------------------------

export_to "$dir/one" "$sleeper" 'net/*'
for pair in sent=sent_bytes_total queue=queue latency=latency_seconds_count; do
	"$dbgtop" get "$sleeper" "net/peers:${pair%%=*}" >"$dir/value" || die get
	sed -n "s/^dbgtop_net_peers_${pair#*=}{.*} //p" "$dir/one" |
		cmp - "$dir/value" || die "$pair"
done
"$dbgtop" show -j "$sleeper" net/peers:latency >"$dir/shown" || die show
python3 - "$dir" <<'END' || die 'buckets'
import json, sys
sys.path.insert(0, "tests/cli")
sys.dont_write_bytecode = True
import exposition
families = exposition.read("prom", sys.argv[1] + "/one")
point = next(iter(families["dbgtop_net_peers_latency_seconds"]
    .series.values()))[0]
shown = json.load(open(sys.argv[1] + "/shown"))
buckets = shown["profiles"][0]["metrics"][0]["buckets"]
assert len(point[1]) > 20
for bound, below in point[1]:
    bound = float(bound) * 1e9 + 0.5
    assert below == sum(n for low, n in buckets if low <= bound), bound
END
export_to "$dir/om" "$sleeper" 'net/*' --format openmetrics --since 1h
read_as openmetrics "$dir/om"
export_to "$dir/past" "$sleeper" 'net/*' --format jsonl --since 1h
read_as openmetrics "$dir/om" "$dir/past"
"$promtool" tsdb create-blocks-from openmetrics "$dir/om" "$dir/tsdb" \
	>"$dir/said" 2>&1 || die "create-blocks: $(cat "$dir/said")"
mkdir -p "$dir/tsdb/wal" # that of a server that runs
"$promtool" tsdb dump "$dir/tsdb" >"$dir/dump" 2>&1 || die "$(cat "$dir/dump")"
python3 - "$dir" <<'END' || die 'what is in the blocks is not what was logged'
import re, sys
logged = [line.split() for line in open(sys.argv[1] + "/log")]
for name, column in ("sent_bytes_total", 1), ("queue", 2), \
        ("latency_seconds_count", 3):
    stored = [line.split() for line in open(sys.argv[1] + "/dump")
        if '"dbgtop_net_peers_%s"' % name in line]
    assert len(stored) == len(logged) == 120, (name, len(stored))
    assert [float(s[-2]) for s in stored] == \
        [float(l[column]) for l in logged], name
    # By seconds, as the program had them.
    steps = {round((int(b[-1]) - int(a[-1])) / 1000)
        for a, b in zip(stored, stored[1:])}
    assert steps == {1}, steps
END
# A part of it, and of a snapshot the same.
since=$(jq -r .time "$dir/past" | sort | sed -n '$p')
export_to "$dir/part" "$sleeper" 'net/*' --format jsonl --since "$since"
[ "$(wc -l <"$dir/part")" -eq 3 ] || die "since: $(cat "$dir/part")"
"$dbgtop" snapshot -q "$sleeper" -o "$dir/s.zip" >/dev/null || die snapshot
export_to "$dir/zip" "$dir/s.zip" 'net/*' --format openmetrics --since 1h
for file in om zip; do
	sed -n 's/,number="[0-9]*"//; /^dbgtop_net/p' "$dir/$file" \
		>"$dir/$file.net"
done
cmp "$dir/om.net" "$dir/zip.net" || die 'of the snapshot'

# ---- files --------------------------------------------------------------------------

(umask 022 && "$dbgtop" export "$sleeper" -o "$dir/x.prom") || die -o
[ "$(stat -c %a "$dir/x.prom")" = 644 ] || die 'others can not read it'
checked "$dir/x.prom"
(umask 022 && "$dbgtop" export "$sleeper" --secrets -o "$dir/y.prom") || die -o
[ "$(stat -c %a "$dir/y.prom")" = 600 ] || die 'others can read secrets'
cp "$dir/x.prom" "$dir/kept"
# The disk is full.
(
	trap '' XFSZ
	ulimit -f 1
	"$dbgtop" export :all -o "$dir/x.prom" 2>/dev/null
)
[ $? -eq 7 ] || die 'a full disk'
cmp "$dir/kept" "$dir/x.prom" || die 'the old file is gone'
[ -z "$(find "$dir" -name '.x.prom*')" ] || die 'a part is left'
expect_exit 7 "$dbgtop" export "$sleeper" -o "$dir/none/x.prom"
expect_exit 7 "$dbgtop" export "$sleeper" -o /dev/full

# ---- what is over ------------------------------------------------------------------------

kill -KILL "$sleeper" "$agent"
wait "$sleeper" "$agent" 2>/dev/null
export_to "$dir/dead" "$sleeper"
checked "$dir/dead"
grep -q '^dbgtop_target_up{program="minutes",number="[0-9]*"} 0$' "$dir/dead" ||
	die "not down: $(cat "$dir/dead")"
if grep -q '^dbgtop_net' "$dir/dead"; then die 'values of the dead'; fi
export_to "$dir/dead" "$sleeper" 'net/*' --format openmetrics
read_as openmetrics "$dir/dead"
[ "$(grep -c '^dbgtop_net_peers_sent_bytes_total{.*} [0-9]* [0-9]' "$dir/dead")" \
    -eq 1 ] || die 'last values have their time'
export_to "$dir/all" :all
if grep -q "pid=\"$sleeper\"" "$dir/all"; then die 'the dead in :all'; fi

# ---- mistakes ---------------------------------------------------------------------------

expect_exit 2 "$dbgtop" export "$texts" --format xml
expect_err 'prom, openmetrics, jsonl or csv'
expect_exit 2 "$dbgtop" export "$texts" --since 1h
expect_err 'has no times'
expect_exit 1 "$dbgtop" export "$texts" no/such
expect_err 'nothing of that name'
expect_exit 3 "$dbgtop" export "none-$$"
expect_exit 3 "$dbgtop" export "$texts" "none-$$:1" --format openmetrics
tail -n 1 "$dir/out" | grep -qx '# EOF' || die 'the other one is there'
