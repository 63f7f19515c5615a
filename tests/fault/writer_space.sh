#!/bin/sh
# No room, no directory, a directory of somebody else: the program goes on, the
# file system is never filled, nothing that is not ours is touched.
. tests/fault/lib.sh

in_mounts '
	host=$1 work=$2
	run() { "$host" "$@" >>"$work/out" 2>&1 || echo "status $? from: $*"; }
	mark() { echo "== $*" >>"$work/out"; }

	mark full before
	mount -t tmpfs -o size=64k none /dev/shm
	dd if=/dev/zero of=/dev/shm/fill bs=4k count=16 2>/dev/null
	run init=on add=1000 reason
	umount /dev/shm

	mark full while it grows
	mount -t tmpfs -o size=1m none /dev/shm
	run init=on fill=1000000 add=100000 threads=8:100000 reason
	df -k /dev/shm | awk "NR == 2 { print \"free \" (\$4 >= 0) }" \
	    >>"$work/out"
	umount /dev/shm

	mark full after start
	mount -t tmpfs -o size=1m none /dev/shm
	mkfifo "$work/go"
	run init=on wait add=1000000 threads=4:1000 churn=20:10 fill=10000 \
	    <"$work/go" &
	exec 9>"$work/go"
	until grep -q "^waiting" "$work/out"; do :; done
	dd if=/dev/zero of=/dev/shm/fill bs=4k 2>/dev/null
	exec 9>&-
	wait
	umount /dev/shm

	mark not a tmpfs
	mkdir "$work/disk"
	mount --bind "$work/disk" /dev/shm
	run init=on add=1000 reason
	umount /dev/shm

	mark read-only
	mount -t tmpfs -o ro none /dev/shm
	run init=on add=1000 reason
	umount /dev/shm

	mark squatted by a file
	mount -t tmpfs none /dev/shm
	echo precious >/dev/shm/dbgtop-0
	run init=on add=1000 reason
	cat /dev/shm/dbgtop-0 >>"$work/out"
	ls -d /dev/shm/dbgtop-0-* | sed "s/0-........\$/0-RANDOM/" >>"$work/out"
	umount /dev/shm

	mark squatted by another user
	mount -t tmpfs none /dev/shm
	mkdir -m 777 /dev/shm/dbgtop-1000
	chown 1234 /dev/shm/dbgtop-1000
	chmod 1777 /dev/shm
	setpriv --reuid 1000 --clear-groups "$host" init=on state reason \
	    flip=10 >>"$work/out" 2>&1
	stat -c "%u %a" /dev/shm/dbgtop-1000 /dev/shm/dbgtop-1000-* \
	    >>"$work/out"
	umount /dev/shm

	mark squatted by a link
	mount -t tmpfs none /dev/shm
	mkdir "$work/victim"
	chmod 755 "$work/victim"
	ln -s "$work/victim" /dev/shm/dbgtop-0
	run init=on add=1000 reason
	ls "$work/victim" >>"$work/out"
	stat -c "%a" "$work/victim" >>"$work/out"
	umount /dev/shm

	mark wrong modes
	mount -t tmpfs none /dev/shm
	mkdir -m 777 /dev/shm/dbgtop-0
	run init=on add=1000 reason
	stat -c "%a" /dev/shm/dbgtop-0 >>"$work/out"
	umount /dev/shm
' || fail "the namespace could not be made"

grep -q '^status' "$work/out" && fail "a host did not survive"

# section NAME TEXT...: each text stands in that part of the output
section() {
	awk -v name="== $1" '/^==/ { on = $0 == name } on' "$work/out" \
	    >"$work/part"
	shift
	for text; do
		grep -q -- "$text" "$work/part" || fail "missing: $text"
	done
}

section 'full before' 'init: -1 No space' 'host: done'
section 'full while it grows' 'init: 0' 'fill: No space left' 'free 1' \
    'host: done'
section 'full after start' 'init: 0' 'host: done'
section 'not a tmpfs' 'init: -1' 'reason: no usable' 'host: done'
section 'read-only' 'init: -1' 'host: done'
section 'squatted by a file' 'init: 0' '^precious$' 'dbgtop-0-RANDOM'
section 'squatted by another user' 'init: 0' 'state: 2' 'flip: 0 failures' \
    '^1234 777$' '^1000 700$'
section 'squatted by a link' 'init: 0' '^755$'
[ "$(sed -n '$=' "$work/part")" -ge 5 ] || fail "section was cut"
grep -q '\.dbg' "$work/part" && fail "the link was followed"
section 'wrong modes' 'init: 0' '^700$'
