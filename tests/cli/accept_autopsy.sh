#!/bin/sh
# limit: 900
# A busy server is killed with kill -9.  Later a snapshot is taken and opened in an
# empty mount namespace, where there is nothing but dbgtop, its libraries and the file:
# the last state, what it was doing when it died, and the time before, in every view.
# Other people's tools read the parts.
#
#	LATER=300 tests/cli/accept_autopsy.sh	so many seconds between the two
. tests/cli/lib.sh

command -v unzip >/dev/null || skip 'no unzip'
command -v jq >/dev/null || skip 'no jq'
command -v python3 >/dev/null || skip 'no python3'
unshare -rm true 2>/dev/null || skip 'no namespaces'
trap 'exec 3>&-; forget "$dir/s$$"; cleanup' EXIT
export LC_ALL=C.UTF-8

# ---- busy, and dead ---------------------------------------------------------------

mkfifo "$dir/input"
cp "$B/examples/server" "$dir/s$$"
DBGSHM=on DBGSHM_TIERS=250ms LD_LIBRARY_PATH=$PWD/$B "$dir/s$$" 3000 <"$dir/input" \
	>/dev/null 2>&1 &
pid=$!
started="$started $pid"
exec 3>"$dir/input"
busy() { # some seconds of it
	[ "$("$dbgtop" tail "$pid" --since 1h -O jsonl process:cpu_user |
		grep -c .)" -ge "${SAMPLES:-6}" ] &&
		[ "$("$dbgtop" get "$pid" \
			'work:outcomes{operation="serve",outcome="ok"}')" -gt 1000 ]
}
wait_for busy
kill -KILL "$pid"
wait "$pid" 2>/dev/null
died=$(date +%s)
sleep "${LATER:-0}"
"$dbgtop" snapshot "$pid" -o "$dir/dead.zip" >/dev/null || die 'no snapshot'
# The region is not needed any more.
rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg

# ---- a place where there is nothing else --------------------------------------------

root=$dir/root
mkdir -p "$root/bin" "$root/usr/share/terminfo"
cp "$dbgtop" "$root/bin/"
cp "$dir/dead.zip" "$root/"
zip_library=$(ldconfig -p | sed -n 's/.*libzip\.so\.[0-9]* .*=> //p' | sed -n 1p)
[ -n "$zip_library" ] || skip 'no libzip'
for library in "$zip_library" $(ldd "$dbgtop" "$zip_library" |
    grep -o '/[^ :]*\.so[^ :]*' | sort -u); do
	mkdir -p "$root$(dirname "$library")"
	cp -n "$library" "$root$library" 2>/dev/null
done
there() {
	unshare -rm chroot "$root" /bin/dbgtop "$@"
}
[ "$(find "$root" -type f -name '*.dbg' -o -name dev -o -name proc | grep -c .)" -eq 0 ] ||
	die 'it is not empty there'
expect_exit 0 there list
expect_no_match "$pid"

# ---- the last state, and what it was doing -------------------------------------------

expect_exit 0 there show -j /dead.zip
json "d['target']['state'] == 'dead' and d['target']['pid'] == $pid and
    d['target']['source'] == 'recorded' and d['target']['since'] is not None"
json "[r['state'] for p in d['profiles'] if p['path'] == 'work'
    for r in p['table']['rows']].count('live') >= 3"
json "all(r['cells']['detail'].startswith('GET /item/') and
    r['cells']['elapsed'] < 60 * 10 ** 9
    for p in d['profiles'] if p['path'] == 'work' for r in p['table']['rows']
    if r['state'] == 'live')"
json "sum(m['value'] for p in d['profiles'] if p['path'] == 'work'
    for m in p['metrics'] if m['labels'].get('outcome') == 'ok') > 1000"
# It died when it died, not when the snapshot was taken.
python3 - "$dir/out" "$died" <<'END' || die "since: $(head -c 600 "$dir/out")"
import calendar, json, sys, time
since = json.load(open(sys.argv[1]))["target"]["since"]
since = calendar.timegm(time.strptime(since[:19], "%Y-%m-%dT%H:%M:%S"))
sys.exit(not int(sys.argv[2]) - 30 <= since <= int(sys.argv[2]))
END
expect_exit 0 there show /dead.zip work net/requests
expect_match '^dead since '
expect_match 'what it was doing when it died'
expect_match 'at death  *serve .*GET /item/'
expect_match 'net/connections\[[0-9.]*\] 127.0.0.1:[0-9]*'

