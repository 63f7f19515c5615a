#!/bin/sh
# Is every file in a list of the Makefile, and every file of the lists there?
. tests/lint/lib.sh

lists="public_headers lib_src kit_src agent_src viewer_src examples man_pages
unit_tests test_programs test_preloads bench_programs cli_tests tui_tests fault_tests lint_tests bench_tests
bench_peers model_src model_tests step_src"
named=$(for list in $lists; do make_list "$list"; done | tr ' ' '\n' | sort -u)

for file in $named; do
	[ -f "$file" ] || fault "$file: in the Makefile, but not there"
done

# Files that are no item of a list: what others include or run.
for file in $(tree | grep -E '\.(c|cpp|sh|[1-8])$|include/.*\.h$'); do
	case $file in
	*/lib.sh | tests/bench/floor/* | tests/golden/make.sh | tests/proofs/run.sh)
		continue ;;
	esac
	printf '%s\n' "$named" | grep -qxF "$file" ||
		fault "$file: in no list of the Makefile"
done

# A header that nobody includes.
# shellcheck disable=SC2046
for header in $(sources | grep -E '\.h$' | grep -v '^libshm/include/'); do
	grep -qE "include.*[\"/]$(basename "$header")\"" $(sources) ||
		fault "$header: nobody includes it"
done
done_linting
