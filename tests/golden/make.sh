#!/bin/sh
# tests/golden/make.sh - makes the files of one release, from its own programs.
#
#	B=build sh tests/golden/make.sh VERSION
#
# READER is the build whose dbgtop reads them, if it is another.
#
# VERSION.dbg.gz is a region of a program that was killed, VERSION-watched.dbg.gz one
# about a process, VERSION.zip a snapshot: whatever the release can make.  A
# file that is there stays: it is what that release wrote.  Then writes what this
# dbgtop tells of every file where nothing is stored; look at it before you keep it.
set -eu
B=${B:-build}
into=tests/golden
version=$1
work=$(mktemp -d)
pids=
trap 'kill -KILL $pids 2>/dev/null; rm -rf "$work"' EXIT

# published PID: waits for its file
published() {
	until path=$("$B/dbgtop" path "$1" 2>/dev/null); do
		sleep 0.05
	done
}

# keep FILE NAME
keep() {
	[ -e "$into/$2" ] || gzip -9n <"$1" >"$into/$2"
}

example=$B/examples/minutes
[ -x "$example" ] || example=$B/examples/acceptance
cp "$example" "$work/golden"
LD_LIBRARY_PATH=$B DBGSHM_SIZE=512K "$work/golden" 120 >"$work/log" &
pids=$!
published "$pids"
if [ ! -e "$into/$version.zip" ]; then
	# Under a name that is no machine's.
	unshare -u sh -c 'hostname golden && exec "$@"' sh \
	    "$B/dbgtop" snapshot "$pids" -o "$into/$version.zip" ||
		echo "no snapshot: this release makes none"
fi
kill -KILL "$pids"
wait "$pids" || :
keep "$path" "$version.dbg.gz"
rm -f "$path"

sleep 1000 &
other=$!
pids=$other
"$B/dbgtop-agent" --foreground --interval 250ms --pidfile "$work/pid" \
    --watch "$other" 2>"$work/agent" &
agent=$!
pids="$pids $agent"
published "$other"
until "$B/dbgtop" get "$other" process:threads >/dev/null 2>&1; do
	sleep 0.05
done
kill -KILL "$agent"
wait "$agent" || :
keep "$path" "$version-watched.dbg.gz"
rm -f "$path"
chmod 644 "$into"/*
B=${READER:-$B} STORE=yes sh tests/cli/golden.sh
