#!/bin/sh
# No increment is lost by threads that come and go and their signal handlers; no
# row is read torn while others write it.
# limit: 900
#	COUNTS=N increments (160000000), READS=N rows (1000000)
. tests/fault/lib.sh
cp "$B/tests/fault/truth" "$work/truth-$$" || exit 1
"$work/truth-$$" counts "${COUNTS:-160000000}" >"$work/out" 2>&1 ||
	fail "increments"
cat "$work/out"
"$work/truth-$$" rows "${READS:-1000000}" >"$work/out" 2>&1 || fail "rows"
cat "$work/out"
