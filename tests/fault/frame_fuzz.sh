#!/bin/sh
# Damaged streams of frames: flipped, cut, spliced and made up.  None makes the
# coder complain that is built with sanitisers.  limit: 900
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_frame
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_frame
[ -x "$replay" ] || fail "$replay is not built"

"$replay" -n "${FUZZ_MUTANTS:-100000}" >"$work/out" 2>&1 ||
	fail "a mutant did harm"
cat "$work/out"
