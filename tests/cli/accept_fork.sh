#!/bin/sh
# A fork child that adds a million through inherited handles changes nothing in
# the region of its parent, and gets no region of its own.
B=${B:-build}
dbgtop=$B/dbgtop
die() {
	echo "accept_fork.sh: $*"
	exit 1
}

dir=$(mktemp -d) || exit 1
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	[ -z "$pid" ] || wait "$pid" 2>/dev/null
	rm -f "/dev/shm/dbgtop-$(id -u)/$pid"-*.dbg
	rm -rf "$dir"
}
trap cleanup EXIT

"$B/examples/forker" >"$dir/said" &
pid=$!
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
