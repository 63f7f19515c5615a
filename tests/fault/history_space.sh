#!/bin/sh
# A history without room: full file system, small limits.  The program goes on, what
# was kept is whole, and what was not is counted.  limit: 300
. tests/fault/lib.sh

minutes=$PWD/$B/examples/minutes
dbgtop=$PWD/$B/dbgtop
export LD_LIBRARY_PATH="$PWD/$B"

in_mounts '
	host=$1 work=$2
	dbgtop='"$dbgtop"' minutes='"$minutes"'
	LD_LIBRARY_PATH='"$LD_LIBRARY_PATH"'
	export LD_LIBRARY_PATH

	# look NAME PID: what is there, and what it says of itself.
	look() {
		echo "== $1" >>"$work/out"
		"$dbgtop" check "$("$dbgtop" path "$2")" >>"$work/out" 2>&1
		echo "check $?" >>"$work/out"
		"$dbgtop" get "$2" dbgshm:history_left_out \
		    dbgshm:history_bytes >>"$work/out" 2>&1
		"$dbgtop" tail "$2" net/peers:sent --since 1d -O jsonl 2>&1 |
		    sed -n "s/.*\"mono_ns\":\([0-9]*\).*\"value\":\([0-9]*\).*/\1 \2/p" \
		    >"$work/seen"
		awk "{ print \$1, \$2 }" "$work/log" >"$work/told"
		echo "moments $(wc -l <"$work/seen")" >>"$work/out"
		echo "wrong $(grep -cvxFf "$work/told" "$work/seen")" >>"$work/out"
	}

	# run NAME COMMAND...: until it has simulated all of it
	run() {
		name=$1
		shift
		: >"$work/log"
		"$@" >"$work/log" 2>&1 &
		pid=$!
		until grep -q "^end" "$work/log"; do
			kill -0 $pid 2>/dev/null || {
				echo "== $name" >>"$work/out"
				echo "did not go on" >>"$work/out"
				return
			}
			sleep 0.05
		done
		until "$dbgtop" path $pid >/dev/null 2>&1; do sleep 0.05; done
		look "$name" $pid
		kill -KILL $pid
		wait $pid 2>/dev/null
	}

	mount -t tmpfs -o size=1m none /dev/shm
	run "small file system" "$minutes" 3000
	df -k /dev/shm | awk "NR == 2 { print \"free \" (\$4 > 0) }" >>"$work/out"
	umount /dev/shm

	# Something else takes what is left.
	mount -t tmpfs -o size=1m none /dev/shm
	dd if=/dev/zero of=/dev/shm/fill bs=4k count=206 2>/dev/null
	run "full file system" "$minutes" 3000
	umount /dev/shm

	mount -t tmpfs none /dev/shm
	run "enough" "$minutes" 300
	run "address space" sh -c "ulimit -v 80000; exec \"$minutes\" 300"
	run "data" sh -c "ulimit -d 600; exec \"$minutes\" 300"
	run "stack, memory that is locked" \
	    sh -c "ulimit -s 64; ulimit -l 0; exec \"$minutes\" 300"
	umount /dev/shm
' || fail "the namespace could not be made"

grep -q '^did not go on' "$work/out" && fail "a program did not go on"
grep -q '^check [1-9]' "$work/out" && fail "a region is damaged"
grep -q '^wrong [1-9]' "$work/out" && fail "a value is not what it was"
[ "$(grep -c '^wrong 0' "$work/out")" -ge 4 ] || fail "too little was seen"

# part NAME PATTERN...
part() {
	awk -v name="== $1" '/^==/ { on = $0 == name } on' "$work/out" >"$work/part"
	shift
	for pattern; do
		grep -q -e "$pattern" "$work/part" ||
			fail "no \"$pattern\" in: $(cat "$work/part")"
	done
}
part 'small file system' '^moments [1-9][0-9][0-9]' '^free 1'
part enough '^moments 300' '^0$'
