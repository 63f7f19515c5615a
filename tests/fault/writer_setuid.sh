#!/bin/sh
# A set-user-id program stays off, whatever its environment says.
. tests/fault/lib.sh
[ "$uid" -eq 0 ] || {
	echo "needs root"
	exit 77
}
need setpriv

cp "$host" "$work/host"
chown 1000 "$work/host"
chmod 4755 "$work/host"
chmod 755 "$work"
DBGSHM=on setpriv --reuid 12345 --clear-groups "$work/host" init=on add=10 \
    state reason >"$work/out" 2>&1
grep -q 'state: 0' "$work/out" || {
	# a file system mounted nosuid cannot show it
	findmnt -n -o OPTIONS -T "$work" | grep -q nosuid && exit 77
	fail "it was not off"
}
said 'init: -1 Operation not permitted'
said 'host: done'
