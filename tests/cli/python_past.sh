#!/bin/sh
# limit: 900
# dbgshm.py reads the past, snapshots and recordings as dbgtop does, of live and dead
# programs, and of whatever bytes it says soon and in one line what is wrong.
. tests/cli/lib.sh

command -v python3 >/dev/null || skip 'no python3'
command -v unzip >/dev/null || skip 'no unzip'
trap 'exec 3>&-; forget "$dir/minutes"; forget "$dir/workshop"; cleanup' EXIT
reader=libshm/python/dbgshm.py
PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=libshm/python
export PYTHONDONTWRITEBYTECODE PYTHONPATH
export LC_ALL=C.UTF-8

# both HOW WHAT DBGTOP_ARGUMENT... -- READER_ARGUMENT...: they say the same
both() {
	how=$1
	what=$2
	shift 2
	theirs=
	while [ "$1" != -- ]; do
		theirs="$theirs $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	"$dbgtop" $theirs >"$dir/theirs" || die "$what: dbgtop: exit $?"
	python3 "$reader" "$@" >"$dir/ours" || die "$what: dbgshm.py: exit $?"
	[ -s "$dir/theirs" ] || die "$what: nothing"
	# shellcheck disable=SC2086 # a word or none
	python3 tests/cli/same.py "$dir/theirs" "$dir/ours" $how ||
		die "$what differs"
}
# all_of TARGET WHAT: its samples, and what it was $ats seconds before $now.
all_of() {
	both past "samples of $2" tail "$1" --since 1000d -O jsonl -- --tail "$1"
	for ago in $ats; do
		at=@$((now - ago))
		both past "$2 ${ago}s ago" show "$1" -j --at "$at" -- --at "$at" "$1"
	done
}

# ---- what a program logged itself ------------------------------------------------

start_minutes 180 12
minutes=$pid
now=$(date +%s)
ats='0 1 2 57 80 95 100 140 178'
all_of "$pid" live
python3 - "$pid" "$dir/log" <<'END' || die 'not what was logged'
import sys, dbgshm

log = {}
with open(sys.argv[2]) as file:
    for line in file:
        time, *numbers = line.split()
        log[int(time)] = numbers
with dbgshm.open(int(sys.argv[1])) as region:
    past = region.history()
    assert len(past) == len(log) == 180
    for address, column in ("net/peers:sent", 0), ("net/peers:queue", 1), \
            ("net/peers:latency", 2):
        series = past.series(address)
        assert [when.mono_ns for when, _ in series] == sorted(log)
        assert [value for _, value in series] == [
            int(log[when.mono_ns][column]) for when, _ in series], address
    late = [value for _, value in past.series("late:extra")]
    assert late == [None] * 60 + list(range(60, 120)) + [None] * 60, late
    for order in range(len(past)), reversed(range(len(past))):
        for index in order:
            view = past.show(index)
            rows = {row["cells"]["number"]: row["cells"]["done"]
                    for table in view.tables()
                    for row in table["rows"]}
            wanted = log[view.now_ns][4:]
            assert rows == dict(tuple(map(int, one.split(":")))
                                for one in wanted), index
    try:
        past.series("no/such:thing")
        raise AssertionError
    except dbgshm.Error as problem:
        assert problem.code == 1
END
set -- --at "@$((now - 100))" "$pid" net/peers:sent net/peers:queue
expect_exit 0 python3 "$reader" "$@"
mv "$dir/out" "$dir/ours"
expect_exit 0 "$dbgtop" get "$@"
cmp "$dir/out" "$dir/ours" || die 'bare values'
expect_exit 1 python3 "$reader" "$pid" net/peers:nothing
expect_exit 1 python3 "$reader" --at 100d "$pid"
expect_err 'does not reach back'
expect_exit 2 python3 "$reader" --at soon "$pid"
expect_exit 2 python3 "$reader" --soon "$pid"
expect_err '^usage: '

