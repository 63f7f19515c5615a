#!/bin/sh
# The manual names every command, option and key of the program, and no other.
. tests/cli/lib.sh

commands="list show describe get log tail snapshot record stream wait diff path check clean"

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

# Keys, what they do and their commands, in the order of the table.
python3 - "$dir" <<'END' || die "keys: < program, > manual"
import difflib, re, sys
with open("viewer/keys.tbl") as file:
    table = re.findall(
        r'^KEY\(\w+, "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)", "[^"]*",'
        r' [^"]*, "((?:[^"\\]|\\.)*)"\)', file.read(), re.M)
program = ["%s: %s%s. :%s" % (names.replace("\\\\", "\\"), text[0].upper(),
                              text[1:], command.lower())
           for command, names, text in table]
assert len(program) > 50, "few keys: %d" % len(program)
with open("man/dbgtop.1") as file:
    part = re.search(r"^\.Ss Keys$.*?^\.El$", file.read(), re.M | re.S).group()
part = part.replace("\\&", "").replace("\\-", "-").replace("\\e", "\\")
manual = ["%s: %s %s" % (names, text, command.replace(" Ar ", " "))
          for names, text, command in re.findall(
              r"^\.It Ic (.*)\n(.*)\n\.Pq Ic (.*)$", part, re.M)]
difference = list(difflib.unified_diff(program, manual, lineterm="", n=0))
print("\n".join(difference))
sys.exit(bool(difference))
END
