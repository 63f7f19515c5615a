#!/bin/sh
# ssh://host/TARGET through a real sshd: every command, a connection that is cut,
# and what there is to say when it cannot be done.
# limit: 300
. tests/cli/lib.sh
. tests/sshd/lib.sh

start_sshd
start_publisher acceptance "r$$"
R=ssh://web1/$pid

# The list, as text and as records.
expect_exit 0 "$dbgtop" list ssh://web1
expect_match "^ *$pid  *r$$ "
expect_exit 0 "$dbgtop" list -j ssh://web1
json "any(r['pid'] == $pid for r in d['regions'])"
expect_exit 2 "$dbgtop" list "$R"

# The same as here, and where it is.
expect_exit 0 "$dbgtop" show "$R" net/peers
cp "$dir/out" "$dir/far"
expect_match "^r$$  pid $pid on web1 "
expect_match '^live, values .* old, dbgtop on web1'
expect_exit 0 "$dbgtop" show "$pid" net/peers
sed 1,2d "$dir/out" >"$dir/near"
sed 1,2d "$dir/far" | diff "$dir/near" - || die 'show is not the same'
expect_exit 0 "$dbgtop" show -j "ssh://$(id -un)@web1/r$$"
json "d['target']['host'] == 'web1' and d['target']['state'] == 'live' and \
    d['target']['source'] == 'own' and d['target']['pid'] == $pid"
for command in describe 'show -q'; do
	# shellcheck disable=SC2086 # words
	"$dbgtop" $command "$R" net/peers >"$dir/far" || die "$command"
	# shellcheck disable=SC2086
	"$dbgtop" $command "$pid" net/peers | diff - "$dir/far" ||
		die "$command is not the same"
done
expect_exit 0 "$dbgtop" get "$R" net/peers:sent 'net/peers[0.1].peer'
cp "$dir/out" "$dir/far"
"$dbgtop" get "$pid" net/peers:sent 'net/peers[0.1].peer' | diff - "$dir/far" ||
	die 'get is not the same'
expect_exit 1 "$dbgtop" get "$R" net/peers:nothing
expect_exit 2 "$dbgtop" path "$R"

# What is secret stays there, unless it is asked for.
expect_exit 0 "$dbgtop" wait "$R" 'net/peers:sent > 0' --timeout 30s
expect_match '^held after'
expect_exit 0 "$dbgtop" snapshot "$R" -o "$dir/far.zip"
expect_exit 0 "$dbgtop" show "$dir/far.zip" net/peers
expect_match "^r$$  pid $pid "
expect_exit 0 "$dbgtop" export "$R" net/peers
expect_match '^dbgtop_net_peers_sent_bytes_total{'
run "$dbgtop" diff "$R" "$pid"
[ $status -le 1 ] || die "diff: $(cat "$dir/err")"
expect_exit 0 "$dbgtop" record "$R" -n 2 -o "$dir/far.rec"
expect_exit 0 "$dbgtop" get "$dir/far.rec" net/peers:sent
expect_exit 0 "$dbgtop" "$R" --frame 100x30
expect_match "r$$ *on web1 .* LIVE\$"

# All of its past.
samples() { "$dbgtop" tail -O jsonl --since 1h "$1" process:faults_minor; }
sleep_until_ticks() { [ "$(samples "$pid" | wc -l)" -ge 6 ]; }
wait_for sleep_until_ticks
samples "$pid" >"$dir/near" && samples "$R" >"$dir/far" || die 'tail'
head -n 6 "$dir/near" >"$dir/near6"
head -n 6 "$dir/far" | diff "$dir/near6" - || die 'tail is not the same'
expect_exit 0 "$dbgtop" show "$R" --at 2s net/peers
expect_match '^PAST '

# What is said when it cannot be done, with its exit code.
expect_exit 3 "$dbgtop" show ssh://web1/nosuch
expect_err '^dbgtop: web1: nosuch: no process and no region has this name$'
expect_err '^  "dbgtop list"'
expect_exit 3 "$dbgtop" show ssh://nowhere.invalid/1
expect_err '^dbgtop: nowhere.invalid: cannot reach the host: ssh: '
expect_exit 2 "$dbgtop" show ssh://web1
expect_exit 2 "$dbgtop" show ssh://-oProxyCommand=id/1
expect_err 'no name of a host'
mv "$dir/bin/dbgtop" "$dir/bin/elsewhere"
expect_exit 3 "$dbgtop" show "$R"
expect_err '^dbgtop: web1: there is no dbgtop there'
DBGTOP_REMOTE=$dir/bin/elsewhere
export DBGTOP_REMOTE
expect_exit 0 "$dbgtop" get "$R" net/peers:sent
unset DBGTOP_REMOTE
expect_exit 3 "$dbgtop" list ssh://web1
expect_err 'there is no dbgtop there'
mv "$dir/bin/elsewhere" "$dir/bin/dbgtop"

# A connection that is cut is tried again, and nothing is missing.
"$dbgtop" tail -f -O jsonl "$R" process:faults_minor >"$dir/tail" 2>"$dir/said" &
tail=$!
started="$started $tail"
lines() { [ "$(wc -l <"$dir/tail")" -ge "$1" ]; }
wait_for lines 2
cut_off
wait_for grep -q '^dbgtop: web1: .*trying again' "$dir/said"
wait_for grep -q '^dbgtop: web1: the connection is there again$' "$dir/said"
now=$(wc -l <"$dir/tail")
wait_for lines $((now + 2))
# One that is down for a while, too.
stop_sshd
said() { [ "$(grep -c "$1" "$dir/said")" -eq "$2" ]; }
wait_for said 'stale since' 2
start_sshd
wait_for said "is there again" 2
now=$(wc -l <"$dir/tail")
wait_for lines $((now + 2))
kill "$tail"
wait "$tail" 2>/dev/null
samples "$pid" >"$dir/near"
python3 - "$dir/near" "$dir/tail" <<'END' || die "samples are missing: $(cat "$dir/said")"
import json, sys

near, far = ([json.loads(line)["mono_ns"] for line in open(name)]
    for name in sys.argv[1:])
wanted = [time for time in near if far[0] <= time <= far[-1]]
print(len(wanted), "samples;", sorted(set(wanted) ^ set(far)))
sys.exit(far != wanted or len(far) < 6)
END

# It ends with its target, and so does all of it at the other end.
"$dbgtop" tail -f "$R" process:faults_minor >"$dir/out" 2>"$dir/err" &
tail=$!
wait_for grep -q '^20' "$dir/out"
kill -KILL "$pid"
wait "$tail"
status=$?
[ $status -eq 6 ] || die "target killed: exit $status: $(cat "$dir/err")"
expect_err "r$$ (pid $pid): dead since"
nobody() { ! pgrep -P "$sshd_pid"; }
wait_for nobody
expect_exit 0 "$dbgtop" show "$R" net/peers
expect_match '^dead since'
wait_for nobody
