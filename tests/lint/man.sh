#!/bin/sh
# Are the manual pages clean, and is there one for every program?
. tests/lint/lib.sh
command -v mandoc >/dev/null || skip "no mandoc"

for page in $(make_list man_pages); do
	# The name of the system is not OpenBSD's; the date is checked for form.
	said=$(mandoc -T lint -W style "$page" 2>&1 | grep -vE \
	    'referenced manual not found|outdated mandoc.db|operating system explicitly specified|no blank before|Mdocdate|RCS id missing|unknown operating system')
	[ -z "$said" ] || fault "$said"
	wide=$(MANWIDTH=80 mandoc -T ascii -O width=78 "$page" | col -b |
	    awk 'length > 80 { print NR ": " $0; exit }')
	[ -z "$wide" ] || fault "$page: too wide at 80 columns: $wide"
done
for name in dbgtop.1 dbgtop-agent.8 dbgshm.3 dbgshm-history.3 dbgshm-shapes.3 dbgtop-profiles.7; do
	[ -f "man/$name" ] || fault "man/$name is missing"
done
done_linting
