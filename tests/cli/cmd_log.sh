#!/bin/sh
# log: events as text and as records, followed to the last one, none missing.
. tests/cli/lib.sh

trap 'forget "$dir/workshop"; cleanup' EXIT
export LC_ALL=C.UTF-8

# start: a program that does what "say" tells it; $pid.
start() {
	rm -f "$dir/words"
	mkfifo "$dir/words" || exit 1
	[ -f "$dir/workshop" ] || cp "$B/examples/workshop" "$dir/" || exit 1
	LD_LIBRARY_PATH=$PWD/$B "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	exec 3>"$dir/words"
	wait_for "$dbgtop" path "$pid"
}
say() { echo "$*" >&3; }
has() { "$dbgtop" log "$pid" | grep -q -e "$1"; }

start
say lose
say log a second one
wait_for has 'a second one$'

# Text, the oldest first; what comes from the program is safe to print.
time='^20[-0-9]*T[:0-9]*\.[0-9]*Z'
expect_exit 0 "$dbgtop" log "$pid"
[ "$(wc -l <"$dir/out")" -eq 3 ] || die "not 3 events: $(cat "$dir/out")"
sed -n 1p "$dir/out" | grep -q "$time info  log: 2 kinds\$" || die "first"
sed -n 2p "$dir/out" | grep -q \
    "$time warn  log lost_peer: 10.0.0.7\\\\x1b\[2J after 1268 on net/connections\[0.1\]\$" ||
	die "second: $(cat "$dir/out")"
sed -n 3p "$dir/out" | grep -q "$time info  log: a second one\$" || die "third"

# Which ones.
expect_exit 0 "$dbgtop" log "$pid" -n 1
expect_match 'a second one$'
[ "$(wc -l <"$dir/out")" -eq 1 ] || die "-n 1: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" log "$pid" -l warn
expect_match 'lost_peer'
[ "$(wc -l <"$dir/out")" -eq 1 ] || die "-l warn: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" log "$pid" -l error
expect_out ''
expect_exit 0 "$dbgtop" log "$pid" --since 1h log
[ "$(wc -l <"$dir/out")" -eq 3 ] || die "--since: $(cat "$dir/out")"
expect_exit 0 "$dbgtop" log "$pid" --until 1h
expect_out ''
second=$("$dbgtop" log "$pid" | sed -n '2s/ .*//p')
expect_exit 0 "$dbgtop" log "$pid" --since "$second" --until "$second"
expect_out ''
expect_exit 0 "$dbgtop" log "$pid" --since "$second" -l warn
expect_match "^$second warn"
expect_exit 0 "$dbgtop" log "$pid" --until "$second"
expect_match '2 kinds$'
[ "$(wc -l <"$dir/out")" -eq 1 ] || die "--until: $(cat "$dir/out")"

# Records.
expect_exit 0 "$dbgtop" log -O jsonl "$pid" -l warn
json "list(d) == ['time', 'mono_ns', 'level', 'path', 'event', 'text', 'ring',
    'lost', 'fields'] and d['level'] == 'warn' and d['event'] == 'lost_peer' and
    d['path'] == 'log' and d['lost'] == 0 and d['mono_ns'] > 0 and
    d['text'].startswith('10.0.0.7') and d['fields'] == {
    'peer': '10.0.0.7\\\\x1b[2J', 'after': 1268,
    'connection': {'ref': 'net/connections[0.1]', 'state': 'live'}}"
expect_exit 0 "$dbgtop" log -j "$pid"
json "d['schema'] == 'dbgtop.log/1' and d['target']['pid'] == $pid and
    [e['text'] for e in d['events']][::2] == ['2 kinds', 'a second one'] and
    d['lost'] == 0"
expect_exit 0 "$dbgtop" log -O csv "$pid" -n 1
expect_match '^"time","mono_ns","level","path","event","text","ring","lost"'
expect_match '"info","log","message","a second one",'

# What is wrong with a command line is said, each time in its own words.
expect_exit 2 "$dbgtop" log "$pid" -l normal
expect_err '\-\-level normal: of events it is debug, info, warn or error'
expect_exit 2 "$dbgtop" show "$pid" -l warn
expect_err '\-\-level warn: it is normal, detail or debug'
expect_exit 2 "$dbgtop" log "$pid" --since yesterday
expect_err '\-\-since yesterday: it is 10m (ago)'
expect_exit 2 "$dbgtop" log "$pid" -f -j
expect_exit 2 "$dbgtop" show "$pid" -f
expect_err '\-\-follow: not an option of show'
expect_exit 1 "$dbgtop" log "$pid" 'nowhere*'
expect_err 'nowhere\*: nothing of that name'
expect_exit 1 "$dbgtop" log "$pid" work
expect_err 'no event log there'
expect_exit 3 "$dbgtop" log 999999999