# As a snapshot, and when it is dead.
"$dbgtop" snapshot "$pid" -o "$dir/live.zip" >/dev/null || die snapshot
all_of "$dir/live.zip" 'the snapshot'
both past 'the snapshot now' show "$dir/live.zip" -j -- "$dir/live.zip"
# As a recording, which begins with the past that there is.
# record PID NAME
record() {
	timeout -s INT 3 "$dbgtop" record -q "$1" -o "$dir/$2.rec" </dev/null \
		>"$dir/out" 2>&1
	[ -s "$dir/$2.rec" ] || die "no recording: $(cat "$dir/out")"
}
record "$pid" live
all_of "$dir/live.rec" 'the recording'
both '' 'the recording now' show "$dir/live.rec" -j -- "$dir/live.rec"
[ "$(python3 "$reader" --tail "$dir/live.rec" net/peers:sent | grep -c .)" -eq 180 ] ||
	die 'not all of it is recorded'
expect_exit 0 python3 -c '
import sys, dbgshm, dbgshm.recording
dbgshm.recording._ZSTD = "libnone.so"
try:
    dbgshm.regions(sys.argv[1])
except dbgshm.Error as problem:
    print(problem)' "$dir/live.rec"
expect_match 'it is compressed, and there is no libnone.so here'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
all_of "$pid" 'the dead'
"$dbgtop" snapshot "$pid" -o "$dir/dead.zip" >/dev/null || die snapshot
all_of "$dir/dead.zip" 'the snapshot of the dead'
both past 'the dead now' show "$dir/dead.zip" -j -- "$dir/dead.zip"

# Coarse tiers: what is older than the budget of the finest one.
export DBGSHM_TIERS=1s,10s,60s DBGSHM_HISTORY=128K DBGSHM_HISTORY_ROWS=128K
start_minutes 9000
unset DBGSHM_TIERS DBGSHM_HISTORY DBGSHM_HISTORY_ROWS
kill -KILL "$pid"
wait "$pid" 2>/dev/null
now=$(date +%s)
ats='0 500 2000 5000 7000'
all_of "$pid" 'hours'
for period in 1000000000 10000000000 60000000000; do
	"$dbgtop" tail "$pid" net/peers:queue --since 1d -O jsonl |
		grep -q "\"period_ns\":$period," || die "no tier of $period"
done
"$dbgtop" tail "$pid" net/peers:queue --since 1d -O jsonl |
	grep -q '"max":[0-9]' || die 'no extremes'

# ---- doubles, shapes, references, events, secrets ----------------------------------

mkfifo "$dir/words"
cp "$B/examples/workshop" "$B/examples/vault" "$dir/"
LD_LIBRARY_PATH=$PWD/$B "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
workshop=$!
LD_LIBRARY_PATH=$PWD/$B "$dir/vault" open-sesame >/dev/null 2>&1 &
vault=$!
started="$started $workshop $vault"
exec 3>"$dir/words"
"$B/dbgtop-agent" --foreground --interval 100ms --pidfile "$dir/pidfile" \
	--watch $$ 2>"$dir/agent.log" &
agent=$!
started="$started $agent"
wait_for "$dbgtop" path "$workshop"
wait_for "$dbgtop" path "$vault"
wait_for "$dbgtop" get $$ process:cpu_percent
printf 'lose\nend\nopen /srv/third.png\nrenew\nburst 200\nlog told\n' >&3
sampled() {
	[ "$("$dbgtop" tail "$workshop" --since 1h -O jsonl process:rss_peak |
		grep -c .)" -ge 6 ] &&
		"$dbgtop" log "$workshop" | grep -q told &&
		[ "$("$dbgtop" tail $$ --since 1h -O jsonl process:cpu_percent |
			grep -c .)" -ge 10 ]
}
wait_for sampled
watched=$("$dbgtop" path $$) || die 'no region about this shell'
case $watched in *"/$$-"*) ;; *) die "of whom is $watched" ;; esac
record "$workshop" workshop
kill -KILL "$workshop" "$agent"
wait "$workshop" "$agent" 2>/dev/null
now=$(date +%s)
ats='0 1 2'
all_of "$workshop" 'the workshop'
"$dbgtop" snapshot "$workshop" -o "$dir/workshop.zip" >/dev/null || die snapshot
all_of "$dir/workshop.zip" 'the workshop as a snapshot'
all_of "$dir/workshop.rec" 'the workshop as a recording'
both '' 'events of the recording' log "$dir/workshop.rec" -O jsonl -- \
	--log "$dir/workshop.rec"
