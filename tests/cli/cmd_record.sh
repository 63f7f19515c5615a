#!/bin/sh
# dbgtop record: what it writes opens like the process, goes on where it ended,
# follows a program that is started again, is put aside when it is long, and
# never costs what is there already.  limit: 600
. tests/cli/lib.sh

dbgtop=$PWD/$B/dbgtop
sent=net/peers:sent

# record ARGUMENT...: in the background; $recorder, $dir/said, $dir/told.
record() {
	: >"$dir/told" && : >"$dir/said" # what the one before said is no answer
	env --default-signal=INT "$dbgtop" record "$@" >>"$dir/told" \
	    2>>"$dir/said" </dev/null &
	recorder=$!
	started="$started $recorder"
}

# ended STATUS
ended() {
	wait "$recorder"
	[ $? -eq "$1" ] || die "record: not exit $1: $(cat "$dir/said")"
}

# has FILE PYTHON: of the samples of sent, as records `out`; $dir/log as ever.
has() {
	run "$dbgtop" tail "$1" $sent --since 1d --lines -O jsonl
	[ $status -eq 0 ] || die "tail $1: $(cat "$dir/err")"
	compare "$2"
}
has_all() {
	run "$dbgtop" tail "$1" $sent --since 1d --lines -O jsonl
	[ $status -eq 0 ] && [ "$(grep -c . "$dir/out")" -ge "$2" ]
}

# ---- a live one, with its past ------------------------------------------------

start_minutes 180
rec=$dir/live.rec
record "$pid" -o "$rec" -i 100ms
wait_for has_all "$rec" 175
[ "$(stat -c %a "$rec")" = 600 ] || die 'others may read it'
# It can be read while it is written, and nobody else writes it.
expect_exit 7 "$dbgtop" record "$pid" -o "$rec" -n 1
expect_err "^dbgtop: $rec: "
kill -INT $recorder
ended 0
[ "$(cat "$dir/told")" = "$rec" ] || die "told $(cat "$dir/told")"
[ "$(wc -l <"$dir/said")" -eq 1 ] || die "said $(cat "$dir/said")"
grep -Eq "^dbgtop: $rec: .*, [0-9]+ frames, [0-9.]+ [KM]?i?B, [0-9.]+ bytes a value\$" \
    "$dir/said" || die "said $(cat "$dir/said")"
has "$rec" '
mine = {r["mono_ns"]: r["value"] for r in out}
assert set(times[5:]) <= set(mine), (len(times), len(mine))
for time in times[5:]:
    assert mine[time] == log[time]["sent"], time'

# It answers as the process does.
for what in describe "show:-O:csv:net/peers" "get:$sent"; do
	# shellcheck disable=SC2046 # arguments
	set -- $(echo "$what" | sed "s|net/peers:sent|net/peers@sent|" | tr : ' ' |
	    tr @ :)
	command=$1
	shift
	expect_exit 0 "$dbgtop" "$command" "$pid" "$@"
	sed 's/^"20[^"]*",//' "$dir/out" >"$dir/wanted"
	expect_exit 0 "$dbgtop" "$command" "$rec" "$@"
	sed 's/^"20[^"]*",//' "$dir/out" | diff "$dir/wanted" - >"$dir/difference" ||
		die "$command: process (<), recording (>): $(cat "$dir/difference")"