# ---- the time before ---------------------------------------------------------------

expect_exit 0 there tail /dead.zip 'work:outcomes*' process:cpu_user --since 1d -O jsonl
python3 - "$dir/out" <<'END' || die 'the time before'
import json, sys
samples = [json.loads(line) for line in open(sys.argv[1])]
served = [s["value"] for s in samples if s["labels"] ==
    '{operation="serve",outcome="ok"}']
assert len(served) >= 5 and served == sorted(served), served
assert served[-1] > served[0] + 300, served
END
first=$(sed -n '5s/.*"time":"\([^"]*\)".*/\1/p' "$dir/out")
last=$(sed -n '$s/.*"time":"\([^"]*\)".*/\1/p' "$dir/out")
expect_exit 0 there show -j /dead.zip work --at "$last"
json "[r for p in d['profiles'] for r in p['table']['rows']
    if r['cells']['detail'].startswith('GET')]"
expect_exit 0 there log /dead.zip -O jsonl

# ---- every view, now and then -----------------------------------------------------------

# frame NUMBER NAME PATTERN [OPTION...]
frame() {
	number=$1
	name=$2
	pattern=$3
	shift 3
	expect_exit 0 there /dead.zip --frame 100x30 --view "$number" --ascii "$@"
	[ "$(wc -l <"$dir/out")" -eq 30 ] || die "$name: not 30 lines"
	expect_match '^ dbgtop .*DEAD since'
	expect_match "\\[$number $name\\]"
	expect_match "$pattern"
	! grep -q "$(printf '\033')" "$dir/out" || die "$name: an escape"
}
for at in '' "$last"; do
	frame 1 Overview 'connections  *4 ' ${at:+--at "$at"}
	frame 2 Tables 'net/requests  *object' ${at:+--at "$at"}
	frame 3 Histograms 'latency' ${at:+--at "$at"}
	frame 4 Events '[Ee]vents\|EVENT\|log' ${at:+--at "$at"}
	frame 5 Changes 'work\|process\|nothing' ${at:+--at "$at"}
	frame 6 Info "$pid" ${at:+--at "$at"}
	frame 7 Operations 'GET /item/' ${at:+--at "$at"}
	frame 8 Errors 'rror' ${at:+--at "$at"}
done
expect_exit 0 there /dead.zip --frame 100x30 --at "$first"
expect_match 'PAST'

# ---- for people without dbgtop -----------------------------------------------------------

unzip -q "$dir/dead.zip" -d "$dir/parts" || die unzip
[ "$(jq -r .target.state "$dir/parts/meta.json")" = dead ] || die meta.json
# shellcheck disable=SC2044 # names of ours
for file in $(find "$dir/parts" -name '*.jsonl'); do
	jq -e . "$file" >/dev/null || [ ! -s "$file" ] || die "jq: $file"
done
jq -es 'map(select(.row != null or .id != null)) | length >= 3' \
	"$dir/parts/profiles/work.jsonl" >/dev/null || die 'rows in work.jsonl'
python3 - "$dir/parts" <<'END' || die 'python3 csv'
import csv, os, sys
read = 0
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if not name.endswith(".csv"):
            continue
        with open(os.path.join(folder, name), newline="") as file:
            rows = list(csv.reader(file, strict=True))
        assert all(len(row) == len(rows[0]) for row in rows), name
        read += 1
with open(sys.argv[1] + "/history.csv", newline="") as file:
    history = list(csv.DictReader(file))
assert read >= 6 and len(history) >= 5, (read, len(history))
column = 'work:outcomes{operation="serve",outcome="ok"}'
assert column in history[0], sorted(history[0])
assert int(history[-1][column]) > int(history[0][column] or 0)
with open(sys.argv[1] + "/profiles/work.rows.csv", newline="") as file:
    assert sum(row["state"] == "live" for row in csv.DictReader(file)) >= 3
END
