#!/bin/sh
# Handles begin with a magic word: no two kinds may have the same one.
. tests/lint/lib.sh

# shellcheck disable=SC2046
defined=$(grep -hoE '#[[:space:]]*define[[:space:]]+[A-Z_]*MAGIC[A-Z_]*[[:space:]]+[^/]*' \
    $(sources) | sed 's/[[:space:]]*$//' | sort -u)
[ -n "$defined" ] || fault "no magic word found: has its name changed?"
twice=$(printf '%s\n' "$defined" | awk '{ print $NF }' | sort | uniq -d)
for word in $twice; do
	fault "one magic word for two kinds:
$(printf '%s\n' "$defined" | grep -F "$word")"
done
done_linting
