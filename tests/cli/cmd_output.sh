#!/bin/sh
# Where output goes: pipes get no escape codes, full disks and closed pipes are
# noticed, usage errors are one line and a hint.
. tests/cli/lib.sh

start_publisher acceptance

for command in list "show $pid" "describe $pid" "show --color always $pid" \
	"$pid" ""; do
	expect_exit 0 env TERM=xterm-256color "$dbgtop" $command
	! grep -q "$(printf '\033')" "$dir/out" || die "escape code: $command"
done

# Bare words are list and show where there is no terminal.
expect_exit 0 "$dbgtop"
expect_match '^ *PID  NAME '
expect_exit 0 "$dbgtop" "$pid" net/peers
expect_match '^  sent  3006  bytes$'
expect_exit 0 "$dbgtop" "$pid" --frame 80x24
expect_match "$pid"

# A full disk.
for command in list "show $pid" "show -j $pid" "describe $pid" "path $pid" \
	"get $pid net/peers:sent" --help --version "clean --dry-run"; do
	"$dbgtop" $command >/dev/full 2>"$dir/err"
	[ $? -eq 7 ] || die "$command to a full disk: exit $?"
	expect_err 'standard output: No space left'
done

# A closed pipe ends it by the signal, without a word, also where the signal
# was ignored by whoever started us.
for ignored in '' "trap '' PIPE"; do
	{
		sh -c "$ignored
		    \"\$1\" show -n 100000 -i 10ms \"\$2\"" \
			sh "$dbgtop" "$pid" 2>"$dir/err"
		echo $? >"$dir/status"
	} | head -n 1 >/dev/null
	[ "$(cat "$dir/status")" -eq 141 ] || die "closed pipe: $(cat "$dir/status")"
	[ ! -s "$dir/err" ] || die "closed pipe: $(cat "$dir/err")"
done

# Wrong words.
usage() {
	expect_exit 2 "$dbgtop" "$@"
	expect_out ''
	expect_err '^dbgtop: '
	[ "$(wc -l <"$dir/err")" -eq 2 ] || die "$*: $(cat "$dir/err")"
}
usage -x
usage show
usage show -x "$pid"
usage list "$pid"
usage list --rate
usage show --no-such-option "$pid"
usage show --format xml "$pid"
usage show --format
usage show -l everything "$pid"
usage show -i soon "$pid"
usage show -i 1ms "$pid"
usage show -n 0 "$pid"
usage show --color blue "$pid"
usage get --p99 --rate "$pid" net/peers:latency
usage "$pid" --frame 0x0
usage "$pid" process threads
usage path "$pid" "$pid"
usage record

# Help and version.
expect_exit 0 "$dbgtop" --version
grep -q '^dbgtop [0-9]' "$dir/out" || die "version"
expect_exit 0 "$dbgtop" -h
for command in list show describe get path check clean; do
	expect_match "^  dbgtop $command"
	run "$dbgtop" "$command" --help
	[ $status -eq 0 ] && grep -q '^usage: dbgtop' "$dir/out" ||
		die "$command --help"
	expect_exit 0 "$dbgtop" -h
done
[ "$(awk 'length > 80' "$dir/out")" = "" ] || die "help wider than 80 columns"
