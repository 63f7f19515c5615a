"""Shapes of tables: what their columns mean, what follows from them, and the
order of their rows [8.2, 8.3]."""

import array
import math

from .layout import *

_LETTERS = {"C": C_COUNTER, "G": C_GAUGE, "S": C_SIGNED, "X": C_TEXT,
            "T": C_TIME, "D": C_DURATION, "E": C_ENUM, "B": C_BOOL,
            "R": C_REFERENCE}
# Their names, and the types of the columns that have their places.
SHAPES = (("plain", ""), ("object", ""), ("operation", "EXXGGTERG"),
          ("step", "XCXXRG"), ("heartbeat", "XCTDG"), ("queue", "XCCCCGT"),
          ("cache", "XGGCCC"), ("limit", "XGGGCDTX"), ("worker", "XBTXCDG"),
          ("pair", "XGXXG"), ("schedule", "XBTDDDCGE"), ("error", "XSCTX"))
(PLAIN, OBJECT, OPERATION, STEP, HEARTBEAT, QUEUE, CACHE, LIMIT, WORKER, PAIR,
 SCHEDULE, ERROR) = range(12)
VERDICTS = ("ok", "late", "resting")


def shape_fits(shape, columns):
    """The first columns have the types of the shape."""
    if shape >= len(SHAPES):
        return False
    wanted = SHAPES[shape][1]
    return len(columns) >= len(wanted) and all(
        column["word"] == ROW_WORDS + index
        and column["kind"] == _LETTERS[letter]
        for index, (column, letter) in enumerate(zip(columns, wanted)))


class Source:
    """A row, and the moment that its ages are counted to."""

    def __init__(self, region, row):
        slot, state, data = row
        self.region, self.slot, self.state = region, slot, state
        self.words = array.array("Q", data)
        self.start, self.end = self.words[1], self.words[2]
        self.over = (state == "finished"
                     or state != "live" and self.end != 0)
        self.until = region.now_ns
        if self.over:
            end = region.stamp_mono_ns(self.end)
            if 0 < end < self.until:
                self.until = end

    def __getitem__(self, column):
        return self.words[ROW_WORDS + column]

    def since(self, stamp):
        """From a stamp until then; 0 for never, and for what lies behind."""
        if stamp == 0:
            return 0
        return max(self.until - self.region.stamp_mono_ns(stamp), 0)

    def elapsed(self):
        return self.since(self.start)

    def last_beat(self):
        return self[2] or self.start

    def verdict(self):
        if self[3] == 0 or self.over:
            return "resting"
        return "late" if self.since(self.last_beat()) > self[3] else "ok"

    def ahead(self, first, second):
        return max(signed((self[first] - self[second]) & MASK), 0)

    def due_in(self):
        if self[3] == 0 or self.over:
            return 0
        due = self[3] - self.since(self[2] or self.start)
        return min(max(due, -1 << 63), (1 << 63) - 1)


def _ratio(part, whole):
    return float(part) / float(whole) if whole > 0 else math.nan


DERIVED = (
    (OBJECT, "age", C_DURATION, 2, Source.elapsed),
    (OPERATION, "elapsed", C_DURATION, 2, Source.elapsed),
    (OPERATION, "quiet", C_DURATION, 2,
     lambda s: 0 if s.over else s.since(s[5] or s.start)),
    (STEP, "elapsed", C_DURATION, 2, Source.elapsed),
    (HEARTBEAT, "age", C_DURATION, 2, lambda s: s.since(s.last_beat())),
    (HEARTBEAT, "verdict", C_ENUM, 0, Source.verdict),
    (QUEUE, "depth", C_GAUGE, 0, lambda s: s.ahead(1, 2)),
    (QUEUE, "in_flight", C_GAUGE, 0, lambda s: s.ahead(2, 3)),
    (QUEUE, "oldest_age", C_DURATION, 2, lambda s: s.since(s[6])),
    (CACHE, "hit_rate", C_FLOAT, 4,
     lambda s: _ratio(s[3], float(s[3]) + float(s[4]))),
    (LIMIT, "used", C_FLOAT, 4, lambda s: _ratio(s[2], s[1])),
    (LIMIT, "waiting_for", C_DURATION, 2,
     lambda s: s.since(s[6]) if s[3] else 0),
    (WORKER, "elapsed", C_DURATION, 2, lambda s: s.since(s[2])),
    (PAIR, "held", C_DURATION, 2, Source.elapsed),
    (SCHEDULE, "due_in", C_SIGNED, 2, Source.due_in),
    (ERROR, "age", C_DURATION, 2, lambda s: s.since(s[3])),
    (ERROR, "first", C_TIME, 0,
     lambda s: s.region.stamp_real_ns(s.start)),
)


def derived_columns(shape, columns):
    """Those that a reader adds; a stored one of the same name stands."""
    names = {column["name"] for column in columns}
    return [{"name": name, "help": "", "kind": kind, "unit": unit, "level": 0,
             "flags": 0, "fill": fill}
            for of, name, kind, unit, fill in DERIVED
            if of == shape and name not in names]


GOING, RESTING, OVER = 0, 1, 2  # what is going on comes before what is over


def _sort_key(shape, source):
    if shape == STEP:
        return GOING, MASK - source.start, MASK - source[1]
    if shape == ERROR:
        return GOING, MASK - source[3]
    if source.over:
        return OVER, MASK - source.end
    if shape == HEARTBEAT:
        due = source[3] + source.region.stamp_mono_ns(source.last_beat())
        return RESTING if source[3] == 0 else GOING, min(due, MASK)
    if shape == WORKER:
        return (GOING, source[2]) if source[1] else (RESTING, 0)
    return GOING, source.start


def natural_order(region, shape, rows):
    """The rows, which come by slot, as people want them."""
    if shape in (PLAIN, QUEUE, CACHE, LIMIT, SCHEDULE):
        return rows
    return sorted(rows, key=lambda row: _sort_key(shape, Source(region, row)))
