"""Is it true?  DBGTOP REGION EXPRESSION, over one frame of a region.

metric(PROFILE, NAME) and rows(PROFILE), whose rows have the cells by name, and
id and state; all in the units in which they are stored.  A false expression and
one that cannot be told yet end with 1; with --print it is printed instead.
"""
import json
import os
import subprocess
import sys

printing = "--print" in sys.argv
dbgtop, region, expression = [a for a in sys.argv[1:] if a != "--print"]
shown = json.loads(subprocess.run(
    [dbgtop, "show", "-j", "-l", "debug", region], check=True,
    stdout=subprocess.PIPE, encoding="utf-8").stdout)
profiles = {p["path"]: p for p in shown["profiles"]}


def metric(profile, name):
    return next(m["value"] for m in profiles[profile]["metrics"]
                if m["name"] == name)


def rows(profile):
    return [dict(r["cells"], row_id=r["id"], row_state=r["state"])
            for r in profiles[profile]["table"]["rows"]]


def events(profile):
    return profiles[profile]["events"]


def descriptors(pid):
    """What the kernel says: number to target, without the first three."""
    found = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            pass
    return {n: t for n, t in found.items() if n > 2}


try:
    answer = eval(f"({expression})")
except (KeyError, StopIteration, IndexError):
    sys.exit(1)
if printing:
    print(answer)
else:
    sys.exit(0 if answer else 1)