done
expect_exit 0 "$dbgtop" show "$rec"
expect_match '^live, recorded until '
expect_match 'recording from 2'
expect_exit 0 "$dbgtop" show -j "$rec"
json 'd["target"]["source"] == "recorded" and d["target"]["state"] == "live"'
expect_exit 0 "$dbgtop" show -j "$rec" --at "@$(($(date +%s) - 100))"
json 'd["profiles"]'
expect_exit 0 "$dbgtop" get "$rec" --at "@$(($(date +%s) - 100))" $sent
expect_exit 0 "$dbgtop" path "$rec"
expect_out "$rec"
expect_exit 0 "$dbgtop" list -j "$rec"
json 'len(d["regions"]) == 1 and d["regions"][0]["metrics"] > 20'
expect_exit 0 "$dbgtop" "$rec" --frame 80x24
expect_match REPLAY
expect_exit 0 "$dbgtop" "$rec" --frame 80x24 --at "@$(($(date +%s) - 100))"
expect_match 'REPLAY [0-9]*/1[78][0-9]'
expect_exit 0 "$dbgtop" diff "$rec" "$rec"
expect_exit 6 "$dbgtop" wait "$rec" "$sent < 0" --timeout 0
expect_exit 0 "$dbgtop" wait "$rec" "$sent > 0" --timeout 0
expect_exit 0 "$dbgtop" export "$rec" "$sent" --format openmetrics --since 1d
[ "$(grep -c '^[^#]' "$dir/out")" -ge 175 ] || die "export: $(cat "$dir/out")"
# What is recorded is all there is.
expect_exit 6 timeout 60 "$dbgtop" tail -f "$rec" $sent
expect_exit 6 timeout 60 "$dbgtop" log -f "$rec"
# Also under another name, and without a slash.
cp "$rec" "$dir/renamed"
expect_exit 0 "$dbgtop" show "$dir/renamed"
(cd "$dir" && "$dbgtop" get live.rec $sent) >"$dir/out" || die 'no slash'
expect_out "$(tail -n 1 "$dir/log" | cut -d ' ' -f 2)"
expect_exit 0 "$dbgtop" snapshot "$rec" -o "$dir/of.zip"
expect_exit 0 "$dbgtop" get "$dir/of.zip" $sent
# Of what does not change all is written at once, and then it is over.
for one in "$rec" "$dir/of.zip"; do
	expect_exit 6 timeout 60 "$dbgtop" record "$one" -o "$dir/copy.rec"
	expect_exit 0 "$dbgtop" get "$dir/copy.rec" $sent
	rm "$dir/copy.rec"
done
expect_out "$(tail -n 1 "$dir/log" | cut -d ' ' -f 2)"
[ ! -e "$dir/dbgtop-*" ] || die 'files nobody asked for'

# ---- how it ends, and what it is called -----------------------------------------

(cd "$dir" && "$dbgtop" record "$pid" -n 1 -i 10ms) >"$dir/out" 2>"$dir/err" ||
	die "default name: $(cat "$dir/err")"
expect_match '^dbgtop-minutes-[0-9]*T[0-9]*Z.rec$'
rm -f "$dir/$(cat "$dir/out")"
expect_exit 0 timeout 60 "$dbgtop" record "$pid" -o "$dir/for.rec" --for 200ms -q
expect_out "$dir/for.rec"
[ ! -s "$dir/err" ] || die "-q: $(cat "$dir/err")"
# Nothing of the past, or some of it.
expect_exit 0 "$dbgtop" record "$pid" -o "$dir/now.rec" -n 1 -i 10ms --since 0
run "$dbgtop" tail "$dir/now.rec" $sent --since 1d --lines -O jsonl
[ "$(grep -c . "$dir/out")" -lt 170 ] || die "--since 0: $(wc -l <"$dir/out")"
expect_exit 0 "$dbgtop" get "$dir/now.rec" $sent
expect_exit 0 "$dbgtop" record "$pid" -o "$dir/ten.rec" -n 1 -i 10ms --since 10s
has_all "$dir/ten.rec" 9 || die '--since 10s'

# ---- it goes on ------------------------------------------------------------------

kill -KILL "$pid"
wait "$pid" 2>/dev/null
cp "$rec" "$dir/before.rec"
# A dead one: what it left, and no more will come.
expect_exit 6 "$dbgtop" record "$pid" -o "$rec"
expect_exit 0 "$dbgtop" show "$rec"
expect_match '^dead since .*, recorded until '
expect_exit 0 "$dbgtop" list -j "$rec"
json 'len(d["regions"]) == 1'
has "$rec" '
assert len(out) == len({r["mono_ns"] for r in out})
assert set(times[5:]) <= {r["mono_ns"] for r in out}'
[ "$(wc -c <"$rec")" -lt $(($(wc -c <"$dir/before.rec") * 2)) ] ||
	die 'what was there is written twice'
cmp -n "$(($(wc -c <"$dir/before.rec") / 2))" "$rec" "$dir/before.rec" ||
	die 'what was there has changed'
# A torn tail is cut.
head -c $(($(wc -c <"$dir/before.rec") - 60)) "$dir/before.rec" >"$dir/torn.rec"
expect_exit 0 "$dbgtop" show "$dir/torn.rec"
expect_exit 6 "$dbgtop" record "$pid" -o "$dir/torn.rec"
has "$dir/torn.rec" 'assert set(times[5:]) <= {r["mono_ns"] for r in out}'

# ---- a name is followed -----------------------------------------------------------

