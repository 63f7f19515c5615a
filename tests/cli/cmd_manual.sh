#!/bin/sh
# The manual names every command, option and key of the program, and no other.
. tests/cli/lib.sh

commands="list show describe get log tail path check clean"

# Options: those of all helps against those of the manual.
for command in '' $commands; do
	# shellcheck disable=SC2086
	"$dbgtop" $command --help || die "$command --help"
done | sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/\2/p' | sort -u >"$dir/program"
[ "$(wc -l <"$dir/program")" -gt 20 ] || die "few options: $(cat "$dir/program")"
sed -n 's/^\.It .*Fl Fl \([a-z0-9-]*\).*/\1/p' man/dbgtop.1 | sort -u >"$dir/manual"
diff "$dir/program" "$dir/manual" || die "options: < program, > manual"

# Letters go with the same words.
for command in show log tail; do
	"$dbgtop" $command --help
done | sed -n 's/^  -\(.\), --\([a-z]*\).*/.It Fl \1 , Fl Fl \2/p' |
	while read -r line; do
		grep -q "^$line" man/dbgtop.1 || die "not in the manual: $line"
	done || exit 1

# Commands.
"$dbgtop" --help | sed -n 's/^  dbgtop \([a-z]*\).*/\1/p' | grep . |
	sort >"$dir/program"
sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' man/dbgtop.1 | sort >"$dir/manual"
diff "$dir/program" "$dir/manual" || die "commands: < program, > manual"

# Keys and what they do, in the order of the table.
python3 - >"$dir/program" <<'END' || die "keys.tbl"
import re
with open("viewer/keys.tbl") as file:
    for names, text in re.findall(
            r'^KEY\(\w+, "((?:[^"\\]|\\.)*)", "[^"]*", [^"]*, "((?:[^"\\]|\\.)*)"\)',
            file.read(), re.M):
        print("%s: %s%s." % (names.replace("\\\\", "\\"), text[0].upper(), text[1:]))
END
[ "$(wc -l <"$dir/program")" -gt 15 ] || die "few keys"
sed -n '/^\.Ss Keys/,/^\.El/{
s/^\.It Ic //
t name
/^\.\(Ss\|Bl\|El\)/d
H
x
s/\n/: /
p
d
:name
s/\\&//g
s/\\e/\\/g
h
}' man/dbgtop.1 >"$dir/manual"
diff "$dir/program" "$dir/manual" || die "keys: < program, > manual"
