#!/bin/sh
# stream, and --via: what is at the other end of any command, also when that
# sends something else, dies, or says nothing.
# limit: 300
. tests/cli/lib.sh

DBGTOP_REMOTE=$PWD/$dbgtop
export DBGTOP_REMOTE
unset DBGTOP_VIA DBGTOP_RSH
carry="sh -c 'exec \"\$@\"' sh" # here is the other end

start_publisher acceptance "s$$"

# Not for people; and an error says itself before there is anything else.
script -qec "$dbgtop stream $pid" /dev/null </dev/null >"$dir/out"
[ $? -eq 2 ] || die 'stream to a terminal'
expect_match '^dbgtop: stream: standard output is a terminal'
[ "$(wc -l <"$dir/out")" -eq 2 ] || die "not one line of advice"
expect_exit 3 "$dbgtop" stream nosuch
[ ! -s "$dir/out" ] || die 'bytes in spite of an error'
expect_exit 2 "$dbgtop" stream

# It ends with its reader, or with what it is tied to, or with its target.
"$dbgtop" stream "$pid" 2>"$dir/err" | head -c 64 >"$dir/head"
[ "$(head -c 7 "$dir/head")" = DBGREC1 ] || die 'not a recording'
[ ! -s "$dir/err" ] || die "a closed pipe: $(cat "$dir/err")"
expect_exit 0 "$dbgtop" stream --tied "$pid"
cp "$dir/out" "$dir/good"
start_publisher acceptance "e$$"
"$dbgtop" stream "$pid" >"$dir/ended" 2>"$dir/err" &
stream=$!
wait_for test -s "$dir/ended"
kill -KILL "$pid"
wait $stream
[ $? -eq 6 ] || die 'it does not end with its target'
expect_exit 0 "$dbgtop" stream "$pid"
expect_exit 0 "$dbgtop" show "$dir/ended" net/peers 2>/dev/null ||
	die "not a recording: $(cat "$dir/err")"
expect_match "^e$$  pid $pid "

