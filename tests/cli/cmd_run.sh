#!/bin/sh
# dbgtop -- CMD: telemetry on, the status of CMD kept.
. tests/cli/lib.sh

expect_exit 0 "$dbgtop" -- true
expect_exit 7 "$dbgtop" -- sh -c 'echo "$DBGSHM"; exit 7'
expect_out on
expect_exit 127 "$dbgtop" -- "$dir/nothing"
expect_err "^dbgtop: $dir/nothing: "
: >"$dir/file"
expect_exit 126 "$dbgtop" -- "$dir/file"
expect_exit 137 sh -c '"$1" -- sh -c "kill -9 \$\$"; exit $?' sh "$dbgtop"
expect_exit 2 "$dbgtop" --
# Options of CMD are CMD's.
expect_exit 0 "$dbgtop" -i 2s -- echo -j --rate -- -h
expect_out '-j --rate -- -h'
expect_exit 2 "$dbgtop" -j -- true

# It publishes, although it was not told to.
cp "$B/examples/acceptance" "$dir/run$$" || die "no example"
LD_LIBRARY_PATH=$PWD/$B "$dbgtop" -- "$dir/run$$" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
is_published() { [ "$("$dbgtop" get "run$$" net/peers:sent)" = 3006 ]; }
wait_for is_published
