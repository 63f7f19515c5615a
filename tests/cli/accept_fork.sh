#!/bin/sh
# A fork child that adds a million through inherited handles changes nothing in
# the region of its parent, and gets no region of its own.
. tests/cli/lib.sh

"$B/examples/forker" >"$dir/said" &
pid=$!
started=$pid
tries=0
until [ -s "$dir/said" ]; do
	tries=$((tries + 1))
	[ $tries -lt 1000 ] || die "the child does not end"
	kill -0 "$pid" || die "the program has ended"
	sleep 0.05
done
read -r child <"$dir/said"
# get ADDRESS VALUE
get() {
	said=$("$dbgtop" get "$pid" "$1") || die "get $1: exit $?"
	[ "$said" = "$2" ] || die "get $1: $said, not $2"
}
get forker:adds 7
get forker:level 7
get forker:sizes 1
get 'forker[0.1].pid' 1
for file in /dev/shm/dbgtop-*/"$child"-*.dbg /dev/shm/dbgtop-*/dark/"$child"-*.dbg; do
	[ ! -e "$file" ] || die "the child has a region: $file"
done
