#!/bin/sh
# Is all code formatted as .clang-format says?  Headers are laid out by hand:
# their forms and docstrings are more than clang-format can hold.
. tests/lint/lib.sh
command -v clang-format >/dev/null || skip "no clang-format"

for file in $(sources | grep -E '\.(c|cpp)$'); do
	clang-format "$file" | cmp -s "$file" - ||
		fault "$file: not formatted; clang-format -i $file"
done
done_linting
