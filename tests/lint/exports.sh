#!/bin/sh
# Are the names that libdbgshm.so exports those of the version script, those
# that the public headers declare, and those that the manual documents?
. tests/lint/lib.sh
shared=$B/libdbgshm.so.0
[ -f "$shared" ] || shared=build/libdbgshm.so.0
[ -f "$shared" ] || skip "no $shared: run make"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
	sort -u >"$dir/exported"
sed 's|/\*.*\*/||' libshm/dbgshm.map | grep -oE 'dbgshm_[a-z0-9_]+;' |
	tr -d ';' | sort -u >"$dir/map"
# A declaration is a name before "(" in a line that no body follows; inline
# functions begin in column one, under `static inline`.
awk '
	/^static inline/ { inline = 1; next }
	inline && /^[a-z]/ { inline = 0; next }
	inline && /^}/ { inline = 0 }
	/^[a-z].*[ *]dbgshm_[a-z0-9_]+\(/ && !/^#|return/ {
		match($0, /dbgshm_[a-z0-9_]+\(/)
		print substr($0, RSTART, RLENGTH - 1)
	}
	/^extern .*dbgshm__/ {
		match($0, /dbgshm__[a-z0-9_]+/)
		print substr($0, RSTART, RLENGTH)
	}
' libshm/include/dbgshm/*.h |
	sort -u >"$dir/declared"

compare() {
	difference=$(comm -3 "$dir/$1" "$dir/$2")
	[ -z "$difference" ] || fault "$3:
$difference"
}
# A program that links the archive has names of its own.
archive=$(dirname "$shared")/libdbgshm.a
[ ! -f "$archive" ] || nm -g --defined-only "$archive" |
	awk 'NF == 3 && $3 !~ /^dbgshm_/ { print $3 }' | sort -u >"$dir/stray"
[ ! -s "$dir/stray" ] || fault "names in libdbgshm.a without dbgshm_:
$(cat "$dir/stray")"

compare map exported "left: in libshm/dbgshm.map only; right: exported only"
compare declared exported "left: in the headers only; right: exported only"

while read -r name; do
	case $name in
	dbgshm__*) continue ;; # compiled into programs, not called by people
	esac
	grep -qE "\b$name\b" man/*.3 || fault "$name: in no page of section 3"
done <"$dir/exported"
done_linting
