#!/bin/sh
# limit: 600
# dbgshm.py, written from FORMAT.md alone, says the same as dbgtop, of live, stopped
# and dead programs, and survives whatever file it is given.
B=${B:-build}
dbgtop=$B/dbgtop
reader=libshm/python/dbgshm.py
die() {
	echo "python.sh: $*"
	exit 1
}

dir=$(mktemp -d) || exit 1
own=/dev/shm/dbgtop-$(id -u)
pids=
cleanup() {
	for pid in $pids; do
		kill -9 "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
		rm -f "$own/$pid"-*.dbg
	done
	rm -rf "$dir"
}
trap cleanup EXIT

PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=libshm/python
export PYTHONDONTWRITEBYTECODE PYTHONPATH

# same TARGET WHAT [living]
same() {
	"$dbgtop" show "$1" -j >"$dir/theirs" || die "dbgtop show $1: exit $?"
	python3 "$reader" "$1" >"$dir/ours" || die "dbgshm.py $1: exit $?"
	# shellcheck disable=SC2086 # a third word or none
	python3 tests/cli/same.py "$dir/theirs" "$dir/ours" ${3:-} ||
		die "$1 ($2) differs"
}
# same_log TARGET WHAT
same_log() {
	"$dbgtop" log "$1" -O jsonl >"$dir/theirs" || die "dbgtop log $1: $?"
	python3 "$reader" --log "$1" >"$dir/ours" || die "--log $1: exit $?"
	cmp "$dir/theirs" "$dir/ours" || die "the log of $1 ($2) differs"
}

