"""The command line: what dbgtop says, from Python."""

import calendar
import json
import os
import re
import signal
import sys
import time

from .documents import list_regions, log, show, show_at, tail
from .files import strerror
from .layout import Error
from .past import label_text
from .targets import regions
from .text import iso_time, safe


def _write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


USAGE = """\
usage: dbgshm.py TARGET                       as: dbgtop show TARGET -j
       dbgshm.py TARGET ADDRESS...            bare values, one a line
       dbgshm.py --at TIME TARGET [ADDRESS...]  the same of the past
       dbgshm.py --log TARGET                 as: dbgtop log TARGET -O jsonl
       dbgshm.py --tail TARGET [ADDRESS...]   as: dbgtop tail TARGET -O jsonl
       dbgshm.py --list                       as: dbgtop list -j
TARGET: pid, name of a process, region, FILE.zip, FILE.rec, FILE:WHICH
TIME: @seconds since 1970, 90s, 10m, 2h (ago), 2026-01-31T12:03:11Z
"""


def _moment(word):
    """A time, as ns since 1970."""
    ago = re.fullmatch(r"-?([0-9]{1,12}(?:\.[0-9]+)?)(ms|s|m|h|d)", word)
    try:
        if ago:
            unit = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9,
                    "h": 3600 * 10**9, "d": 86400 * 10**9}[ago.group(2)]
            return time.time_ns() - int(float(ago.group(1)) * unit)
        if word.startswith("@"):
            whole, _, rest = word[1:].partition(".")
            return int(whole) * 10**9 + int((rest + "0" * 9)[:9])
        whole, _, rest = word.rstrip("Z").partition(".")
        seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
        return seconds * 10**9 + int((rest + "0" * 9)[:9])
    except (ValueError, OverflowError):
        raise Error("%s: not a time" % safe(word), 2) from None


def _bare(document, addresses):
    """Of each address its value, as a line."""
    values = {}
    for profile in document["profiles"]:
        for metric in profile["metrics"]:
            values["%s:%s%s" % (
                profile["path"], metric["name"],
                label_text(metric["labels"].items()))] = metric["value"]
        for row in profile.get("table", {}).get("rows", ()):
            for name, value in row["cells"].items():
                values["%s[%s].%s" % (profile["path"], row["id"],
                                      name)] = value
    missing = [word for word in addresses if word not in values]
    if missing:
        raise Error("%s: nothing is there" % safe(missing[0]), 1)
    for word in addresses:
        value = values[word]
        yield value if isinstance(value, str) else json.dumps(value)


def _answer(how, words):
    """What is asked for, line by line."""
    if how == "--list":
        yield json.dumps({"schema": "dbgtop.list/1",
                          "time": iso_time(time.time_ns()),
                          "regions": list_regions()}, **COMPACT)
        return
    when = _moment(words.pop(0)) if how == "--at" else None
    found = regions(words[0])
    if how == "--log":
        documents = log(found)
    elif how == "--tail":
        documents = tail(found[0], words[1:])
    else:
        document = show_at(found, when) if when else show(found)
        if len(words) > 1:
            yield from _bare(document, words[1:])
            return
        documents = [document]
    for document in documents:
        yield json.dumps(document, **COMPACT)


COMPACT = {"ensure_ascii": False, "allow_nan": False,
           "separators": (",", ":")}
LEAST = {"--list": 0, "--log": 1, "--tail": 1, "--at": 2, "show": 1}
MOST = {"--list": 0, "--log": 1}


def main(arguments):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    words = list(arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    how = words.pop(0) if words[:1] and words[0].startswith("--") else "show"
    if how not in LEAST or not LEAST[how] <= len(words) <= MOST.get(
            how, len(words)):
        print(USAGE, end="", file=sys.stderr)
        return 2
    try:
        text = "".join(line + "\n" for line in _answer(how, words))
        _write_all(1, text.encode("utf-8"))
    except Error as problem:
        print("dbgshm.py: %s" % problem, file=sys.stderr)
        return problem.code
    except OSError as problem:
        print("dbgshm.py: output: %s" % strerror(problem), file=sys.stderr)
        return 7
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
