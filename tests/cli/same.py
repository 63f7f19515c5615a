"""Two documents, or files of them by lines, say the same but for what time alone
changes: of the living also what is counted up to now.

usage: same.py THEIRS OURS [living]
"""
import json
import sys

TIME = {"time", "age_ns", "uptime_ns", "rate"}
if len(sys.argv) > 3 and sys.argv[3] == "past":  # nothing moves there
    TIME = {"ago_ns", "at"}
AGES = {"elapsed", "quiet", "age", "held", "oldest_age", "waiting_for",
        "due_in"}

def load(path):
    def pairs(members):
        names = [name for name, _ in members]
        assert len(set(names)) == len(names), names
        return members
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.startswith("{\n") or text.count("\n") == 1:
        return json.loads(text, object_pairs_hook=pairs)
    return [json.loads(line, object_pairs_hook=pairs)
            for line in text.splitlines()]

# JSON knows numbers, not integers and others: 1 and 1.0 are the same.
def kind(value):
    return float if type(value) is int else type(value)

def differences(a, b, where):
    if kind(a) is not kind(b):
        yield where, a, b
    elif isinstance(a, list) and a and isinstance(a[0], tuple):
        if [n for n, _ in a] != [n for n, _ in b]:
            yield where, [n for n, _ in a], [n for n, _ in b]
            return
        for (name, x), (_, y) in zip(a, b):
            if not (name in TIME and ".events" not in where
                    or name in AGES and living and where.endswith(".cells")):
                yield from differences(x, y, where + "." + name)
    elif isinstance(a, list):
        if len(a) != len(b):
            yield where, len(a), len(b)
            return
        for index, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, "%s[%d]" % (where, index))
    elif a != b:
        yield where, a, b

living = sys.argv[3:] == ["living"]
found = list(differences(load(sys.argv[1]), load(sys.argv[2]), ""))
for where, theirs, ours in found[:10]:
    print("%s: dbgtop %.200r, dbgshm.py %.200r" % (where, theirs, ours))
sys.exit(bool(found))
