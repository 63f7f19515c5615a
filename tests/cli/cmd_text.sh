#!/bin/sh
# Whatever a program writes into its texts: no control byte comes out, no line is
# added, and every format stays what it is.
. tests/cli/lib.sh

start_publisher texts "$(printf 't\033[31m\nx')"

# No byte below a blank but the newline, no DEL, valid UTF-8 without what
# changes directions; in the C locale nothing but ASCII.
clean() {
	python3 - "$dir/out" "$1" <<'END' || die "$2: unsafe output"
import sys
data = open(sys.argv[1], "rb").read()
text = data.decode(sys.argv[2])
bad = [c for c in text if (ord(c) < 32 and c not in "\n\r\t") or
       127 <= ord(c) < 160 or c in "\u202e\u200b\u2028\ufeff"]
sys.exit(repr(bad) if bad else 0)
END
}
for locale in C.UTF-8 C; do
	encoding=utf-8
	[ $locale != C ] || encoding=ascii
	export LC_ALL=$locale
	for command in "show $pid --secrets" "show $pid" "describe $pid" \
		list "clean --dry-run" "path $pid" "check $("$dbgtop" path $pid)"
	do
		run "$dbgtop" $command
		[ -s "$dir/out" ] || die "$command says nothing"
		clean $encoding "$command in $locale"
	done
	# These have an encoding of their own, in every locale.
	for command in "show $pid -j --secrets" "list -j" "describe $pid -j" \
		"show $pid -O jsonl" "show $pid -O csv" "list -O csv"; do
		expect_exit 0 "$dbgtop" $command
		clean utf-8 "$command in $locale"
	done
	expect_exit 0 "$dbgtop" show "$pid" -j
	json "any('\u20ac' in str(r) for p in d['profiles']
	    if 'table' in p for r in p['table']['rows'])"
done

# A line for each row, whatever is in it.
expect_exit 0 "$dbgtop" show "$pid" -q
expect_exit 0 "$dbgtop" show "$pid"
rows=$(sed -n 's/^  \([0-9]*\) rows* (room for .*/\1/p' "$dir/out" | tail -n 1)
lines=$(grep -c '^  [0-9][0-9]*\.[0-9][0-9]*  ' "$dir/out")
[ "$rows" -eq "$lines" ] || die "$rows rows in $lines lines"

# jsonl: every line is a document; csv: every record has as many fields.
expect_exit 0 "$dbgtop" show "$pid" -O jsonl
python3 -c 'import json, sys
for line in sys.stdin: json.loads(line, parse_constant=lambda n: 1 / 0)' \
	<"$dir/out" || die "jsonl"
expect_exit 0 "$dbgtop" show "$pid" -O csv
python3 -c 'import csv, sys
rows = list(csv.reader(sys.stdin, strict=True))
sys.exit(not all(len(r) == len(rows[0]) and
    not any(f[:1] in "=@\t\r" and f for f in r) for r in rows))' \
	<"$dir/out" || die "csv"

# What is secret is shown on request only.
expect_exit 0 "$dbgtop" show "$pid"
expect_match '(hidden)'
secret=$(grep -c '(hidden)' "$dir/out")
[ "$secret" -gt 0 ] || die "nothing hidden"
expect_exit 0 "$dbgtop" show --secrets "$pid"
expect_no_match '(hidden)'
expect_exit 0 "$dbgtop" show -j "$pid"
json "all('secret' not in r['cells'] for p in d['profiles']
    if 'table' in p for r in p['table']['rows'])"
