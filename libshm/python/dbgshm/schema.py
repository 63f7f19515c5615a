"""What exists in a region: its descriptors, checked [6, 12.5, 12.6]."""

from .layout import *
from .shapes import PLAIN, SHAPES, derived_columns, shape_fits
from .text import safe


def _is_live(_, state):
    return state == DESC_LIVE


class Schema:
    """Profiles by their offset, with their metrics, tables and logs.

    live(offset, state) says which descriptors there are: those that are LIVE,
    or those that were at a moment of the past.
    """

    def __init__(self, layout, descriptors, strings, live=_is_live):
        self.sections, self.minor = layout.sections, layout.header["minor"]
        self.strings, self._live = strings, live
        self.profiles, self.numbered, self.kinds, self.logs = {}, {}, {}, []
        self.places = {}  # of tables among all tables, removed ones included
        self.faults = []
        self._text_budget = TEXT_BUDGET
        self._parse(descriptors)

    def _fault(self, offset, text):
        if len(self.faults) < 1000:
            self.faults.append((offset, text))

    def _text(self, offset, length, at=0):
        """A text of the strings section, as bytes; None when it is not one."""
        self._text_budget -= length
        if (length and (offset < STRINGS_FIRST or offset > len(self.strings)
                        or length > len(self.strings) - offset)
                or self._text_budget < 0):
            self._fault(at, "a text lies outside of the strings")
            return None
        return self.strings[offset:offset + length]

    def _name(self, offset, length, at, pattern):
        """A text that people type: of the right characters, or None."""
        text = self._text(offset, length, at)
        if text is not None and not pattern.fullmatch(text):
            self._fault(at, "a name is malformed")
            return None
        return text

    def _parse(self, raw):
        """Walks the descriptors; profiles come before what is in them."""
        base = self.sections.get(DESCRIPTORS, (0, 0, 0))[0]
        self._taken = {
            kind: bytearray(self.sections.get(kind, (0, 0, 0))[1] // 8)
            for kind in (GAUGES, SHARDS)
        }
        self._table_bytes_left = self.sections.get(TABLES, (0, 0, 0))[1]
        self._ring_bytes_left = self.sections.get(RINGS, (0, 0, 0))[1]
        kinds = [DESC_METRIC, DESC_TABLE]
        if self.minor > 0:
            kinds += [DESC_LOG, DESC_EVENT]
        at = DESC_FIRST
        found = []
        while at + DESC.size <= len(raw):
            kind, size8, state, generation, parent = DESC.unpack_from(raw, at)
            size = size8 * 8
            if size < DESC.size or size > len(raw) - at:
                self._fault(base + at, "a descriptor reaches past the end")
                break
            if self._live(at, state):
                if len(found) + len(self.profiles) >= RECORDS_MAX:
                    self._fault(base + at, "more than this reader looks at")
                    break
                if kind == DESC_PROFILE and size >= PROFILE.size:
                    self._parse_profile(raw, at, base, generation)
                elif kind in kinds:
                    found.append((kind, at, size, parent * 8, generation))
            if kind == DESC_TABLE:
                self.places[at] = len(self.places)
            at += size
        for kind, at, size, parent, generation in found:
            profile = self.profiles.get(parent)
            if profile is None:
                self._check_orphan(raw, at, base, parent)
            elif kind == DESC_METRIC and size >= METRIC.size:
                self._parse_metric(raw, at, base, profile, generation)
            elif kind == DESC_TABLE and size >= TABLE.size:
                self._parse_table(raw, at, size, base, profile, generation)
            elif kind == DESC_LOG and size >= LOG.size:
                self._parse_log(raw, at, base, profile)
        for kind, at, size, parent, generation in found:
            profile = self.profiles.get(parent)
            if (kind == DESC_EVENT and size >= EVENT.size
                    and profile is not None):
                self._parse_kind(raw, at, size, base, profile)

    def _check_orphan(self, raw, at, base, parent):
        """A profile that is not live is no fault, anything else is."""
        if parent + DESC.size <= len(raw):
            if DESC.unpack_from(raw, parent)[0] == DESC_PROFILE:
                return
        self._fault(base + at, "belongs to no profile")

    def _parse_profile(self, raw, at, base, generation):
        (path, path_length, description_length, description, help_offset,
         help_length, level, _) = PROFILE.unpack_from(raw, at)
        where = base + at
        texts = [self._name(path, min(path_length, PATH_MAX + 1), where, PATH),
                 self._text(description, description_length, where),
                 self._text(help_offset, help_length, where)]
        if None in texts:
            return
        self.profiles[at] = {
            "path": safe(texts[0]), "description": safe(texts[1]),
            "help": safe(texts[2]), "level": level, "generation": generation,
            "metrics": [], "table": None, "log": None, "id": at,
        }

    def _parse_metric(self, raw, at, base, profile, generation):
        (name, name_length, labels_length, labels, help_offset, help_length,
         kind, unit, level, sub_bits, cell, cells, highest,
         peak) = METRIC.unpack_from(raw, at)
        if kind not in METRIC_KINDS:
            return
        where = base + at
        texts = [self._name(name, name_length, where, WORD),
                 self._name(labels, labels_length, where, LABELS),
                 self._text(help_offset, help_length, where)]
        if None in texts:
            return
        taken = self._taken[GAUGES if kind in (GAUGE, FLOAT) else SHARDS]
        wanted = {UPDOWN: 2}.get(kind, 1)
        if kind == HISTOGRAM:
            if sub_bits != SUB_BITS:
                return
            wanted = cells
            if not HISTOGRAM_BUCKETS < cells <= (HISTOGRAM_BUCKETS
                                                 + BUCKETS_MAX):
                self._fault(where, "a histogram of %d cells" % cells)
                return
        if cells != wanted or cell < SINK or cell + wanted > len(taken):
            self._fault(where, "the cells of a metric lie outside")
            return
        if any(taken[cell:cell + wanted]):
            self._fault(where, "the cells of a metric are another's too")
            return
        taken[cell:cell + wanted] = b"\1" * wanted
        profile["metrics"].append({
            "name": safe(texts[0]), "labels": _labels(texts[1]),
            "help": safe(texts[2]), "kind": kind, "unit": unit,
            "level": level, "generation": generation, "id": at,
            "cell": cell,
            "cells": wanted, "highest": highest,
            "peak": self._check_peak(where, kind, peak),
        })

    def _check_peak(self, where, kind, peak):
        """A high-water mark that is wrong is none [7.4]."""
        if self.minor == 0 or peak == 0:
            return 0
        taken = self._taken[GAUGES]
        if (kind not in (GAUGE, FLOAT, UPDOWN) or peak < SINK
                or peak + 2 > len(taken) or any(taken[peak:peak + 2])):
            self._fault(where, "a high-water mark lies outside")
            return 0
        taken[peak:peak + 2] = b"\1\1"
        return peak

    def _parse_table(self, raw, at, size, base, profile, generation):
        (capacity, column_count, column_size, stride, shape, number, data,
         data_size) = TABLE.unpack_from(raw, at)
        where = base + at
        offset, used, _ = self.sections.get(TABLES, (0, 0, 0))
        sequences = (capacity * 8 + 63) & ~63
        end = TABLE_HEAD + sequences + capacity * stride
        words = 8 * (ROW_WORDS + column_count)
        self._table_bytes_left -= end
        if (not 1 <= capacity <= ROWS_MAX
                or not 1 <= column_count <= COLUMNS_MAX
                or column_size < COLUMN_SIZE or column_size % 8
                or TABLE.size + column_count * column_size > size
                or stride % 64 or not words <= stride <= ROW_STRIDE_MAX
                or data % 64 or data_size < end
                or not offset <= data <= offset + used
                or data_size > offset + used - data
                or self._table_bytes_left < 0
                or profile["table"] is not None):
            self._fault(where, "the numbers of a table contradict each other")
            return
        columns = []
        for index in range(column_count):
            column = self._parse_column(
                raw, at + TABLE.size + index * column_size, base, words,
                stride)
            if column is not None:
                column["word"] = ROW_WORDS + index
                columns.append(column)
        if self.minor == 0:
            shape = number = 0
        if not shape_fits(shape, columns):
            if shape < len(SHAPES) or self.minor <= MINOR:
                self._fault(where, "the columns do not fit the shape")
            shape = PLAIN
        profile["table"] = {
            "columns": columns + derived_columns(shape, columns),
            "capacity": capacity, "stride": stride,
            "data": data, "sequences": sequences, "generation": generation,
            "id": at, "shape": shape, "path": profile["path"],
            "place": self.places[at],
        }
        if number in self.numbered:
            self._fault(where, "the number of a table is another's too")
        elif number != 0:
            self.numbered[number] = profile["table"]

    def _parse_log(self, raw, at, base, profile):
        count, size, data, data_size = LOG.unpack_from(raw, at)
        offset, used, _ = self.sections.get(RINGS, (0, 0, 0))
        self._ring_bytes_left -= data_size
        if (not 1 <= count <= RINGS_MAX
                or not RING_SIZE_MIN <= size <= RING_SIZE_MAX
                or size & (size - 1) or data % 64
                or data_size < count * (RING.size + size)
                or not offset <= data <= offset + used
                or data_size > offset + used - data
                or self._ring_bytes_left < 0 or len(self.logs) >= LOGS_MAX
                or profile["log"] is not None):
            self._fault(base + at, "the numbers of a log contradict each "
                        "other")
            return
        profile["log"] = {"path": profile["path"], "id": at, "data": data,
                          "rings": count, "size": size}
        self.logs.append(profile["log"])

    def _parse_kind(self, raw, at, size, base, profile):
        (name, name_length, number, text, text_length, severity,
         count) = EVENT.unpack_from(raw, at)
        where = base + at
        if (count > FIELDS_MAX or EVENT.size + count * COLUMN.size > size
                or number < EVENT_FIRST or severity >= len(SEVERITIES)
                or profile["log"] is None or number in self.kinds):
            self._fault(where, "the numbers of an event contradict each "
                        "other")
            return
        texts = [self._name(name, name_length, where, WORD),
                 self._text(text, text_length, where)]
        fields = [self._parse_column(
            raw, at + EVENT.size + index * COLUMN.size, base, None, None)
            for index in range(count)]
        if None in texts or None in fields:
            return
        self.kinds[number] = {"name": safe(texts[0]), "text": texts[1],
                               "severity": severity, "fields": fields}

    def _parse_column(self, raw, at, base, words, stride):
        (name, name_length, kind, unit, help_offset, help_length, flags, level,
         width, names_length, names, text_offset) = COLUMN.unpack_from(raw, at)
        if kind not in COLUMN_TYPES:
            return None
        where = base + at
        texts = [self._name(name, name_length, where, WORD),
                 self._text(help_offset, help_length, where),
                 self._text(names, names_length if kind == C_ENUM else 0,
                            where)]
        if None in texts:
            return None
        if words is not None and kind in (C_TEXT, C_BLOB) and (
                width == 0 or width % 8 or text_offset % 8
                or text_offset < words or text_offset + width > stride):
            self._fault(where, "a text column lies outside of the row")
            return None
        return {
            "name": safe(texts[0]), "help": safe(texts[1]), "kind": kind,
            "unit": unit, "level": level, "flags": flags, "width": width,
            "text_offset": text_offset,
            "names": [safe(n) for n in texts[2].split(b"\0")[:-1]],
        }


def _labels(raw):
    """key NUL value NUL key NUL value NUL ... as pairs of safe text."""
    parts = raw.split(b"\0")[:-1]
    return [(safe(key), safe(value))
            for key, value in zip(parts[::2], parts[1::2])]
