#!/bin/sh
# Damaged regions, made by hand and by a real writer that was killed: no mutant of
# them makes a reader that is built with sanitisers complain.  limit: 900
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_region
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_region
[ -x "$replay" ] || fail "$replay is not built"

"$replay" -n 20000 >"$work/out" 2>&1 || fail "of the region made by hand"

mkfifo "$work/go"
DBGSHM_SIZE=256K "$host" init=on add=1000 fill=50 wait <"$work/go" >"$work/out" 2>&1 &
pid=$!
exec 9>"$work/go"
until grep -q '^waiting' "$work/out"; do
	kill -0 $pid 2>/dev/null || fail "the writer did not start"
done
file=$(find "$shm" -maxdepth 1 -name "$pid-*.dbg")
kill -9 $pid
wait $pid 2>/dev/null
[ -n "$file" ] || fail "the writer left no region"
cp "$file" "$work/real.dbg"
rm -f "$file"
"$replay" -n 2000 -s 7 "$work/real.dbg" >"$work/out" 2>&1 ||
	fail "of a real region"
