#!/bin/sh
# Does every header compile alone, and the public ones as C11 and C++17?
. tests/lint/lib.sh
command -v pkg-config >/dev/null || skip "no pkg-config"

strict="-Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only"
bsd=$(pkg-config --cflags libbsd-overlay)

# compile LANGUAGE FLAGS HEADER COMPILER: twice the same header does no harm.
compile() {
	# shellcheck disable=SC2086 # words on purpose
	printf '#include "%s"\n#include "%s"\n' "$3" "$3" |
		$4 -x "$1" $2 $strict -I. -Ilibshm/include - ||
		fault "$3: does not compile alone ($4, $1)"
}

for header in $(sources | grep -E '\.h$'); do
	case $header in
	libshm/include/dbgshm/*)
		for compiler in gcc clang; do
			command -v $compiler >/dev/null || continue
			compile c "-std=c11 -Wconversion" "$header" $compiler
			compile c++ "-std=c++17" "$header" $compiler
		done
		;;
	*.tbl | tests/bench/floor/*) ;;
	*) compile c "-std=c11 -D_GNU_SOURCE $bsd" "$header" "${CC:-cc}" ;;
	esac
done
done_linting