name=again$$
cp "$B/examples/hello" "$dir/$name" || exit 1
hello() {
	LD_LIBRARY_PATH=$PWD/$B DBGSHM=on "$dir/$name" >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	wait_for "$dbgtop" path $pid
}
in_file() {
	"$dbgtop" list -j "$dir/name.rec" >"$dir/out" 2>/dev/null && (json "$1")
}
hello
first=$pid
record "$name" -o "$dir/name.rec" -i 100ms
wait_for in_file 'len(d["regions"]) == 1'
kill -KILL "$first"
wait "$first" 2>/dev/null
wait_for in_file 'd["regions"][0]["state"] == "dead"'
hello
wait_for in_file 'len(d["regions"]) == 2'
kill -TERM $recorder
ended 0
expect_exit 0 "$dbgtop" get "$dir/name.rec" process:rss_peak
for one in "$first:dead" "$name:1:dead" "$pid:live" "$name:2:live" "$name:live"; do
	expect_exit 0 "$dbgtop" show -j "$dir/name.rec:${one%:*}"
	json "d['target']['state'] == '${one##*:}'"
done
expect_exit 0 "$dbgtop" show -j "$dir/name.rec"
json "d['target']['pid'] == $pid"
expect_exit 3 "$dbgtop" show "$dir/name.rec:other"
expect_err "there is no such target in it"
expect_err "$dir/name.rec:$name:2.*pid $pid"

# ---- several -----------------------------------------------------------------------

start_minutes 20
other=$pid
hello
expect_exit 0 "$dbgtop" record "$other" "$pid" -o "$dir/two.rec" -n 2 -i 50ms
expect_exit 3 "$dbgtop" show "$dir/two.rec"
expect_err 'several targets are in it'
expect_err "$dir/two.rec:minutes:1.*pid $other"
expect_exit 0 "$dbgtop" get "$dir/two.rec:minutes" $sent
expect_exit 0 "$dbgtop" list -j "$dir/two.rec"
json 'len(d["regions"]) == 2'
expect_exit 0 "$dbgtop" record :all -o "$dir/all.rec" -n 1 -i 50ms
expect_exit 0 "$dbgtop" list -j "$dir/all.rec"
json "{$other, $pid} <= {r['pid'] for r in d['regions']}"
# New ones of a name are found.
record "$name:*" -o "$dir/name.rec" -i 100ms
hello
wait_for in_file "any(r['pid'] == $pid for r in d['regions'])"
kill -INT $recorder
ended 0

# ---- one that publishes nothing has a watcher ---------------------------------------

sleep 1000 &
plain=$!
started="$started $plain"
expect_exit 0 "$dbgtop" record "$plain" -o "$dir/plain.rec" -n 3 -i 500ms
expect_exit 0 "$dbgtop" get "$dir/plain.rec" process:threads
expect_out 1
record "$plain" -o "$dir/over.rec" -i 50ms
wait_for [ -s "$dir/over.rec" ]
kill $plain
ended 6
grep -q ' frame' "$dir/said" || die "said $(cat "$dir/said")"

# ---- long ones are put aside -----------------------------------------------------------

record "$other" -o "$dir/turn.rec" -i 20ms --rotate-time 1s --keep 2
turned() {
	[ "$(find "$dir" -name 'turn-*.rec' | wc -l)" -eq "$1" ]
}
wait_for turned 2
second=$(find "$dir" -name 'turn-*.rec' | sort | tail -n 1)
gone() {
	[ ! -e "$1" ]
}
wait_for gone "$second"
turned 2 || die "kept: $(ls "$dir")"
kill -INT $recorder
ended 0
for one in "$dir"/turn*.rec; do
	expect_exit 0 "$dbgtop" get "$one" $sent
	expect_out "$(tail -n 1 "$dir/log" | cut -d ' ' -f 2)"
done
: >"$dir/turn-notes.rec"
expect_exit 0 "$dbgtop" record "$other" -o "$dir/turn.rec" -n 1 -i 10ms \
    --rotate-size 64K --keep 0
[ -e "$dir/turn-notes.rec" ] || die 'a file that is not ours was removed'

# ---- what is there is safe ---------------------------------------------------------------

