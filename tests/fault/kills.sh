#!/bin/sh
# What kill -9 leaves of busy writers, at random moments, the start included: all
# can be read, no row is wrong, no file is left over.
# limit: 900
#	WRITER_KILLS=N how many (1000); another seed each time, which is told
. tests/fault/lib.sh
cp "$B/tests/fault/kills" "$work/kills-$$" || exit 1
"$work/kills-$$" "${WRITER_KILLS:-1000}" >"$work/out" 2>&1 ||
	fail "what a killed writer has left"
cat "$work/out"
