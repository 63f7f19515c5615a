#!/bin/sh
# In a small memory cgroup the region stops growing, or is not made at all,
# long before the kernel would kill somebody.
. tests/fault/lib.sh
[ "$uid" -eq 0 ] || {
	echo "needs root"
	exit 77
}

for root in /sys/fs/cgroup/memory /sys/fs/cgroup; do
	group=$root/dbgtop-test.$$
	mkdir "$group" 2>/dev/null || continue
	for limit in memory.limit_in_bytes memory.max; do
		[ -f "$group/$limit" ] && break 2
	done
	rmdir "$group"
	group=
done
[ -d "${group:-/nonexistent}" ] || {
	echo "no memory cgroup can be made here"
	exit 77
}
trap 'rmdir "$group"; end' EXIT

inside() {
	echo "$1" >"$group/$limit" || fail "no limit of $1"
	shift
	ran sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
	    "$host" "$@"
}

inside 25165824 init=on fill=1000000 add=1000 threads=8:1000 reason
said 'init: 0'
said 'fill: No space left on device after some'
said 'reason: memory is short'

inside 16777216 init=on add=1000 reason
said 'init: -1 Cannot allocate memory'
said 'reason: memory is short'