echo 'my diary' >"$dir/diary.rec"
expect_exit 5 "$dbgtop" record "$other" -o "$dir/diary.rec" -n 1
expect_err "^dbgtop: $dir/diary.rec: "
[ "$(cat "$dir/diary.rec")" = 'my diary' ] || die 'a file was changed'
expect_exit 7 "$dbgtop" record "$other" -o /dev/null -n 1
[ -c /dev/null ] || die '/dev/null is no device any more'
expect_exit 7 "$dbgtop" record "$other" -o "$dir/no/such/directory.rec" -n 1
expect_exit 3 "$dbgtop" record "no-such-program-$$" -o "$dir/none.rec"
[ ! -e "$dir/none.rec" ] || die 'a file for nothing'
for one in show get describe tail; do
	expect_exit 5 "$dbgtop" $one "$dir/diary.rec" $sent
	expect_err "^dbgtop: $dir/diary.rec"
done
expect_exit 2 "$dbgtop" record "$other" --keep 3
expect_exit 2 "$dbgtop" record "$other" --rotate-size 10
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir "$dir/closed" && chmod 700 "$dir/closed"
	expect_exit 4 setpriv --reuid 65534 --clear-groups "$dbgtop" record \
	    "$("$dbgtop" path "$other")" -o "$dir/closed/never.rec" -n 1
	expect_exit 7 setpriv --reuid 65534 --clear-groups "$dbgtop" record \
	    "$other" -o "$dir/closed/never.rec" -n 1
	[ ! -e "$dir/closed/never.rec" ] || die 'a file of nobody'
fi

# ---- secrets ---------------------------------------------------------------------------------

cp "$B/examples/vault" "$dir/"
LD_LIBRARY_PATH=$PWD/$B "$dir/vault" open-sesame >/dev/null 2>&1 &
vault=$!
started="$started $vault"
wait_for "$dbgtop" path "$vault"
expect_exit 0 "$dbgtop" record "$vault" -o "$dir/mute.rec" -n 1 -i 10ms
expect_exit 1 "$dbgtop" get --secrets "$dir/mute.rec" 'vault[0.1].key'
for ago in 10 30 50; do
	expect_exit 0 "$dbgtop" show -j --secrets "$dir/mute.rec" \
	    --at "@$(($(date +%s) - ago))"
	expect_match owner-
	expect_no_match sesame
done
expect_exit 0 "$dbgtop" record "$vault" -o "$dir/open.rec" -n 1 -i 10ms --secrets
expect_exit 0 "$dbgtop" show --secrets "$dir/open.rec"
expect_match open-sesame-59
expect_exit 0 "$dbgtop" show "$dir/open.rec"
expect_no_match sesame

# ---- a full disk -----------------------------------------------------------------------------

full=$dir/full
mkdir "$full"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=256k none "$full" 2>/dev/null; then
	unmount() {
		umount "$full" 2>/dev/null
		cleanup
	}
	trap unmount EXIT
	record "$other" -o "$full/some.rec" -i 50ms
	wait_for has_all "$full/some.rec" 15
	head -c 300000 /dev/zero >"$full/filler" 2>/dev/null
	kill -KILL $recorder
	wait $recorder 2>/dev/null
	hello
	record "$other" "$pid" -o "$full/some.rec" -i 50ms
	wait_for grep -q 'No space left' "$dir/said"
	expect_exit 0 "$dbgtop" get "$full/some.rec:minutes" $sent
	rm "$full/filler"
	wait_for grep -q 'it goes on' "$dir/said"
	[ "$(grep -c 'No space' "$dir/said")" -eq 1 ] || die "$(cat "$dir/said")"
	kill -INT $recorder
	ended 0
	expect_exit 0 "$dbgtop" get "$full/some.rec:$name" process:rss_peak
	# One that ends while it is full says so.
	head -c 300000 /dev/zero >"$full/filler" 2>/dev/null
	hello
	record "$pid" -o "$full/some.rec" -i 50ms
	wait_for grep -q 'No space left' "$dir/said"
	kill -INT $recorder
	ended 7
	expect_exit 0 "$dbgtop" get "$full/some.rec:minutes" $sent
fi
# A limit of file sizes is the same, for everybody.
hello
: >"$dir/said"
(
	ulimit -f 4
	exec env --default-signal=INT "$dbgtop" record "$pid" \
	    -o "$dir/limit.rec" -i 50ms
) >"$dir/told" 2>>"$dir/said" </dev/null &
recorder=$!
started="$started $recorder"
wait_for grep -q 'File too large' "$dir/said"
kill -INT $recorder
ended 7
