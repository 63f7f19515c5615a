#!/bin/sh
# clean removes what the dead have left, never what is alive or foreign.
. tests/cli/lib.sh

start_publisher acceptance dead$$
dead=$pid
dead_path=$("$dbgtop" path "$dead")
start_publisher acceptance live$$
live_path=$("$dbgtop" path "$pid")
start_publisher acceptance stop$$
stopped_path=$("$dbgtop" path "$pid")
kill -STOP "$pid"
kill -KILL "$dead"
is_dead() { "$dbgtop" show "$dead" | grep -q '^dead since'; }
wait_for is_dead

expect_exit 0 "$dbgtop" clean --dry-run
expect_match "^would remove	pid $dead	dead$$	$dead_path	[0-9]* bytes$"
expect_match '^[0-9]* regions* would be removed, [0-9]* bytes$'
expect_no_match "$live_path"
expect_no_match "$stopped_path"
[ -e "$dead_path" ] || die "--dry-run removed it"

# A stranger removes nothing, even where he could.
if [ "$(id -u)" -eq 0 ]; then
	cp "$dbgtop" "$dir/dbgtop"
	expect_exit 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$dir/dbgtop" clean
	[ -e "$dead_path" ] || die "removed by a stranger"
fi

# The regions of other tests that run now belong to the living, or are as dead
# as ours; so that they keep theirs, a user of our own cleans.
[ "$(id -u)" -eq 0 ] || skip "the rest needs root"
user=$((200000000 + $$))
made=/dev/shm/dbgtop-$user
as_user="setpriv --reuid=$user --regid=$user --clear-groups"
mkdir "$dir/bin"
cp "$dbgtop" "$dir/bin/dbgtop"
cp "$B/examples/acceptance" "$dir/bin/mine$$"
[ ! -e "$B/libdbgshm.so.0" ] || cp "$B/libdbgshm.so.0" "$dir/bin"
export LD_LIBRARY_PATH="$dir/bin"
$as_user "$dir/bin/mine$$" &
mine=$!
started="$started $mine"
$as_user "$dir/bin/mine$$" &
other=$!
started="$started $other"
wait_for $as_user "$dir/bin/dbgtop" path "$mine"
wait_for $as_user "$dir/bin/dbgtop" path "$other"
mine_path=$($as_user "$dir/bin/dbgtop" path "$mine")
other_path=$($as_user "$dir/bin/dbgtop" path "$other")
kill -KILL "$mine"
chmod 755 "/dev/shm/dbgtop-$user"
chmod 444 "$mine_path"
mine_is_dead() { $as_user "$dir/bin/dbgtop" show "$mine" | grep -q '^dead'; }
wait_for mine_is_dead
# A stranger who may even read it leaves it where it is.
expect_exit 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$dir/bin/dbgtop" clean
[ -e "$mine_path" ] || die "removed by a stranger"
expect_exit 0 $as_user "$dir/bin/dbgtop" clean
expect_match "^removed	pid $mine	mine$$	$mine_path	"
expect_match '^1 region removed, [0-9]* bytes$'
[ ! -e "$mine_path" ] || die "still there"
[ -e "$other_path" ] || die "a live one was removed"
[ -e "$dead_path" ] || die "a foreign one was removed"
expect_exit 0 $as_user "$dir/bin/dbgtop" clean
expect_out "0 regions removed, 0 bytes"
kill -KILL "$other"
wait "$other" 2>/dev/null
rm -rf "/dev/shm/dbgtop-$user"
