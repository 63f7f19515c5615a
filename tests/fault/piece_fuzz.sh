#!/bin/sh
# Damaged pieces, put into a mirror whose image is read after each: none makes the
# library complain that is built with sanitisers.  limit: 2400
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_piece
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_piece
[ -x "$replay" ] || fail "$replay is not built"

"$replay" -n "${FUZZ_MUTANTS:-20000}" >"$work/out" 2>&1 ||
	fail "a mutant did harm"
cat "$work/out"
