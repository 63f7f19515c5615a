#!/bin/sh
# dbgtop snapshot: one file with everything in it, that opens like the process,
# tells no secrets, and never costs the file that was there before.  limit: 600
. tests/cli/lib.sh

command -v unzip >/dev/null || skip 'no unzip'
command -v jq >/dev/null || skip 'no jq'
dbgtop=$PWD/$B/dbgtop

# snapshot TARGET FILE [OPTION...]: unpacked into FILE.d
snapshot() {
	target=$1
	file=$2
	shift 2
	expect_exit 0 "$dbgtop" snapshot "$target" -o "$file" "$@"
	expect_out "$file"
	[ "$(wc -c <"$dir/err")" -eq 0 ] || die "said: $(cat "$dir/err")"
	rm -rf "$file.d"
	unzip -q "$file" -d "$file.d" || die "unzip $file"
}

# ---- a live one, with its past ------------------------------------------------

start_minutes 180 20
zip=$dir/live.zip
snapshot "$pid" "$zip"
[ "$(stat -c %a "$zip")" = 600 ] || die "others may read it"
[ "$(jq -r .schema "$zip.d/meta.json")" = dbgtop.snapshot/1 ] || die schema
[ "$(jq -r .target.pid "$zip.d/meta.json")" = "$pid" ] || die pid
[ "$(jq -r .target.state "$zip.d/meta.json")" = live ] || die state
[ "$(jq -r .host.kernel "$zip.d/meta.json")" = "$(uname -r)" ] || die kernel
[ "$(jq -r '.regions[0].file' "$zip.d/meta.json")" = own.dbg ] || die file
grep -q "^Pid:.$pid\$" "$zip.d/proc/status" || die 'status of the process'
grep -q 'Max open files' "$zip.d/proc/limits" || die 'limits of the process'
[ ! -e "$zip.d/proc/environ" ] && [ ! -e "$zip.d/proc/cmdline" ] ||
	die 'what may hold passwords'
jq -es 'map(select(.name == "sent" and .path == "net/peers")) | length == 1' \
    "$zip.d/profiles/net/peers.jsonl" >/dev/null || die jsonl
python3 - "$zip.d" "$dir/log" <<'END' || die 'values are not those of the log'
import csv, sys
folder, log = sys.argv[1:]
last = {}
with open(log) as file:
    lines = [line.split() for line in file]
by_time = {int(line[0]): line for line in lines}
seen = 0
with open(folder + "/history.csv", newline="") as file:
    for row in csv.DictReader(file):
        line = by_time.get(int(row["mono_ns"]))
        if line is None:
            continue
        seen += 1
        assert row["net/peers:sent"] == line[1], row
        assert row["net/peers:queue"] == line[2], row
        assert row["net/peers:latency.count"] == line[3], row
        assert row["net/peers:latency.sum"] == line[4], row
assert seen >= 175, seen
assert len(by_time) == 180
with open(folder + "/profiles/net/peers.csv", newline="") as file:
    values = {row["name"]: row["value"] for row in csv.DictReader(file)}
assert values["sent"] == lines[-1][1], values
rows = {}
with open(folder + "/profiles/net/peers.rows.csv", newline="") as file:
    for row in csv.DictReader(file):
        rows[int(row["number"])] = int(row["done"])
assert rows == dict(tuple(map(int, one.split(":"))) for one in lines[-1][5:])
END

# It answers as the process does.
for what in "describe" "tail:--since:1h:--lines:-O:jsonl" "get:net/peers:sent"; do
	case $what in
	get:*) set -- get "$pid" "${what#get:}" ;;
	*) set -- "${what%%:*}" "$pid"
		case $what in *:*)
			# shellcheck disable=SC2046 # options
			set -- "$@" $(echo "${what#*:}" | tr : ' ') ;;
		esac ;;
	esac
	run "$dbgtop" "$@"
	[ $status -eq 0 ] || die "$*: $(cat "$dir/err")"
	cp "$dir/out" "$dir/wanted"
	command=$1
	shift 2
	expect_exit 0 "$dbgtop" "$command" "$zip" "$@"
	diff "$dir/wanted" "$dir/out" >"$dir/difference" ||
		die "$command: process (<), snapshot (>): $(cat "$dir/difference")"
