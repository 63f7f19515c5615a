#!/bin/sh
# Does every include keep to the table in tests/lint/layers?
. tests/lint/lib.sh

# Expand $list from the Makefile once.
table=$(strip_comments tests/lint/layers | while IFS= read -r line; do
	case $line in
	*\$*)
		name=$(printf '%s' "$line" | sed 's/.*\$\([a-z_]*\).*/\1/')
		list=$(make_list "$name")
		printf '%s\n' "$line" | sed "s|\\\$$name|$list|"
		;;
	*) printf '%s\n' "$line" ;;
	esac
done)

# matches PATH PATTERNS: is it one of them, before any with a ! ?
matches() (
	set -f
	for pattern in $2; do
		# shellcheck disable=SC2254 # a pattern on purpose
		case $1 in
		${pattern#!})
			[ "$pattern" = "${pattern#!}" ]
			exit
			;;
		esac
	done
	exit 1
)

# resolve SOURCE NAME: the path of a header of ours.
resolve() {
	for path in "$(dirname "$1")/$2" "libshm/$2" "$2"; do
		[ -f "$path" ] && echo "$path" && return
	done
	echo "$2"
}

rules=$(printf '%s\n' "$table" | grep -v '^!')
system_rules=$(printf '%s\n' "$table" | sed -n 's/^!//p')

# One rule of SOURCE: sets may and cure.
rule_of() {
	while IFS='|' read -r files may cure; do
		matches "$1" "$files" && return 0
	done <<RULES
$rules
RULES
	return 1
}

check_system() {
	while IFS='|' read -r headers files cure; do
		if matches "$2" "$headers" && ! matches "$1" "$files"; then
			fault "$1:$3: <$2>: ${cure# }"
		fi
	done <<RULES
$system_rules
RULES
}

for source in $(sources); do
	includes=$(grep -nE '^#[[:space:]]*include' "$source") || continue
	rule_of "$source" || {
		fault "$source: no line of tests/lint/layers speaks of it"
		continue
	}
	rule_may=$may rule_cure=$cure
	while IFS= read -r include; do
		line=${include%%:*}
		name=$(printf '%s' "$include" |
			sed 's/.*include[[:space:]]*\([<"][^>"]*\).*/\1/')
		case $name in
		\<dbgshm/*) path=libshm/include/${name#<} ;;
		\<*)
			check_system "$source" "${name#<}" "$line"
			continue
			;;
		*) path=$(resolve "$source" "${name#?}") ;;
		esac
		matches "$path" "$rule_may" ||
			fault "$source:$line: may not include $path: ${rule_cure# }"
	done <<INCLUDES
$includes
INCLUDES
done
done_linting