both past 'the workshop now' show "$dir/workshop.zip" -j -- "$dir/workshop.zip"
both past 'its events' log "$dir/workshop.zip" -O jsonl -- --log "$dir/workshop.zip"
[ "$(grep -c . "$dir/ours")" -gt 100 ] || die 'few events'
cp --sparse=always "$watched" "$dir/watched.dbg"
rm -f "$watched"
ats='0 1'
all_of "$dir/watched.dbg" 'a process that was watched'
"$dbgtop" tail "$dir/watched.dbg" --since 1h -O jsonl |
	grep -q '"value":[0-9]*\.[0-9]' || die 'no doubles'
# The writer stands still, so that both snapshots are of the same.
kill -STOP "$vault"
"$dbgtop" snapshot "$vault" -o "$dir/mute.zip" >/dev/null || die snapshot
"$dbgtop" snapshot "$vault" -o "$dir/open.zip" --secrets >/dev/null || die snapshot
kill -KILL "$vault"
for zip in mute open; do
	both past $zip show "$dir/$zip.zip" -j -- "$dir/$zip.zip"
	python3 -c "
import dbgshm
with dbgshm.open('$dir/$zip.zip') as region:
    past = region.history()
    said = repr([past.show(i).tables(secrets=True) for i in range(len(past))]
        + region.tables(secrets=True) + region.events(secrets=True))
    count = said.count('open-sesame')
    assert count == 0 if '$zip' == 'mute' else count > 100, count
" || die "secrets of $zip.zip"
done

# ---- several in one file -------------------------------------------------------------

python3 - "$dir" <<'END' || die 'zips'
import sys, zipfile
folder = sys.argv[1] + "/"
live = zipfile.ZipFile(folder + "live.zip").read("own.dbg")
shop = zipfile.ZipFile(folder + "workshop.zip").read("own.dbg")

def make(name, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder + name, "w", method) as file:
        for member, data in members:
            file.writestr(member, data)

make("two.zip", [("minutes-1/own.dbg", live), ("w\x1b[31m/own.dbg", shop)])
make("bomb.zip", [("own.dbg", bytes(80 << 20))])
make("bzip2.zip", [("own.dbg", live)], zipfile.ZIP_BZIP2)
make("none.zip", [("readme.txt", "hello")])
make("noise.zip", [("own.dbg", b"\1" * 20000)])
make("part.zip", [("own.dbg", b"\1" * 20000), ("watched.dbg", live)])
with open(folder + "live.zip", "rb") as whole, \
        open(folder + "cut.zip", "wb") as cut:
    cut.write(whole.read(900))
END
for which in minutes minutes-1 "$minutes"; do
	both past "$which of two" show "$dir/two.zip:$which" -j -- \
		"$dir/two.zip:$which"
done
# refuse CODE FILE WHY: in one line that can be printed
refuse() {
	expect_exit "$1" python3 "$reader" "$2"
	[ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" = 1 ] ||
		die "$2: $(cat "$dir/out" "$dir/err")"
	expect_err "$3"
	! grep -q "$(printf '\033')" "$dir/err" || die 'a raw escape'
}
refuse 3 "$dir/two.zip" 'several are in it: minutes-1 w\\x1b'
refuse 3 "$dir/two.zip:nobody" 'nothing in it is called nobody'
refuse 5 "$dir/bomb.zip" 'over the limit'
refuse 5 "$dir/bzip2.zip" 'compressed by method 12'
refuse 5 "$dir/none.zip" 'there is no region in it'
refuse 5 "$dir/noise.zip" 'not a region'
refuse 5 "$dir/cut.zip" 'not one of our snapshots'
refuse 3 "$dir/missing.zip" 'No such file'
expect_exit 0 python3 "$reader" "$dir/part.zip"

# ---- damage ---------------------------------------------------------------------------

files="$dir/live.zip $dir/workshop.zip $dir/live.rec $dir/workshop.rec"
for zip in live workshop; do
	unzip -p "$dir/$zip.zip" own.dbg >"$dir/$zip.dbg" || die unzip
	files="$files $dir/$zip.dbg"
done
# shellcheck disable=SC2086 # words
python3 tests/cli/damage.py "${SEED:-7}" "${COUNT:-2000}" "$dir/damaged" $files \
	>"$dir/out" 2>&1 || die "damage: $(tail -n 30 "$dir/out")"
cat "$dir/out"
[ ! -e libshm/python/dbgshm/__pycache__ ] || die 'bytecode in the tree'