# start PROGRAM PROFILE: runs it and waits until it has registered all.
start() {
	"$B/examples/$1" >/dev/null &
	pid=$!
	pids="$pids $pid"
	tries=0
	until [ "$(python3 -c "
import dbgshm, sys
try:
    with dbgshm.open($pid) as region:
        print(len([t for t in region.tables() if t['profile'] == '$2']))
except dbgshm.Error:
    pass")" = 1 ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || die "$1 does not publish $2"
		sleep 0.05
	done
	# From here on nothing changes but time.
	kill -STOP "$pid"
	until grep -q '^State:.*T' "/proc/$pid/status"; do
		sleep 0.02
	done
}

start acceptance net/peers
acceptance=$pid
start cxx work
cxx=$pid
"$B/examples/texts" >"$dir/said" &
texts=$!
pids="$pids $texts"
tries=0
until [ -s "$dir/said" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || die "texts does not start"
	sleep 0.05
done

same "$acceptance" acceptance living
same "$cxx" cxx living
same "$texts" texts living
[ "$(python3 "$reader" texts | tr -d ' ' | grep -c hunter2)" = 0 ] ||
	die "a secret is shown"

# By name, and in the list.
python3 "$reader" "cxx:1" >"$dir/ours" 2>"$dir/error" ||
	grep -q several "$dir/error" || die "by name: $(cat "$dir/error")"
for how in theirs ours; do
	if [ $how = theirs ]; then
		"$dbgtop" list -j
	else
		python3 "$reader" --list
	fi | python3 -c "
import json, sys
ours = {$acceptance, $cxx, $texts}
pairs = json.load(sys.stdin, object_pairs_hook=lambda p: p)
document = dict(pairs)
assert document['schema'] == 'dbgtop.list/1', document['schema']
document['regions'] = sorted(
    r for r in document['regions'] if dict(r)['pid'] in ours)
assert len(document['regions']) == 3, document
json.dump([dict(r) for r in document['regions']], sys.stdout)
" >"$dir/$how.list" || die "list of $how"
done
python3 tests/cli/same.py "$dir/theirs.list" "$dir/ours.list" || die "lists differ"

# The recipe of FORMAT.md for a shell that has od and nothing else.
set -- "$own/$texts"-*.dbg
region=$1
awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' FORMAT.md >"$dir/recipe"
[ "$(f=$region sh "$dir/recipe")" = "answer 42
most 18446744073709551615" ] || die "od: $(f=$region sh "$dir/recipe" 2>&1)"

# ---- shapes, references, high-water marks, events ---------------------------
mkfifo "$dir/words"
"$B/examples/workshop" <"$dir/words" >/dev/null &
workshop=$!
pids="$pids $workshop"
exec 3>"$dir/words"
# tell WORDS: and wait until it has done so; $workshop stays stopped.
told=0
tell() {
	kill -CONT "$workshop"
	told=$((told + 1))
	printf '%s\nlog told %d\n' "$1" "$told" >&3
	tries=0
	until python3 "$reader" --log "$workshop" 2>/dev/null |
		grep -q "told $told\""; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || die "the workshop does not hear: $1"
		sleep 0.05
	done
	kill -STOP "$workshop"
	until grep -q '^State:.*T' "/proc/$workshop/status"; do
		sleep 0.02
	done
}
tell lose
same "$workshop" workshop living
same_log "$workshop" workshop
# What is over, what refers to it, and what has gone.
tell end
tell "open /srv/third.png"
tell "renew"
same "$workshop" "workshop, later" living
grep -q '"state":"gone"' "$dir/ours" || die "no reference is gone"
grep -q '"ended":"' "$dir/ours" || die "no row has ended"
grep -q '"peak":12,' "$dir/ours" || die "no high-water mark"
# More events than are kept, and more than there is room for.
tell "burst 200"
same "$workshop" "200 events" living
tell "burst 1000"
same_log "$workshop" "1000 events"
sed 1q "$dir/ours" | grep -q '"lost":0,' && die "nothing was lost"

# Every event once while it goes on: with those that were lost, all of them.
cat >"$dir/follow.py" <<'PYTHON'
import sys
import dbgshm

with dbgshm.open(int(sys.argv[1])) as region, open(sys.argv[2], "w") as words:
    events, numbers, seen, lost, last = dbgshm.Events(region), {}, 0, 0, ""
    rounds = 0
    while last != "finished":
        rounds += 1
        if rounds <= 200:
            print("burst", rounds, file=words, flush=True)
        elif rounds == 201:
            print("log finished", file=words, flush=True)
        region.refresh()
        for event in events.poll():
            ring = event["ring"]
            assert event["number"] == numbers.get(ring, 0) + event["lost"]
            numbers[ring] = event["number"] + 1
            seen, lost, last = seen + 1, lost + event["lost"], event["text"]
    assert lost == events.lost, (lost, events.lost)
    assert seen + lost == sum(numbers.values()), (seen, lost, numbers)
    assert seen > 1000, seen
PYTHON
kill -CONT "$workshop"
timeout 200 python3 "$dir/follow.py" "$workshop" "$dir/words" ||
	die "following"

# What it was doing when it died; nothing moves any more, not even time.
echo die >&3
wait "$workshop" 2>/dev/null
same "$workshop" "workshop, dead"
same_log "$workshop" "workshop, dead"
python3 -c "
import dbgshm
with dbgshm.open($workshop) as region:
    tables = {t['profile']: t for t in region.tables()}
    rows = tables['work']['rows']
    assert [r['state'] for r in rows] == ['live', 'finished', 'finished'], rows
    assert str(rows[1]['cells']['parent']).startswith('work['), rows
    assert tables['health']['rows'][0]['cells']['verdict'] == 'late'
    assert region.events()[-1]['text'] == 'finished'
" || die "what the dead one did"
exec 3>&-
set -- "$own/$workshop"-*.dbg
workshop_region=$1

# Events that were dropped; one of a time to come, which waits while the writer
# lives: here, whoever holds the lock of the file.
cp --sparse=always "$workshop_region" "$dir/future.dbg"
chmod 600 "$dir/future.dbg"
cat >"$dir/future.py" <<'PYTHON'
import fcntl, os, struct, sys
import dbgshm

with dbgshm.Region(sys.argv[1]) as region:
    ring = dbgshm.events._Ring(region.schema.logs[0], 1)
    _, _, head, _, dropped, _ = dbgshm.layout.RING.unpack(
        region.file.read(ring.offset, dbgshm.layout.RING.size))
file = os.open(sys.argv[1], os.O_RDWR)
os.pwrite(file, struct.pack("=Q", dropped + 7), ring.offset + 32)
last = ((head >> 10) - (head & 1023)) % ring.words
os.pwrite(file, struct.pack("=Q", 1 << 62), ring.offset + 64 + 8 * last + 8)
fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
print("ready", flush=True)
sys.stdin.read()
PYTHON
mkfifo "$dir/hold"
python3 "$dir/future.py" "$dir/future.dbg" <"$dir/hold" >"$dir/said2" &
holder=$!
pids="$pids $holder"
exec 4>"$dir/hold"
tries=0
until [ -s "$dir/said2" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || die "the lock is not taken"
	sleep 0.05
done
same_log "$dir/future.dbg" "an event that waits"
waits=$(grep -c . "$dir/ours")
exec 4>&-
wait $holder || die "holding the lock"
same_log "$dir/future.dbg" "an event that does not wait"
[ "$(grep -c . "$dir/ours")" = $((waits + 1)) ] || die "it does not wait"

# ---- the dead, and copies ---------------------------------------------------
cp --sparse=always "$region" "$dir/copy.dbg"
same "$dir/copy.dbg" "a copy"
kill -9 "$texts"
wait "$texts" 2>/dev/null
same "$texts" "dead"
same "$region" "dead, by path"
python3 "$reader" "$texts" | grep -q '"state":"dead"' || die "not dead"
# The lock of another reader is not the writer's.
python3 -c "
import dbgshm, fcntl, os, struct
file = os.open('$region', os.O_RDONLY)
fcntl.fcntl(file, 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 1, 0))
with dbgshm.open('$region') as region:
    assert dbgshm.life(region) == 'dead', dbgshm.life(region)
" || die "a reader's lock is taken for the writer's"

# ---- files that are not regions ------------------------------------------
# refuse CODE FILE WHAT: one line on standard error, the code of CLI.md.
refuse() {
	python3 "$reader" "$2" >"$dir/out" 2>"$dir/error"
	code=$?
	[ $code = "$1" ] || die "$3: exit $code, not $1: $(cat "$dir/error")"
	[ ! -s "$dir/out" ] || die "$3: output"
	[ "$(wc -l <"$dir/error")" = 1 ] || die "$3: $(cat "$dir/error")"
	"$dbgtop" show "$2" -j >/dev/null 2>&1
	code=$?
	[ $code = "$1" ] || die "$3: dbgtop exits with $code"
}
: >"$dir/empty"
refuse 5 "$dir/empty" "an empty file"
for size in 1 8 100 4095 4096 8191; do
	head -c $size "$region" >"$dir/short"
	refuse 5 "$dir/short" "$size bytes"
done
head -c 20000 /dev/urandom >"$dir/random"
refuse 5 "$dir/random" "noise"
head -c 20000 /dev/zero >"$dir/zeros"
refuse 5 "$dir/zeros" "zeros"
refuse 5 ./FORMAT.md "a text"
refuse 5 "$dir/" "a directory"
mkfifo "$dir/fifo"
refuse 5 "$dir/fifo" "a fifo"
refuse 5 /dev/null "a device"
ln -s copy.dbg "$dir/link"
refuse 5 "$dir/link" "a link"
refuse 3 "$dir/missing" "nothing"
refuse 3 999999999 "no process"
refuse 3 no-such-name-at-all "no name"
refuse 2 "" "an empty word"
python3 "$reader" "$region" 2>"$dir/error" >/dev/full
[ $? = 7 ] || die "a full disk: $(cat "$dir/error")"
# patch OFFSET BYTES...: a copy with these bytes changed.
patch() {
	cp --sparse=always "$region" "$dir/patched.dbg"
	chmod 600 "$dir/patched.dbg"
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$2" | dd of="$dir/patched.dbg" bs=1 seek="$1" conv=notrunc \
		2>/dev/null
}
patch 8 '\001\002\003\004\005\006\007\010'
refuse 5 "$dir/patched.dbg" "the other byte order"
patch 16 '\002'
refuse 5 "$dir/patched.dbg" "another major version"
patch 24 '\001'
refuse 5 "$dir/patched.dbg" "an unknown feature"
patch 28 '\001'
same "$dir/patched.dbg" "an unknown feature that does not matter"

# ---- damage ------------------------------------------------------------------
# Whatever stands in the file, nothing but dbgshm.Error comes out, and soon.
cat >"$dir/damage.py" <<'PYTHON'
import json, os, random, sys, time
import dbgshm

random.seed(7)
source, copy = sys.argv[1:]
words = [0, 1, 2, 7, 8, 63, 64, 255, 256, 4095, 4096, 65535, 65536,
         (1 << 31) - 1, (1 << 32) - 1, 1 << 40, (1 << 63) - 1, (1 << 64) - 1]
with dbgshm.Region(source) as region:
    spans = [(0, 1300), (4096, 200)] + [
        (offset, used if kind == dbgshm.layout.RINGS else min(used, 4096))
        for kind, (offset, used, _) in region.sections.items() if used]
file = os.open(copy, os.O_RDWR)
outcomes = {"shown": 0, "faults": 0, "refused": 0}
begin = time.monotonic()
for _ in range(1000):
    saved = []
    for _ in range(random.choice((1, 1, 2, 4))):
        offset, size = random.choice(spans)
        width = random.choice((1, 2, 4, 8))
        at = offset + random.randrange(size) // width * width
        saved.append((at, os.pread(file, width, at)))
        value = random.choice(words + [random.getrandbits(64)])
        os.pwrite(file, (value & ((1 << 8 * width) - 1))
                  .to_bytes(width, sys.byteorder), at)
    try:
        with dbgshm.Region(copy) as region:
            json.dumps(dbgshm.show([region]), allow_nan=False)
            region.metrics(), region.tables(), region.summary()
            region.events()
            region.refresh()
            outcomes["faults" if region.faults else "shown"] += 1
    except dbgshm.Error:
        outcomes["refused"] += 1
    for at, old in reversed(saved):
        os.pwrite(file, old, at)
assert time.monotonic() - begin < 300
assert min(outcomes.values()) > 0, outcomes
PYTHON
for source in "$region" "$workshop_region"; do
	cp --sparse=always "$source" "$dir/damaged.dbg"
	chmod 600 "$dir/damaged.dbg"
	python3 "$dir/damage.py" "$source" "$dir/damaged.dbg" || die "damage"
done

# ---- clean end -----------------------------------------------------------------
[ ! -e libshm/python/__pycache__ ] || die "bytecode in the tree"
