#!/bin/sh
# Does tests/fault/matrix have every case once, and only tests that there are?
. tests/lint/lib.sh

matrix=tests/fault/matrix
scripts=$(for list in cli_tests tui_tests fault_tests model_tests bench_tests; do
	make_list $list
done | tr ' ' '\n')
units=$(make_list unit_tests | tr ' ' '\n')

i=0
while [ $i -lt 52 ]; do
	i=$((i + 1))
	case=$(printf 'F%02d' $i)
	[ "$(grep -c "^$case | .*: .* | " $matrix)" -eq 1 ] ||
		fault "$matrix: $case: not one line \"$case | case: must | tests\""
done
lines=$(strip_comments $matrix)
[ "$(printf '%s\n' "$lines" | grep -cv '^F[0-5][0-9] | ')" -eq 0 ] ||
	fault "$matrix: a line that is no case"

has() { printf '%s\n' "$1" | grep -qxF "$2"; }
tests=$(printf '%s\n' "$lines" | sed 's/^[^|]*|[^|]*|//; s/| *open:.*//; s/^ *open:.*//')
for test in $tests; do
	case $test in
	tests/*.sh)
		has "$scripts" "$test" ||
			fault "$matrix: $test: in no list of the Makefile"
		[ -f "$test" ] || fault "$matrix: $test: not there"
		;;
	t_*:*)
		file=tests/unit/${test%:*}.c
		has "$units" "$file" ||
			fault "$matrix: $file: in no list of the Makefile"
		grep -q "cmocka_unit_test" "$file" &&
			grep -qE "^test_${test#*:}\(" "$file" ||
			fault "$matrix: $test: no such function"
		;;
	*) fault "$matrix: $test: not a test" ;;
	esac
done
done_linting
