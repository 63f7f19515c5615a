"""What people ask of a region: the same of its present and of its past."""

from .events import Events
from .histogram import histogram_numbers
from .layout import *
from .shapes import SHAPES, Source, natural_order
from .text import safe


class View:
    """A frame of a region: schema with values, header, `now_ns`, `file`."""

    # ---- what people ask for

    def profiles(self):
        """Live profiles in the order of their registration."""
        return [{"path": p["path"], "description": p["description"],
                 "help": p["help"],
                 "level": LEVELS.get(p["level"], "debug")}
                for p in self.schema.profiles.values()]

    def metrics(self):
        """All metrics of this frame, with their values."""
        result = []
        for profile in self.schema.profiles.values():
            for metric in profile["metrics"]:
                item = {
                    "profile": profile["path"], "name": metric["name"],
                    "labels": dict(metric["labels"]),
                    "kind": METRIC_KINDS[metric["kind"]],
                    "unit": UNITS.get(metric["unit"]),
                    "level": LEVELS.get(metric["level"], "debug"),
                    "help": metric["help"], "value": metric["value"],
                }
                if metric["high"] is not None:
                    item["peak"] = metric["high"][0]
                    item["peak_ns"] = self.stamp_real_ns(metric["high"][1])
                if metric["kind"] == HISTOGRAM:
                    item.update(histogram_numbers(metric))
                    item["buckets"] = list(metric["buckets"])
                result.append(item)
        return result

    def tables(self, secrets=False):
        """All tables of this frame; cells as Python values by column name."""
        result = []
        for profile in self.schema.profiles.values():
            table = profile["table"]
            if table is None:
                continue
            columns = [c for c in table["columns"]
                       if secrets or not c["flags"] & COLUMN_SECRET]
            rows = [(row, Source(self, row)) for row in table["rows"]]
            result.append({
                "profile": profile["path"],
                "shape": SHAPES[table["shape"]][0],
                "columns": [{"name": c["name"],
                             "kind": COLUMN_TYPES.get(c["kind"], "unknown"),
                             "unit": UNITS.get(c["unit"]), "help": c["help"]}
                            for c in table["columns"]],
                "rows": [{"id": row_id(slot, data), "state": state,
                          "started_ns": self.stamp_real_ns(source.start),
                          "ended_ns": self.stamp_real_ns(source.end)
                          if source.over else 0,
                          "cells": {c["name"]: self.cell(c, source)
                                    for c in columns}}
                         for (slot, state, data), source in rows],
                "capacity": table["capacity"],
                "dropped": table["drop_rows"] + table["drop_busy"],
            })
        return result

    def cell(self, column, source):
        """One cell: int, float, bool, str or bytes; times in ns since 1970,
        references as Reference or None."""
        if "fill" in column:
            return column["fill"](source)
        at = column["text_offset"] // 8
        return self.plain(column, source.words[column["word"]],
                           source.words[at:at + column["width"] // 8])[0]

    def plain(self, column, word, text):
        """A value and whether it was cut."""
        kind = column["kind"]
        if kind == C_SIGNED:
            return signed(word), False
        if kind == C_FLOAT:
            return double(word), False
        if kind == C_BOOL:
            return word != 0, False
        if kind == C_TIME:
            return self.stamp_real_ns(word), False
        if kind == C_ENUM:
            names = column["names"]
            return names[word] if word < len(names) else word, False
        if kind == C_REFERENCE:
            return self.reference(word), False
        if kind not in (C_TEXT, C_BLOB):
            return word, False
        length = word & TEXT_LENGTH_MASK
        raw = text.tobytes()[:length]
        cut = word & TEXT_CUT != 0 or len(raw) < length
        return safe(raw) if kind == C_TEXT else raw, cut

    def reference(self, word):
        """What a reference refers to [8.1]; None for nothing."""
        if word == 0:
            return None
        slot = word >> REFERENCE_SLOT & SLOT_MASK
        generation = word & GENERATION_MASK
        table = self.schema.numbered.get(word >> REFERENCE_TABLE)
        for row in table["rows"] if table is not None else ():
            found = U64.unpack_from(row[2])[0]
            if row[0] == slot and found & GENERATION_MASK == generation:
                state = "finished" if row[1] == "finished" else "live"
                return Reference(table["path"], slot, found, state)
        return Reference(table["path"] if table is not None else "?",
                         slot, generation, "gone")

    def events(self, secrets=False):
        """All events that are still there, the oldest first [8.4]."""
        return [event.tell() for event in self.take_events(secrets)]

    def take_events(self, secrets=False):
        """The same as objects, of which can be asked more."""
        return Events(self, secrets).take()

    def order_rows(self):
        """The rows of all tables, as people want them [8.3]."""
        for profile in self.schema.profiles.values():
            table = profile["table"]
            if table is not None:
                table["rows"] = natural_order(
                    self, table["shape"], table["rows"])

    def summary(self):
        """Names and values of the summary page [4]."""
        page = self.file.read(SUMMARY_OFFSET, HEADER_SIZE)
        count = min(U64.unpack_from(page)[0], SUMMARY_SLOTS)
        result = {}
        for slot in range(count):
            at = 64 + 64 * slot
            name = page[at + 8:at + 64].split(b"\0", 1)[0]
            result[safe(name)] = U64.unpack_from(page, at)[0]
        return result

    def stamp_mono_ns(self, stamp):
        """A stamp on the writer's CLOCK_MONOTONIC [9]; 0 is never."""
        header = self.header
        if stamp == 0 or header["clock_kind"] == CLOCK_MONOTONIC:
            return stamp
        distance = signed((stamp - header["clock_stamp"]) & MASK)
        return clamp(header["clock_mono_ns"]
                      + (distance * header["clock_mult"] >> 32))

    def stamp_real_ns(self, stamp):
        if stamp == 0:
            return 0
        header = self.header
        return clamp(header["clock_real_ns"] + self.stamp_mono_ns(stamp)
                      - header["clock_mono_ns"])


class Reference:
    """A row that something refers to: where, and live, finished or gone."""

    def __init__(self, path, slot, generation, state):
        self.path, self.slot, self.generation = path, slot, generation
        self.state = state

    def __str__(self):
        return "%s[%d.%d]" % (self.path, self.slot, self.generation)


def row_id(slot, data):
    """slot.generation: one object, not the next that has the same slot."""
    return "%d.%d" % (slot, U64.unpack_from(data)[0])
