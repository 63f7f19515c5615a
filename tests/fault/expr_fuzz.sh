#!/bin/sh
# Conditions made of noise: none makes the parser complain that is built with
# sanitisers, and each has one meaning.  limit: 900
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_expr
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_expr
[ -x "$replay" ] || fail "$replay is not built"

"$replay" -n "${FUZZ_TEXTS:-20000}" >"$work/out" 2>&1 || fail "a text did harm"
cat "$work/out"