# Followed: each line as it comes, also what was lost, also the last words.
"$dbgtop" log "$pid" -f -n 1 >"$dir/followed" 2>"$dir/end" &
follower=$!
started="$started $follower"
followed() { grep -q -e "$1" "$dir/followed"; }
wait_for followed 'a second one$'
! followed lost_peer || die "-n 1: $(cat "$dir/followed")"
say log while you look
wait_for followed 'while you look$'
say burst 5000
wait_for followed 'burst 4999$'
say log last words
say die
wait $follower
[ $? -eq 6 ] || die "-f of a dead one is not 6: $(cat "$dir/end")"
tail -n 1 "$dir/followed" | grep -q 'last words$' ||
	die "the last words are not there: $(tail -n 3 "$dir/followed")"
grep -q "workshop (pid $pid): dead since " "$dir/end" || die "not said why"
awk '/ debug log: burst / { shown++ }
    / lost  log: [0-9]* events?$/ { lost += $4 }
    END { exit shown + lost != 5000 || lost == 0 }' "$dir/followed" ||
	die "shown and lost are not 5000: $(grep -v burst "$dir/followed")"

# What is left of it, counted by a program.
expect_exit 0 "$dbgtop" log -O jsonl "$pid"
python3 - "$dir/out" <<'END' || die "not 5005 in all: $(head -n 3 "$dir/out")"
import json, sys
with open(sys.argv[1]) as file:
    all = [json.loads(line) for line in file]
sys.exit(len(all) + sum(e["lost"] for e in all) != 5005 or
    all[-1]["text"] != "last words" or
    sorted(all, key=lambda e: e["mono_ns"]) != all)
END
expect_exit 6 "$dbgtop" log -f "$pid"
expect_match 'last words$'
# What a hidden event says of losses is said by the next one that is shown.
expect_exit 0 "$dbgtop" log -l info "$pid"
expect_match ' lost  log: 4[0-9]* events$'
expect_no_match burst

# Nobody reads any more: that ends it silently, by SIGPIPE.
start
mkfifo "$dir/pipe" || exit 1
"$dbgtop" log -f "$pid" >"$dir/pipe" 2>"$dir/err" &
follower=$!
started="$started $follower"
head -n 1 <"$dir/pipe" >"$dir/out"
expect_match '2 kinds$'
say log one more
wait $follower
status=$?
[ $status -eq 141 ] || die "a closed pipe: exit $status"
[ ! -s "$dir/err" ] || die "a closed pipe: $(cat "$dir/err")"

# An end that is asked for is not an end of the target.
expect_exit 0 "$dbgtop" log -f --until 1s "$pid"

# After an exec another program goes on under the same number; what the first one
# lost stays lost.  The follower sleeps meanwhile, or it might see the end alone.
cat >"$dir/first.py" <<'END'
import ctypes, os, sys
lib = ctypes.CDLL(sys.argv[1])
lib.dbgshm_profile_add.restype = lib.dbgshm_log_create.restype = ctypes.c_void_p
lib.dbgshm_init((ctypes.c_int * 64)(1)) # DBGSHM_SAMPLER_THREAD, and defaults
log = ctypes.c_void_p(lib.dbgshm_log_create(
    ctypes.c_void_p(lib.dbgshm_profile_add(b"log", None, None)), None))
lib.dbgshm_log_printf(log, 1, b"first")
os.read(0, 100)
for i in range(20000):
    lib.dbgshm_log_printf(log, 1, b"burst %d", i)
os.read(0, 100)
os.execv(sys.argv[2], [sys.argv[2]])
END
rm "$dir/words"
mkfifo "$dir/words" || exit 1
DBGSHM=on LD_LIBRARY_PATH=$PWD/$B python3 "$dir/first.py" \
    "$PWD/$B/libdbgshm.so" "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
exec 3>"$dir/words"
wait_for has 'first$'
"$dbgtop" log "$pid" -f >"$dir/followed" 2>"$dir/end" &
follower=$!
started="$started $follower"
wait_for followed 'first$'
say go on
wait_for followed 'burst 19999$'
kill -STOP $follower
say another
wait_for has '2 kinds$'
kill -CONT $follower
wait_for followed '2 kinds$'
say die
wait $follower
awk '/ info  log: burst / { shown++ }
    / lost  .*[0-9]* events?$/ { lost += $(NF - 1) }
    END { exit shown + lost != 20000 || lost == 0 }' "$dir/followed" ||
	die "not 20000 of the first program: $(grep -v burst "$dir/followed")"