done
expect_exit 0 "$dbgtop" show "$zip"
expect_match '^live, snapshot of '
expect_no_match 'died'
expect_exit 0 "$dbgtop" show -j "$zip"
json 'd["target"]["source"] == "recorded" and d["target"]["state"] == "live"'
expect_exit 0 "$dbgtop" show -j "$zip" --at "@$(($(date +%s) - 100))"
json 'd["profiles"]'
expect_exit 0 "$dbgtop" path "$zip"
expect_out "$zip"
expect_exit 0 "$dbgtop" check "$zip"
expect_match 'own.dbg: a sound image of format 1.2'
expect_exit 0 "$dbgtop" list -j "$zip"
json 'len(d["regions"]) == 1 and d["regions"][0]["metrics"] > 20'
# What is recorded is all there is.
expect_exit 6 timeout 60 "$dbgtop" log -f "$zip"
expect_exit 6 timeout 60 "$dbgtop" tail -f "$zip" 'net/peers:sent'
# The name of a file without a slash is one, too; and that is the default.
(cd "$dir" && "$dbgtop" snapshot "$pid") >"$dir/out" || die 'default name'
expect_match "^dbgtop-minutes-$pid-[0-9]*T[0-9]*Z.zip\$"
name=$(cat "$dir/out")
(cd "$dir" && "$dbgtop" get "$name" net/peers:sent) >"$dir/out" || die "$name"
expect_out "$(tail -n 1 "$dir/log" | cut -d ' ' -f 2)"
# And a snapshot is as good a target for another one.
expect_exit 0 "$dbgtop" snapshot "$zip" -o "$dir/again.zip"
expect_exit 0 "$dbgtop" check "$dir/again.zip"

# ---- a dead one -----------------------------------------------------------------

kill -KILL "$pid"
wait "$pid" 2>/dev/null
snapshot "$pid" "$dir/dead.zip"
[ "$(jq -r .target.state "$dir/dead.zip.d/meta.json")" = dead ] || die 'not dead'
expect_exit 0 "$dbgtop" show "$dir/dead.zip"
expect_match '^dead since .*, snapshot of '
expect_exit 0 "$dbgtop" tail "$dir/dead.zip" --since 1h --lines -O jsonl
compare 'assert {r["mono_ns"] for r in out} >= set(times[5:])'

# ---- secrets ----------------------------------------------------------------------

cp "$B/examples/vault" "$dir/"
LD_LIBRARY_PATH=$PWD/$B "$dir/vault" open-sesame >/dev/null 2>&1 &
vault=$!
started="$started $vault"
wait_for "$dbgtop" path "$vault"
snapshot "$vault" "$dir/mute.zip"
! grep -rq -e sesame "$dir/mute.zip.d" || die 'a secret is told'
! grep -q -e sesame "$dir/mute.zip" || die 'a secret is told by the file'
grep -rq -e owner-59 "$dir/mute.zip.d/events.csv" || die 'what is not secret'
[ "$(jq -c .withheld "$dir/mute.zip.d/meta.json")" = \
    '["vault[].key","vault[].pin","vault opened.key","vault opened.pin"]' ] ||
	die "withheld: $(jq -c .withheld "$dir/mute.zip.d/meta.json")"
expect_exit 1 "$dbgtop" get --secrets "$dir/mute.zip" 'vault[0.1].key'
expect_exit 0 "$dbgtop" check "$dir/mute.zip"
for ago in 10 30 50; do
	at=@$(($(date +%s) - ago))
	expect_exit 0 "$dbgtop" show -j --secrets "$dir/mute.zip" --at "$at"
	expect_match owner-
	expect_no_match sesame
