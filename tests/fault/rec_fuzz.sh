#!/bin/sh
# Damaged recordings and streams: of their chunks, of what is compressed, of the
# pieces in them; none makes a reader or a recorder that is built with sanitisers
# complain, and none makes a file.  limit: 1200
. tests/fault/lib.sh

replay=$B/asan/tests/fuzz/fuzz_rec
[ -x "$replay" ] || replay=$B/tests/fuzz/fuzz_rec
[ -x "$replay" ] || fail "$replay is not built"

# What is freed stays for some mutants, not until memory is short.
ASAN_OPTIONS=quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS
replay=$(realpath "$replay")
mkdir "$work/empty"
for form in '' -S; do
	# shellcheck disable=SC2086 # none or one
	(cd "$work/empty" && "$replay" $form -n "${FUZZ_MUTANTS:-20000}") \
	    >"$work/out" 2>&1 || fail "a mutant did harm: $form"
	[ -z "$(ls -A "$work/empty")" ] ||
		fail "it made files: $(ls -A "$work/empty")"
	cat "$work/out"
done
