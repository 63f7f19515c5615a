#!/bin/sh
# limit: 600
# Does everything compile without a warning, with gcc and with clang?
. tests/lint/lib.sh
command -v clang >/dev/null || skip "no clang"
command -v gcc >/dev/null || skip "no gcc"

for compiler in gcc clang; do
	cxx=g++
	[ $compiler = gcc ] || cxx=clang++
	said=$(${MAKE:-make} --no-print-directory -j"$(nproc)" \
	    B="$B/$compiler" CC=$compiler CXX=$cxx WERROR=1 tests 2>&1) ||
		fault "$(printf '%s\n' "$said" | grep -vE '^  (CC|C\+\+|AR|LD) ')
$compiler has something to say"
done
done_linting