done
snapshot "$vault" "$dir/open.zip" --secrets
grep -q -e open-sesame-59 "$dir/open.zip.d/own.dbg" || die 'the secret is not there'
grep -rq -e open-sesame-0 "$dir/open.zip.d/events.jsonl" || die 'of events'
[ "$(jq -c .withheld "$dir/open.zip.d/meta.json")" = '[]' ] || die 'withheld'
expect_exit 0 "$dbgtop" show "$dir/open.zip"
expect_no_match sesame
expect_exit 0 "$dbgtop" show --secrets "$dir/open.zip"
expect_match open-sesame-59
# They can be taken out later.
snapshot "$dir/open.zip" "$dir/later.zip"
! grep -rq -e sesame "$dir/later.zip.d" || die 'a secret is told later'

# ---- the file that was there ------------------------------------------------------------

cp "$dir/mute.zip" "$dir/before.zip"
cp "$dir/mute.zip" "$dir/kept.zip"
expect_exit 3 "$dbgtop" snapshot "no-such-program-$$" -o "$dir/kept.zip"
expect_exit 7 "$dbgtop" snapshot "$vault" -o "$dir/no/such/directory.zip"
expect_exit 7 "$dbgtop" snapshot "$vault" -o /dev/null
[ -c /dev/null ] || die '/dev/null is no device any more'
cmp -s "$dir/before.zip" "$dir/kept.zip" || die 'the old file has changed'
ls -A "$dir" | grep -q '^\..*zip' && die "left over: $(ls -A "$dir")"
expect_exit 0 "$dbgtop" snapshot "$vault" -o "$dir/kept.zip"
cmp -s "$dir/before.zip" "$dir/kept.zip" && die 'the old file is still there'

# ---- what is not one of ours ----------------------------------------------------------------

# refuses FILE WHY
refuses() {
	for command in show check describe path; do
		expect_exit 5 "$dbgtop" "$command" "$1"
		expect_err "^dbgtop: $1.*$2"
		[ "$(wc -l <"$dir/err")" -le 2 ] || die "$(cat "$dir/err")"
	done
}
python3 - "$dir" "$dir/mute.zip.d/own.dbg" <<'END' || die 'hostile files'
import sys, zipfile
folder, own = sys.argv[1:]
region = open(own, "rb").read()

def make(name, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder + "/" + name, "w", method) as file:
        for member, data in members:
            file.writestr(member, data)

