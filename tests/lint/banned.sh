#!/bin/sh
# Calls that have a better one, marks that must not stay, and sizes.
. tests/lint/lib.sh

# Where: our programs, or all of the tree | words | instead
banned() {
	cat <<'TABLE'
^[alv][^/]*/|strcpy strcat|strlcpy, or memcpy of a known length
.|sprintf vsprintf|snprintf
.|strtok|strsep or strcspn
.|gets|getline
.|localtime gmtime ctime asctime|localtime_r, gmtime_r
^[alv][^/]*/|atoi atol atoll|strtonum or strtoull with a check
.|tmpnam mktemp tempnam|mkstemp, O_TMPFILE
.|alloca|an array or malloc
.|system popen|posix_spawn or fork and exec, without a shell
^[alv][^/]*/|usleep sleep|nanosleep, or better: wait for a fact
^agent/[^f].*\.c$|open openat close fopen fclose opendir closedir|what agent/files.h has, so that the agent can show it
TABLE
}

while IFS='|' read -r where words instead; do
	pattern=$(printf '%s' "$words" | tr ' ' '|')
	# shellcheck disable=SC2046 # no blanks in our names
	found=$(grep -nE "(^|[^_[:alnum:].>\"])($pattern) ?\\(" $(sources | grep -E "$where") /dev/null |
		grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/?\*|//)')
	[ -z "$found" ] || fault "$found
	^ use $instead"
done <<TABLE
$(banned)
TABLE

mark='TO''DO|FIX''ME|XX''X|not imple''mented'
# shellcheck disable=SC2046
found=$(grep -nE "\\b($mark)\\b" $(tree | grep -E \
    '\.(c|h|cpp|hpp|sh|py|md|[1-8])$|^Makefile$|^scripts/') /dev/null)
[ -z "$found" ] || fault "$found
	^ finish it, or file it where work is planned"

# shellcheck disable=SC2046
found=$(grep -nE '(->|\.)metrics\[' $(sources |
    grep -E '^viewer/[^/]*\.c$' | grep -v '^viewer/model') /dev/null |
    grep -v 'baseline->metrics\|metrics\[[a-z]*\]\.id')
[ -z "$found" ] || fault "$found
	^ use model_metrics(profile)[i]: values are made when they are asked for"

# Paths of one machine.
# shellcheck disable=SC2046
found=$(grep -nIF -e "$PWD/" $(tree) /dev/null)
[ -z "$found" ] || fault "$found
	^ a path of this machine"

for file in $(sources); do
	lines=$(wc -l <"$file")
	[ "$lines" -le 500 ] || case $file in
	# The page and its two public faces stay whole.
	libshm/include/dbgshm/*) ;;
	*) echo "warning: $file: $lines lines; are there two ideas in it?" ;;
	esac
	long=$(expand "$file" | awk 'length > 100 { print NR; exit }')
	[ -z "$long" ] || fault "$file:$long: longer than 100 columns"
done

# A program has one state: what hangs off main.  Signal flags are the exception,
# and the table of descriptors, which the kernel has once for all (agent/files.c).
for file in $(sources | grep -E '^(agent|viewer|libshm/kit)/.*\.c$'); do
	found=$(grep -nE '^static [a-z_ ]+[ *][a-z_]+(\[[^]]*\])*( = [^(]*)?;$' "$file" |
		grep -vE '\bconst\b|sig_atomic_t')
	[ -z "$found" ] || fault "$file:$found
	^ a variable of the whole file: hand it over as a parameter"
done
done_linting
