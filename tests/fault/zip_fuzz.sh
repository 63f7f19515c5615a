#!/bin/sh
# Damaged snapshots: of their structure, of what is compressed, of the regions in
# them; none makes a reader that is built with sanitisers complain, and none makes
# a file.  limit: 900
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_zip
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_zip
[ -x "$replay" ] || fail "$replay is not built"

replay=$(realpath "$replay")
mkdir "$work/empty"
(cd "$work/empty" && "$replay" -n "${FUZZ_MUTANTS:-20000}") >"$work/out" 2>&1 ||
	fail 'a mutant did harm'
[ -z "$(ls -A "$work/empty")" ] || fail "it made files: $(ls -A "$work/empty")"