make("bomb.zip", [("own.dbg", bytes(80 << 20))])
make("bzip2.zip", [("own.dbg", region)], zipfile.ZIP_BZIP2)
make("none.zip", [("readme.txt", "hello")])
make("order.zip", [("own.dbg", region[:8][::-1] + region[8:16][::-1] + region[16:])])
make("noise.zip", [("own.dbg", b"\1" * 20000)])
make("part.zip", [("own.dbg", b"\1" * 20000), ("watched.dbg", region)])
make("climb.zip", [("../../../../tmp/own.dbg", region)])
make("many.zip", [("a-1/own.dbg", region), ("b\x1b[31m/own.dbg", region)])
data = bytearray(open(folder + "/mute.zip", "rb").read())
data[len(data) // 4] ^= 255
open(folder + "/flipped.zip", "wb").write(data)
open(folder + "/cut.zip", "wb").write(data[:1000])
open(folder + "/text.zip", "w").write("not a zip at all")
END
refuses "$dir/bomb.zip" 'over the limit'
refuses "$dir/bzip2.zip" 'compressed by method 12'
refuses "$dir/none.zip" 'there is no region in it'
refuses "$dir/order.zip" "other byte order than this machine's"
refuses "$dir/noise.zip" 'not a region'
refuses "$dir/cut.zip" 'not one of our snapshots'
refuses "$dir/text.zip" 'not one of our snapshots'
refuses "$dir" ''
expect_exit 5 "$dbgtop" list "$dir/none.zip"
expect_exit 0 "$dbgtop" list "$dir/bomb.zip"
expect_match 'damaged.*over the limit'
expect_exit 5 "$dbgtop" show "$dir/flipped.zip"
# One region that is damaged leaves the other.
expect_exit 0 "$dbgtop" show "$dir/part.zip" vault
expect_match 'owner-59'
expect_match 'own.dbg: not one of our regions'
# A name is a name.
before=$(ls -A /tmp | grep -c '^own.dbg')
expect_exit 0 "$dbgtop" show "$dir/climb.zip"
[ "$(ls -A /tmp | grep -c '^own.dbg')" -eq "$before" ] || die 'it was unpacked'
expect_exit 3 "$dbgtop" show "$dir/many.zip"
expect_err 'many.zip:a-1	pid'
! grep -q "$(printf '\033')" "$dir/err" || die 'a raw escape'
expect_exit 0 "$dbgtop" show "$dir/many.zip:a-1"

# ---- elsewhere -----------------------------------------------------------------------------------

# Several in one file; a place where there is nothing but the program.
unshare -rm true 2>/dev/null || skip 'no namespaces: the rest was not tried'
cat >"$dir/all.sh" <<'END'
mount -t tmpfs none /dev/shm || exit 1
LD_LIBRARY_PATH=$B "$B/examples/minutes" 60 >/dev/null & one=$!
LD_LIBRARY_PATH=$B "$B/examples/vault" >/dev/null & two=$!
trap 'kill -KILL $one $two' EXIT
for pid in $one $two; do
	tries=0
	until "$dbgtop" path $pid >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || exit 1
		sleep 0.05
	done
done
"$dbgtop" snapshot :all -o "$dir/all.zip" || exit 1
[ "$("$dbgtop" list "$dir/all.zip" | grep -c ' recorded')" = 2 ] || exit 1
"$dbgtop" get "$dir/all.zip:minutes" net/peers:sent >/dev/null || exit 1
"$dbgtop" get "$dir/all.zip:$two" 'process:cpu_user' >/dev/null || exit 1
"$dbgtop" get "$dir/all.zip:vault-$two" process:cpu_user >/dev/null || exit 1
"$dbgtop" check -q "$dir/all.zip" || exit 1
mount -t tmpfs -o size=16k none "$dir/tiny" || exit 1
echo old >"$dir/tiny/old.zip"
"$dbgtop" snapshot $one -o "$dir/tiny/old.zip"
[ $? = 7 ] && [ "$(cat "$dir/tiny/old.zip")" = old ] &&
    [ "$(ls -A "$dir/tiny")" = old.zip ]
END
mkdir "$dir/tiny"
export dbgtop dir
(B=$PWD/$B && export B && unshare -rm sh "$dir/all.sh") >"$dir/out" 2>&1 ||
	die "all of a host: $(cat "$dir/out")"

root=$dir/root
mkdir -p "$root/bin"
cp "$dbgtop" "$root/bin/"
cp "$dir/dead.zip" "$root/"
zip_library=$(ldconfig -p | sed -n 's/.*libzip\.so\.[0-9]* .*=> //p' | sed -n 1p)
for library in "$zip_library" $(ldd "$dbgtop" "$zip_library" |
    grep -o '/[^ :]*\.so[^ :]*' | sort -u); do
	mkdir -p "$root$(dirname "$library")"
	cp -n "$library" "$root$library" 2>/dev/null
done
run unshare -rm chroot "$root" /bin/dbgtop show /dead.zip net/peers
[ $status -eq 0 ] || die "in an empty place: $(cat "$dir/out" "$dir/err")"
expect_match '^dead since '
expect_match 'sent'
run unshare -rm chroot "$root" /bin/dbgtop tail /dead.zip net/peers:sent \
    --since 1h -O csv
[ "$(wc -l <"$dir/out")" -gt 150 ] || die "the past: $(cat "$dir/out" "$dir/err")"
exit 0
