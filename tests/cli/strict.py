"""What dbgtop has printed of a program called mess, read as strictly as it can be.

	strict.py KIND FILE [ROWS]

KIND: json, jsonl, csv, text (ROWS lines that begin with a number and nothing
else), frame (ROWS x COLUMNS cells).
"""
import csv
import io
import json
import re
import sys
import unicodedata

kind, path = sys.argv[1:3]
data = open(path, "rb").read()
text = data.decode("utf-8")  # strict: no byte of it is anything else
assert text, "nothing was printed"
allowed = {"csv": "\r\n", "json": "\n", "jsonl": "\n"}.get(kind, "\n")
for at, c in enumerate(text):
    odd = (unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn") and
           c not in allowed)
    assert not odd, (hex(ord(c)), text[max(0, at - 40):at + 40])


def once(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), ("a key twice", keys)
    return dict(pairs)


def refuse(name):
    raise ValueError(name)


def parse(line):
    return json.loads(line, object_pairs_hook=once, parse_constant=refuse)


if kind == "json":
    parse(text)
elif kind == "jsonl":
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        assert isinstance(parse(line), dict), line
    if len(sys.argv) > 3:
        assert text.count("\n") == int(sys.argv[3]), text.count("\n")
elif kind == "csv":
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert text.count("\r\n") == len(rows) == text.count("\n"), "lines"
    for row in rows:
        assert len(row) == len(rows[0]), row
        for field in row:
            assert not re.match(r"[=@\t\r]|[-+](?![0-9.]|Inf|inf)", field), row
elif kind == "text":
    numbers = re.findall(r"(?m)^  ([0-9]+)\.[0-9]+ +\1  ", text)
    assert len(numbers) == int(sys.argv[3]), len(numbers)
    assert numbers == [str(i) for i in range(len(numbers))], "order"
elif kind == "frame":
    height, width = map(int, sys.argv[3].split("x"))
    lines = text.split("\n")
    assert len(lines) <= height + 1 and lines[-1] == "", len(lines)
    for line in lines:
        cells = sum(0 if unicodedata.combining(c) else
                    2 if unicodedata.east_asian_width(c) in "WF" else 1
                    for c in line)
        assert cells <= width, (cells, line)
else:
    sys.exit(__doc__)
