#!/usr/bin/env python3
"""A strict reader of the text formats of Prometheus and OpenMetrics.

	exposition.py FORMAT FILE [RECORDS.jsonl]

Refuses everything that the formats do not allow, and what is allowed and wrong
all the same: a second series with the same labels, buckets that do not add up.
With the records of the same export it also compares each value, digit by digit.
"""
import json
import re
import sys
from decimal import Decimal, getcontext

getcontext().prec = 60
NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
SAMPLE = re.compile(r"([a-z_][a-z0-9_]*)\{(.*)\} (\S+)(?: (\S+))?\Z")
LABEL = re.compile(r'([a-z_][a-z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|\Z)')
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?\Z|NaN\Z|[-+]Inf\Z")
ENDS = {"counter": ["_total"], "gauge": [""], "info": ["_info"],
        "histogram": ["_bucket", "_sum", "_count"]}
DIVIDED = {"ns": 10**9, "percent": 100}


def labels_of(text, line):
    labels, at = [], 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, ("labels", line)
        labels.append((match[1], re.sub(r"\\(.)", lambda m:
            "\n" if m[1] == "n" else m[1], match[2])))
        at = match.end()
        assert match[3] == "," and at < len(text) or not match[3], line
    assert len({key for key, _ in labels}) == len(labels), ("twice", line)
    assert not any(key.startswith("__") for key, _ in labels), line
    return labels


class Family:
    def __init__(self, name, openmetrics):
        self.name, self.openmetrics = name, openmetrics
        self.kind = self.unit = self.help = None
        self.series = {}    # labels -> [(time, value)] or histograms
        self.last = None    # whose samples these are

    def describe(self, what, text, line):
        assert not self.series, ("after a sample", line)
        assert getattr(self, what) is None, ("twice", line)
        setattr(self, what, text)

    def check_head(self):
        assert self.kind and self.help, (self.name, "no TYPE or no HELP")
        assert self.name.endswith("_" + (self.unit or "")) or \
            not self.unit, self.name
        if self.openmetrics:
            assert not self.name.endswith(("_total", "_count", "_sum",
                "_bucket", "_info", "_created")), self.name

    def add(self, name, labels, value, time, line):
        if not self.series:
            self.check_head()
        ends = ENDS[self.kind] if self.openmetrics or \
            self.kind == "histogram" else [""]
        end = next((e for e in ends if name == self.name + e), None)
        assert end is not None, ("name", line)
        if self.kind == "counter":
            assert value not in ("NaN",) and not value.startswith("-"), line
        if end == "_bucket":
            assert labels and labels[-1][0] == "le", line
            bound = labels.pop()[1]
        assert not any(k in ("le", "quantile") for k, _ in labels), line
        key = tuple(labels)
        if key != self.last:
            assert key not in self.series, ("again", line)
            self.series[key] = []
            self.last = key
        points = self.series[key]
        if self.kind != "histogram":
            assert not points or time and points[-1][0] < time, line
            points.append((time, value))
            return
        if end == "_bucket" and (not points or points[-1][3] is not None):
            assert not points or time and points[-1][0] < time, line
            points.append([time, [], None, None])
        point = points[-1]
        assert point[0] == time and point[3] is None, line
        if end == "_bucket":
            assert value.isdigit() and point[2] is None, line
            if point[1]:
                assert float(point[1][-1][0]) < float(bound), line
                assert point[1][-1][1] <= int(value), line
            point[1].append((bound, int(value)))
            assert len(point[1]) <= 33, line
        elif end == "_sum":
            assert point[1] and point[1][-1][0] == "+Inf", line
            point[2] = value
        else:
            assert point[2] is not None, line
            assert int(value) == point[1][-1][1], line
            point[3] = int(value)


def read(kind, path):
    openmetrics = kind == "openmetrics"
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), "control"
    assert not text or text.endswith("\n")
    lines = text.split("\n")[:-1]
    if openmetrics:
        assert lines.pop() == "# EOF"
    families, family = {}, None
    for line in lines:
        if line.startswith("#"):
            mark, what, name, *rest = line.split(" ", 3)
            assert mark == "#" and what in ("HELP", "TYPE", "UNIT"), line
            assert what != "UNIT" or openmetrics, line
            assert NAME.match(name) and len(rest) == 1, line
            if family is None or family.name != name:
                assert name not in families, ("not in one piece", line)
                family = families[name] = Family(name, openmetrics)
            if what == "HELP":
                assert re.fullmatch(r'(?:[^\\"]|\\[\\n"])*' if openmetrics
                    else r"(?:[^\\]|\\[\\n])*", rest[0]), line
            if what == "TYPE":
                assert rest[0] in ENDS, line
                assert openmetrics or rest[0] != "info", line
            family.describe({"HELP": "help", "TYPE": "kind",
                "UNIT": "unit"}[what], rest[0], line)
            continue
        match = SAMPLE.match(line)
        assert match and family, ("sample", line)
        assert NUMBER.match(match[3]), ("number", line)
        assert match[4] is None or openmetrics, ("time", line)
        labels = labels_of(match[2], line)
        assert [key for key, _ in labels[:2]] == ["program", "number"], line
        family.add(match[1], labels, match[3],
            match[4] and Decimal(match[4]), line)
    for family in families.values():
        assert family.series, (family.name, "no samples")
    return families


def same(value, record, divisor):
    number = record["value"] if isinstance(record["value"], bool) or \
        not isinstance(record["value"], str) else int(record["value"])
    if number is None:
        return value in ("NaN", "+Inf", "-Inf")
    if isinstance(number, float):
        return float(value) == number / divisor
    return Decimal(value) == Decimal(number) / divisor


def compare(families, path):
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    at = 0
    for name in sorted(families, key=lambda n: n[:-6]
            if families[n].kind == "counter" and n.endswith("_total") else n):
        family = families[name]
        if name.startswith("process_") or name in ("dbgtop_target_info",
                "dbgtop_target", "dbgtop_target_up",
                "dbgtop_target_age_seconds"):
            continue
        for labels, points in family.series.items():
            for point in points:
                record = records[at]
                at += 1
                told = dict(labels)
                assert told["program"] == record["program"], record
                assert told["number"] == str(record["number"]), record
                divisor = DIVIDED.get(record["unit"], 1)
                if family.kind != "histogram":
                    assert same(point[1], record, divisor), (point, record)
                    continue
                assert point[3] == int(record["value"]), (point, record)
                assert Decimal(point[2]) == \
                    Decimal(record["sum"]) / divisor, (point, record)
    assert at == len(records), (at, len(records))
    return at


if __name__ == "__main__":
    found = read(sys.argv[1], sys.argv[2])
    print(compare(found, sys.argv[3]) if len(sys.argv) > 3 else
        sum(len(family.series) for family in found.values()))
