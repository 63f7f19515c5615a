#!/bin/sh
# The n-th allocation and the n-th system call of the viewer fail, once and from
# then on: a line and a status of the manual, never a signal; and a snapshot that
# was there before is there still, or the new one is whole.  limit: 900
. tests/fault/lib.sh
need strace
need python3

dbgtop=$B/dbgtop
name=viewed-$$
cp "$host" "$work/$name"
mkfifo "$work/go"
"$work/$name" init=on add=1000 fill=20 wait <"$work/go" >"$work/said" 2>&1 &
pid=$!
exec 9>"$work/go"
end() {
	kill -KILL "$pid" 2>/dev/null
	forget "$(realpath "$work/$name")"
	rm -rf "$work"
}
until grep -q '^waiting' "$work/said"; do
	kill -0 "$pid" || fail "the program did not start"
done
until "$dbgtop" path "$pid" >/dev/null 2>&1; do
	kill -0 "$pid" || fail "the program ended"
done

# good STATUS WHAT: of those that the manual has
runs=0
good() {
	runs=$((runs + 1))
	[ "$1" -le 7 ] || fail "$2: status $1: $(head -c 500 "$work/out")"
	case $2 in
	*write:*) ;; # nor can it say so
	*) [ "$1" -eq 0 ] || [ -s "$work/out" ] || fail "$2: no word" ;;
	esac
}

"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -O1 -o "$work/refuse.so" tests/fault/refuse.c ||
	fail "no library to refuse with"
for command in "show $pid" "list" "show $pid -O csv" "export $pid" \
    "log $pid" "tail $pid process:cpu_user --since 1m" \
    "snapshot $pid -o $work/new.zip"; do
	# shellcheck disable=SC2086 # words
	REFUSE=0 LD_PRELOAD=$work/refuse.so "$dbgtop" $command \
	    >/dev/null 2>"$work/count"
	all=$(sed -n 's/^allocations //p' "$work/count")
	[ "${all:-0}" -gt 0 ] || fail "$command: nothing was counted"
	# All of a few, a spread of many.
	step=$((all / ${STEPS:-40} + 1))
	n=1
	while [ "$n" -le "$all" ]; do
		for onward in 0 1; do
			# shellcheck disable=SC2086 # words
			REFUSE=$n REFUSE_ON=$onward LD_PRELOAD=$work/refuse.so \
			    timeout -k 5 60 "$dbgtop" $command \
			    >"$work/out" 2>&1 </dev/null
			good $? "$command, allocation $n of $all, onward $onward"
		done
		n=$((n + step))
	done
done
echo "$runs allocations refused"

# The snapshot and what it replaces.
mkdir "$work/snapshots"
kept=$work/snapshots/kept.zip
"$dbgtop" snapshot "$pid" -o "$kept" >"$work/out" 2>&1 || fail "no snapshot"
cp "$kept" "$work/old.zip"
whole() {
	cmp -s "$kept" "$work/old.zip" || "$dbgtop" show "$kept" >"$work/json" 2>&1
}
for pair in write:ENOSPC write:EIO pwrite64:ENOSPC fsync:EIO rename:EACCES \
    renameat2:EXDEV linkat:EIO openat:EMFILE fchmod:EPERM close:EIO \
    ftruncate:ENOSPC pread64:EIO read:EIO mmap:ENOMEM; do
	call=${pair%:*} error=${pair#*:}
	strace -f -qq -c -e trace="$call" -o "$work/count" "$dbgtop" snapshot \
	    "$pid" -o "$work/snapshots/new.zip" >/dev/null 2>&1
	all=$(awk -v call="$call" '$NF == call { print $4 }' "$work/count")
	strace -qq -c -e trace="$call" -o "$work/count" "$dbgtop" --version \
	    >/dev/null 2>&1
	n=$(($(awk -v call="$call" '$NF == call { print $4 }' "$work/count" |
	    grep . || echo 0) + 1))
	step=$(((${all:-0} - n) / ${STEPS:-40} + 1))
	while [ "$n" -le "${all:-0}" ]; do
		for when in "$n" "$n+"; do
			timeout -k 5 60 strace -f -qq -o /dev/null \
			    -e inject="$call:error=$error:when=$when" \
			    "$dbgtop" snapshot "$pid" -o "$kept" \
			    >"$work/out" 2>&1 </dev/null
			good $? "snapshot, $pair $when"
			whole || fail "snapshot, $pair $when: neither old nor new"
		done
		n=$((n + step))
	done
done
echo "$runs runs"
rm -f "$work/snapshots/new.zip"
[ "$(ls "$work/snapshots")" = kept.zip ] ||
	fail "left over: $(ls "$work/snapshots")"
