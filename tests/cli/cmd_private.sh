#!/bin/sh
# A process that nobody instrumented and no agent watches: show starts a watcher
# of its own, which says what /proc says and ends with the command.
. tests/cli/lib.sh
[ -x "$B/dbgtop-agent" ] || skip "no dbgtop-agent"

sleep 1000 9<"$dir" &
target=$!
started=$target
is_asleep() { [ "$(cat "/proc/$target/comm")" = sleep ]; }
wait_for is_asleep
field() { sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$target/status"; }

# Numbers that may move between two readings get some tries.
try=0
while :; do
	before=$(field VmRSS)
	expect_exit 0 "$dbgtop" show -j "$target"
	after=$(field VmRSS)
	[ "$before" != "$after" ] || break
	try=$((try + 1))
	[ $try -lt 20 ] || die "memory never stands still"
done
json "d['target']['pid'] == $target and d['target']['source'] == 'watched'"
metric="lambda p, n, **l: next(m['value'] for x in d['profiles']
    for m in x['metrics'] if (x['path'], m['name'], m['labels']) == (p, n, l))"
json "($metric)('process', 'threads') == $(field Threads)"
json "($metric)('memory', 'rss') == $after * 1024"
json "($metric)('files', 'total') == $(find "/proc/$target/fd" -type l | wc -l)"

# Said who is looking; the watcher is gone with the command.
expect_exit 0 "$dbgtop" show $$ process
expect_match 'private watcher, started for this command'
is_gone() {
	! grep -zl -e '--private' /proc/[0-9]*/cmdline 2>/dev/null |
		while read -r file; do
			tr '\0' ' ' <"$file" 2>/dev/null |
				grep -q -e "--private $$ " && echo still
		done | grep -q still
}
wait_for is_gone
expect_exit 0 "$dbgtop" get $$ process:threads
expect_out 1
expect_exit 3 "$dbgtop" path $$
expect_err 'publishes nothing, and no agent watches it'

# Closed descriptors are not taken by its socket or its region.
"$dbgtop" get $$ process:threads >"$dir/out" 2>"$dir/err" <&- ||
	die "without standard input: $(cat "$dir/err")"
expect_out 1
"$dbgtop" show $$ process >&- 2>"$dir/err" <&-
[ $? -eq 7 ] || die "without standard output: not exit 7: $(cat "$dir/err")"
expect_err '^dbgtop: standard output: '
"$dbgtop" get $$ process:threads >"$dir/out" <&- 2>&- || die "with output alone"
expect_out 1

# It is not the process that is missing.
if [ "$(id -u)" -eq 0 ] &&
	unshare -m mount -t ramfs none /dev/shm 2>/dev/null; then
	expect_exit 3 unshare -m sh -c \
		"mount -t ramfs none /dev/shm && exec '$dbgtop' show $$"
	expect_err "publishes nothing, and pid $$: No such file"
fi

# Without the agent beside it there is one clear line.
cp "$dbgtop" "$dir/dbgtop"
expect_exit 3 "$dir/dbgtop" show $$
expect_err "^dbgtop: $$ (.*): publishes nothing, and dbgtop-agent is not beside"
PATH=$B:$PATH
expect_exit 3 "$dir/dbgtop" show $$

# What may not be read is not "not there".
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	cp "$B/dbgtop" "$B/dbgtop-agent" "$dir" || die "no copy"
	as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	expect_exit 4 $as_nobody "$dir/dbgtop" get "$target" io:read
	expect_out ''
	expect_err '^dbgtop: io:read: not permitted: only the user'
	expect_exit 4 $as_nobody "$dir/dbgtop" show "$target" io
	expect_err '^dbgtop: io: not permitted: only the user'
	expect_exit 1 $as_nobody "$dir/dbgtop" get "$target" nothing:read
fi
