#!/bin/sh
# Are the shell scripts plain POSIX sh without the usual traps?
. tests/lint/lib.sh
command -v shellcheck >/dev/null || skip "no shellcheck"

for file in $(tree); do
	case $file in
	tests/bench/floor/*) continue ;;
	*.sh) ;;
	*) head -c 20 "$file" | grep -aqE '^#! ?/bin/sh' || continue ;;
	esac
	shellcheck -s sh -x -P SCRIPTDIR -S warning -e SC1091,SC2010,SC2034 "$file" ||
		fault "$file: shellcheck"
done
# Tests wait for facts; a fraction of a second is the step of a poll, and a
# sleep that is started with exec or & is a process to look at.
# shellcheck disable=SC2046
found=$(grep -nE '^[^#]*\bsleep [1-9]' $(tree | grep -E '^tests/.*\.sh$') /dev/null |
    grep -vE '&$|exec sleep')
[ -z "$found" ] || fault "$found
	^ wait for a fact, not for a time"
done_linting