# What it carries is what is here.
pid=${started# }
pid=${pid%% *}
expect_exit 0 "$dbgtop" show --via "$carry" "$pid" net/peers
sed 1,2d "$dir/out" >"$dir/far"
expect_match "^s$$  pid $pid on $(hostname) "
"$dbgtop" show "$pid" net/peers | sed 1,2d | diff - "$dir/far" ||
	die 'not the same'
export DBGTOP_VIA="$carry"
expect_exit 0 "$dbgtop" get "s$$" net/peers:sent
expect_out 3006
expect_exit 0 "$dbgtop" list
expect_match "^ *$pid  *s$$ "
expect_exit 2 "$dbgtop" path "$pid"
unset DBGTOP_VIA
expect_exit 2 "$dbgtop" show --via "sh 'x" "$pid"
expect_err 'a quote is not closed'
expect_exit 3 "$dbgtop" show --via "$dir/nothing" "$pid"
expect_err "nothing cannot be started: No such file or directory"
for one in show export record; do
	expect_exit 2 "$dbgtop" $one --via "$carry" :all
	expect_err ':all: all regions are those of this host'
done
expect_exit 0 "$dbgtop" list --via "$carry" --units
expect_match ' AGE .* UPTIME '
expect_exit 0 "$dbgtop" list --via "$carry"
expect_match ' AGE_NS '

# Several are not one.
cp "$dir/s$$" "$dir/two" && mv "$dir/two" "$dir/s$$.2"
started_before=$started
LD_LIBRARY_PATH=$PWD/$B "$dir/s$$" >/dev/null 2>&1 &
second=$!
started="$started_before $second"
wait_for "$dbgtop" path "$second"
expect_exit 3 "$dbgtop" show --via "$carry" "s$$"
expect_err "several processes have this name"
expect_err "^  s$$:2"
expect_exit 3 "$dbgtop" show --via "$carry" "s$$:*"
expect_err "these are several targets"
expect_err "^  $second	s$$"
kill "$second"
wait "$second" 2>/dev/null

# What is secret is sent when it is asked for.
start_publisher vault "v$$"
"$dbgtop" stream --tied "$pid" </dev/null >"$dir/vault"
expect_exit 0 "$dbgtop" show --secrets "$dir/vault" vault
expect_match ' rows'
expect_no_match sesame
expect_exit 0 "$dbgtop" show --via "$carry" "$pid" vault
expect_no_match sesame
expect_exit 0 "$dbgtop" show --via "$carry" --secrets "$pid" vault
expect_match sesame

# An end that is none of ours.  Nothing that it sends comes to a terminal.
clean() {
	! LC_ALL=C grep -q '[^ -~	]' "$dir/err" || die "raw: $(cat "$dir/err")"
	[ ! -s "$dir/out" ] || die "said: $(cat "$dir/out")"
}
# other STATUS PATTERN COMMAND...: what a shell does at the other end.
other() {
	printf '%s\n' "$3" >"$dir/other.sh"
	expect_exit "$1" "$dbgtop" show --via "sh $dir/other.sh" 1
	expect_err "$2"
	clean
}
other 5 'no stream of dbgtop' 'echo Welcome, user'
other 5 'no stream of dbgtop' 'printf "\033]0;x\007\033[2J"; head -c 65536 /dev/urandom'
other 5 'no stream of dbgtop' 'yes'
other 5 'the other end said nothing' 'true'
other 3 'cannot.*\\x1b\[2J\\x07x' 'printf "dbgtop: cannot \033[2J\007x\n" >&2; exit 3'
other 4 'not permitted' 'printf "dbgtop: 1: not permitted\n  do\n  a\033[1m\n" >&2; exit 4'
expect_err '^  do$'
expect_err '^  a\\x1b\[1m$'
other 3 'there is no dbgtop there' 'exit 127'
other 3 'the connection was ended' 'kill -KILL $$'
other 3 'the other end said nothing: xx*$' \
    'head -c 1000000 /dev/zero | tr "\0" x >&2; exit 9'
# As a machine of the other byte order would write it.
python3 - "$dir/good" "$dir/foreign" <<'END' || die 'no foreign stream'
import sys

bytes = open(sys.argv[1], "rb").read()
with open(sys.argv[2], "wb") as file:
    file.write(bytes[7::-1] + bytes[15:7:-1] + bytes[16:])
END
other 5 'byte order' "cat $dir/foreign"
# It is cut off anywhere: an error, or what has come.
size=$(wc -c <"$dir/good")
for at in 0 1 63 64 65 100 200 300 $((size / 2)) $((size - 1)); do
	echo "head -c $at $dir/good" >"$dir/other.sh"
	run "$dbgtop" show --via "sh $dir/other.sh" 1
	[ $status -eq 5 ] || [ $status -eq 3 ] || [ $status -eq 0 ] ||
		die "cut at $at: exit $status: $(cat "$dir/err")"
done
# A list is printed line by line, whatever it is.
printf '%s\n' 'printf "PID\033[2J NAME\n\007\302\233x\n"; yes x | tr -d "\n" | head -c 100000' \
    >"$dir/other.sh"
expect_exit 0 "$dbgtop" list --via "sh $dir/other.sh"
expect_match '^PID\\x1b\[2J NAME$'
! LC_ALL=C grep -q '[^ -~]' "$dir/out" || die "raw: $(head -n 2 "$dir/out")"
[ "$(wc -c <"$dir/out")" -gt 100000 ] || die 'a long line is not all there'
# It says nothing: not for ever, and it is not left behind.
echo 'echo $$ >'"$dir/hanging"'; exec sleep 1000' >"$dir/other.sh"
DBGTOP_TIMEOUT=300ms expect_exit 3 "$dbgtop" show --via "sh $dir/other.sh" 1
expect_err 'says nothing'
gone() { ! kill -0 "$(cat "$dir/hanging")" 2>/dev/null; }
wait_for gone
# It does not end by being told.
echo 'echo $$ >'"$dir/hanging"'; trap "" TERM HUP PIPE; exec sleep 1000' \
    >"$dir/other.sh"
DBGTOP_TIMEOUT=300ms expect_exit 3 "$dbgtop" show --via "sh $dir/other.sh" 1
wait_for gone
# Whoever looks is killed: the other end ends.
"$dbgtop" tail -f --via "$carry" "$pid" process:faults_minor >"$dir/out" 2>&1 &
tail=$!
one() { pgrep -P "$tail" >"$dir/hanging"; }
wait_for one
kill -KILL "$tail"
wait "$tail" 2>/dev/null
wait_for gone
