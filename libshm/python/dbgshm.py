#!/usr/bin/env python3
"""dbgshm - reads regions of libdbgshm, with the standard library alone.

Written from FORMAT.md, section by section; the numbers in brackets below are
sections of that page.  A reader opens read-only, copies, checks the copy and
uses the copy; nothing in a file can make it work for long or raise anything
but dbgshm.Error.

    import dbgshm
    with dbgshm.open(4242) as region:       # pid, process name or path
        for metric in region.metrics():
            print(metric["profile"], metric["name"], metric["value"])
        for event in region.events():       # the oldest first
            print(event["time_ns"], event["profile"], event["text"])
        region.refresh()                    # the next frame

    python3 dbgshm.py TARGET                # as: dbgtop show TARGET -j
    python3 dbgshm.py --log TARGET          # as: dbgtop log TARGET -O jsonl
    python3 dbgshm.py --list                # as: dbgtop list -j

All text that comes out is safe to print.
"""

import array
import builtins
import errno
import fcntl
import heapq
import math
import os
import pwd
import re
import stat
import struct
import sys
import time
import unicodedata

__all__ = ["Error", "Events", "Region", "open", "list_regions", "safe"]

# ---- constants [2, 3, 5, 6, 7, 8, 11] -------------------------------------

MAGIC = 0x0A314D4853474244
BYTE_ORDER = 0x0102030405060708
MAJOR = 1
MINOR = 2
HEADER_SIZE = 4096
SUMMARY_OFFSET = 4096
SUMMARY_SLOTS = 32
SECTIONS_OFFSET = 8192
SECTION_SLOTS = 16
SECTION_SIZE = 32
SHARD_SLOTS = 64

DESCRIPTORS, STRINGS, GAUGES, SHARDS, TABLES, RINGS = 1, 2, 3, 4, 5, 6
KIND_OWN, KIND_WATCHED = 1, 2
CLOCK_MONOTONIC, CLOCK_TSC = 1, 2
FLAG_UNNAMED = 2
SUBJECT_RUNNING, SUBJECT_EXITED, SUBJECT_REPLACED = 1, 2, 3
REASON_NO_LOCK = 13

DESC_PROFILE, DESC_METRIC, DESC_TABLE, DESC_LOG, DESC_EVENT = 1, 2, 3, 4, 5
DESC_LIVE = 1
DESC_FIRST = 64
STRINGS_FIRST = 64
SINK = 8
PATH_MAX = 255

WORD = re.compile(rb"[a-z0-9_.-]+")
PATH = re.compile(rb"(?=.{1,255}$)[a-z0-9_.-]+(/[a-z0-9_.-]+)*")
DIRECTORY_NAME = re.compile(r"dbgtop-([0-9]{1,10})(-[0-9a-f]{8})?")
LABELS = re.compile(rb"([a-zA-Z0-9_]+\0[^\0]*\0){0,64}")

COUNTER, GAUGE, FLOAT, UPDOWN, HISTOGRAM = 1, 2, 3, 4, 5
METRIC_KINDS = {COUNTER: "counter", GAUGE: "gauge", FLOAT: "float",
                UPDOWN: "updown", HISTOGRAM: "histogram"}
UNITS = {0: None, 1: "bytes", 2: "ns", 3: "percent", 4: "ratio", 5: "hertz",
         6: "celsius"}
LEVELS = {0: "normal", 1: "detail", 2: "debug"}
SUB_BITS = 5
HISTOGRAM_SUM, HISTOGRAM_MAX, HISTOGRAM_BUCKETS = 0, 1, 2
BUCKETS_MAX = 1920

(C_COUNTER, C_GAUGE, C_SIGNED, C_FLOAT, C_TEXT, C_TIME, C_DURATION, C_ENUM,
 C_BOOL, C_BLOB, C_REFERENCE) = range(1, 12)
COLUMN_TYPES = {C_COUNTER: "counter", C_GAUGE: "gauge", C_SIGNED: "signed",
                C_FLOAT: "float", C_TEXT: "text", C_TIME: "time",
                C_DURATION: "duration", C_ENUM: "enum", C_BOOL: "bool",
                C_BLOB: "blob", C_REFERENCE: "reference"}
COLUMN_SECRET = 1
COLUMNS_MAX = 64
COLUMN_SIZE = 32
ROWS_MAX = 1 << 20
ROW_STRIDE_MAX = 65536
ROW_WORDS = 4
TABLE_HEAD = 64
TEXT_LENGTH_MASK = 0xFFFF
TEXT_CUT = 1 << 32
SEQ_BUSY, SEQ_STATE_SHIFT, SEQ_STATE_MASK = 1, 1, 6
ROW_FREE, ROW_LIVE, ROW_FINISHED = 0, 1, 2
REFERENCE_TABLE, REFERENCE_SLOT = 48, 28
SLOT_MASK, GENERATION_MASK = 0xFFFFF, 0xFFFFFFF
SEVERITIES = ("debug", "info", "warn", "error")
FIELDS_MAX = 16
RINGS_MAX = 64
RING_SIZE_MIN, RING_SIZE_MAX = 2048, 16 << 20
RING_HEAD_SHIFT = 10
RECORD_LENGTH_MASK = 0x3FF
RECORD_BEFORE, RECORD_SEVERITY, RECORD_EVENT, RECORD_NUMBER = 10, 20, 24, 40
RECORD_WORDS, RECORD_WORDS_MAX = 2, 128
EVENT_PAD, EVENT_MESSAGE, EVENT_FIRST = 0, 1, 2
NUMBERS = 1 << 24  # of records, before they begin again

BASE_DIRECTORY = "/dev/shm"
DIRECTORY_PREFIX = "dbgtop-"
FILE_SUFFIX = ".dbg"

# What this reader allows itself [12.7].
FILE_MAX = 8 << 30  # most of it holes
FILLED_MAX = 256 << 20
SCHEMA_MAX = 64 << 20
RINGS_FILLED_MAX = 256 << 20
LOGS_MAX = 1024
RECORDS_MAX = 1 << 18
TEXT_BUDGET = 64 << 20
EVENT_TEXT_MAX = 4095  # bytes of the text of an event
TRIES = 4

MASK = (1 << 64) - 1
U64 = struct.Struct("=Q")

HEADER = struct.Struct(
    "=QQHHIQQIIIIQIIQIIQ16sQQQQQQQIIIIIIQQ64s")
HEADER_NAMES = (
    "magic byte_order major minor header_size features file_size "
    "section_count section_size kind flags random_id subject_pid subject_uid "
    "subject_start writer_pid writer_uid writer_start boot_id pid_namespace "
    "mount_namespace time_namespace created_mono_ns created_boot_ns "
    "created_real_ns exe_hash exe_offset exe_length version_offset "
    "version_length clock_kind shard_count shard_stride tick_period_ns name"
).split()
HEADER_SECTIONS = 512
CHANGING = struct.Struct("=14Q")
CHANGING_OFFSET = 1024
CHANGING_NAMES = (
    "schema_generation shards_ready tick_count tick_late tick_cost_ns "
    "heartbeat subject_state subject_exit_real_ns exit_real_ns reason "
    "drop_registrations drop_rows drop_busy bytes_used"
).split()
CLOCK = struct.Struct("=6Q")
CLOCK_OFFSET = 1152
CLOCK_NAMES = ("clock_sequence clock_stamp clock_mono_ns clock_boot_ns "
               "clock_real_ns clock_mult").split()
SECTION = struct.Struct("=IIQQQ")
DESC = struct.Struct("=HHIII")
PROFILE = struct.Struct("=16xIHHIIHBB28x")
METRIC = struct.Struct("=16xIHHIIHBBBB2xIIQI4x")
TABLE = struct.Struct("=16xIHHIHHQQ16x")
LOG = struct.Struct("=16xIIQQ24x")
EVENT = struct.Struct("=16xIHHIHBB32x")
RING = struct.Struct("=6Q16x")
COLUMN = struct.Struct("=IHBBIHBBHHII4x")


class Error(Exception):
    """What is wrong, as one sentence; `code` is the exit status for it."""

    def __init__(self, text, code):
        super().__init__(text)
        self.code = code


NO_TARGET, NOT_PERMITTED, DAMAGED = 3, 4, 5

# ---- text made safe [12.9] -------------------------------------------------

INVISIBLE = (
    (0x80, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605),
    (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891),
    (0x8E2, 0x8E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF), (0x110BD, 0x110BD),
    (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0x10FFFE, 0x10FFFF),
)
COMBINING_MAX = 2


def _takes_no_column(char):
    code = ord(char)
    return (unicodedata.category(char) in ("Mn", "Me", "Cf")
            or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FB)


def _printable(char):
    code = ord(char)
    return (unicodedata.category(char) not in ("Cn", "Cc", "Cs", "Zl", "Zp")
            and not any(low <= code <= high for low, high in INVISIBLE))


def safe(raw):
    """Bytes of unknown origin as one line of printable characters."""
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("ascii")
        if text.isprintable():
            return text
    except UnicodeDecodeError:
        pass
    out = []
    marks = COMBINING_MAX  # nothing to sit on yet
    # What is not UTF-8 comes out as lone surrogates, one for each byte.
    for char in raw.decode("utf-8", "surrogateescape"):
        code = ord(char)
        if code < 0x20 or code == 0x7F or 0xDC80 <= code <= 0xDCFF:
            out.append("\\x%02x" % (code & 0xFF))
            marks = 0
        elif code < 0x7F:
            out.append(char)
            marks = 0
        elif not _printable(char):
            out.append("\\u{%x}" % code)
            marks = 0
        elif not _takes_no_column(char):
            out.append(char)
            marks = 0
        elif marks < COMBINING_MAX:
            out.append(char)
            marks += 1
        else:  # refused, and so is the next one
            out.append("\\u{%x}" % code)
    return "".join(out)


# ---- histograms [7.3] -------------------------------------------------------


def bucket_low(bucket):
    if bucket < 64:
        return bucket
    return (bucket % 32 + 32) << (bucket // 32 - 1)


def bucket_high(bucket):
    return MASK if bucket >= BUCKETS_MAX - 1 else bucket_low(bucket + 1) - 1


def quantile(buckets, largest, q):
    """The q-quantile as section 7.3 says, 0 when there are no values."""
    count = sum(buckets) & MASK
    if count == 0:
        return 0
    rank = min(max(math.ceil(q * float(count)), 1), count)
    below = 0
    for bucket, values in enumerate(buckets):
        below += values
        if below >= rank:
            break
    low, high = bucket_low(bucket), bucket_high(bucket)
    middle = low + (high - low) // 2
    if largest < low:
        return middle
    if largest <= high:
        return largest if rank == count or largest < middle else middle
    return largest if bucket == len(buckets) - 1 else middle


# ---- shapes [8.2, 8.3] -------------------------------------------------------

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
        return max(_signed((self[first] - self[second]) & MASK), 0)

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


# ---- a region ----------------------------------------------------------------


class Region:
    """One open region and the newest frame of it."""

    def __init__(self, path=None, descriptor=None):
        """Takes the descriptor over, also on failure."""
        self.path = path or ""
        self._fd = _open_file(path) if descriptor is None else descriptor
        try:
            self.faults = []
            self._last_rows = {}
            self._schema_generation = None
            self._host = None
            self.refresh()
        except BaseException:
            self.close()
            raise

    def close(self):
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def fileno(self):
        return self._fd

    # ---- bytes [12.3]

    def _read(self, offset, size):
        """Exactly size bytes; what the file does not have is an error."""
        parts = []
        while size > 0:
            try:
                part = os.pread(self._fd, size, offset)
            except OSError as problem:
                raise Error(_strerror(problem), DAMAGED) from None
            if not part:
                raise Error("truncated at byte %d" % offset, DAMAGED)
            parts.append(part)
            offset += len(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _fault(self, offset, text):
        if len(self.faults) < 1000:
            self.faults.append((offset, text))

    # ---- header [3]

    def _read_header(self):
        status = os.fstat(self._fd)
        if not stat.S_ISREG(status.st_mode):
            raise Error("not a regular file", DAMAGED)
        if status.st_size == 0:
            raise Error("empty file", DAMAGED)
        if status.st_nlink > 1:
            raise Error("a region has one name, this file has more", DAMAGED)
        if status.st_size > FILE_MAX:
            raise Error("larger than a region may be", DAMAGED)
        page = self._read(0, min(HEADER_SIZE, status.st_size))
        if len(page) < 16:
            raise Error("not a region", DAMAGED)
        magic, order = struct.unpack_from("=QQ", page)
        if order == int.from_bytes(BYTE_ORDER.to_bytes(8, "big"), "little"):
            raise Error("a region of a machine with the other byte order",
                        DAMAGED)
        if magic == 0 and order == BYTE_ORDER:
            raise Error("not ready yet", DAMAGED)
        if magic != MAGIC or order != BYTE_ORDER:
            raise Error("not a region", DAMAGED)
        if status.st_size < SECTIONS_OFFSET:
            raise Error("truncated at byte %d" % status.st_size, DAMAGED)
        header = dict(zip(HEADER_NAMES, HEADER.unpack_from(page)))
        header.update(zip(CHANGING_NAMES,
                          CHANGING.unpack_from(page, CHANGING_OFFSET)))
        if header["major"] != MAJOR:
            raise Error("format version %d.%d; this reader knows %d"
                        % (header["major"], header["minor"], MAJOR), DAMAGED)
        if header["features"] & 0xFFFFFFFF:
            raise Error("needs features that this reader does not have",
                        DAMAGED)
        if (header["header_size"] < HEADER_SIZE
                or header["section_size"] < SECTION_SIZE
                or header["section_count"] > SECTION_SLOTS
                or HEADER_SECTIONS + header["section_count"]
                * header["section_size"] > CHANGING_OFFSET):
            raise Error("the header contradicts itself", DAMAGED)
        header["name"] = header["name"].split(b"\0", 1)[0]
        self.header = header
        self.size = min(status.st_size, header["file_size"])
        self.owner = status.st_uid
        self._read_sections(page)

    def _read_sections(self, page):
        header = self.header
        self.sections = {}
        for slot in range(header["section_count"]):
            at = HEADER_SECTIONS + slot * header["section_size"]
            kind, _, offset, size, used = SECTION.unpack_from(page, at)
            last = RINGS if header["minor"] > 0 else TABLES
            if kind == 0 or kind > last or kind in self.sections:
                continue
            if kind == RINGS and used > RINGS_FILLED_MAX:
                self._fault(at, "more bytes of rings than this reader reads")
                continue
            stride, count = size, 1
            if kind == SHARDS:
                stride, count = header["shard_stride"], header["shard_count"]
                if (not 1 <= count <= SHARD_SLOTS or stride % 8
                        or stride * count > size):
                    self._fault(at, "shards do not fit into their section")
                    continue
            if offset < SECTIONS_OFFSET or offset % 8 or used > stride:
                self._fault(at, "section %d contradicts itself" % kind)
                continue
            if offset + stride * (count - 1) + used > self.size:
                if kind != SHARDS or offset + used > self.size:
                    self._fault(at, "section %d ends behind the file" % kind)
                    continue
            self.sections[kind] = (offset, used, stride)
        filled = sum(
            used * (header["shard_count"] if kind == SHARDS else 1)
            for kind, (_, used, _) in self.sections.items()
            if kind != RINGS)
        if filled > FILLED_MAX or any(
                self.sections.get(kind, (0, 0, 0))[1] > SCHEMA_MAX
                for kind in (DESCRIPTORS, STRINGS)):
            raise Error("more bytes than this reader looks at", DAMAGED)

    def _read_clock(self):
        """The five words that belong together [9]."""
        for _ in range(TRIES):
            first = CLOCK.unpack(self._read(CLOCK_OFFSET, CLOCK.size))
            again = U64.unpack(self._read(CLOCK_OFFSET, 8))[0]
            if first[0] == again and not first[0] & 1:
                break
        self.header.update(zip(CLOCK_NAMES, first))

    # ---- schema [5, 6, 10]

    def _bytes_of(self, kind):
        offset, used, _ = self.sections.get(kind, (0, 0, 0))
        return self._read(offset, used) if used else b""

    def _read_schema(self):
        for _ in range(TRIES):
            self.faults = []
            self._read_header()
            generation = self.header["schema_generation"]
            if generation == self._schema_generation:
                return
            descriptors = self._bytes_of(DESCRIPTORS)
            strings = self._bytes_of(STRINGS)
            self._strings = strings
            self._text_budget = TEXT_BUDGET
            self._parse(descriptors)
            after = U64.unpack(self._read(CHANGING_OFFSET, 8))[0]
            if after == generation:
                break
        else:
            # Records never change once they are there, only states do [10].
            if self.faults:
                raise Error("what exists keeps changing; try again", DAMAGED)
            generation = None
        self._schema_faults = self.faults
        self._schema_generation = generation

    def _text(self, offset, length, at=0):
        """A text of the strings section, as bytes; None when it is not one."""
        self._text_budget -= length
        if (length and (offset < STRINGS_FIRST or offset > len(self._strings)
                        or length > len(self._strings) - offset)
                or self._text_budget < 0):
            self._fault(at, "a text lies outside of the strings")
            return None
        return self._strings[offset:offset + length]

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
        self._profiles = {}
        self._taken = {
            kind: bytearray(self.sections.get(kind, (0, 0, 0))[1] // 8)
            for kind in (GAUGES, SHARDS)
        }
        self._table_bytes_left = self.sections.get(TABLES, (0, 0, 0))[1]
        self._ring_bytes_left = self.sections.get(RINGS, (0, 0, 0))[1]
        self._numbered, self._kinds, self._logs = {}, {}, []
        kinds = [DESC_METRIC, DESC_TABLE]
        if self.header["minor"] > 0:
            kinds += [DESC_LOG, DESC_EVENT]
        at = DESC_FIRST
        found = []
        while at + DESC.size <= len(raw):
            kind, size8, state, generation, parent = DESC.unpack_from(raw, at)
            size = size8 * 8
            if size < DESC.size or size > len(raw) - at:
                self._fault(base + at, "a descriptor reaches past the end")
                break
            if state == DESC_LIVE:
                if len(found) + len(self._profiles) >= RECORDS_MAX:
                    self._fault(base + at, "more than this reader looks at")
                    break
                if kind == DESC_PROFILE and size >= PROFILE.size:
                    self._parse_profile(raw, at, base, generation)
                elif kind in kinds:
                    found.append((kind, at, size, parent * 8, generation))
            at += size
        for kind, at, size, parent, generation in found:
            profile = self._profiles.get(parent)
            if profile is None:
                self._check_orphan(raw, at, base, parent)
            elif kind == DESC_METRIC and size >= METRIC.size:
                self._parse_metric(raw, at, base, profile, generation)
            elif kind == DESC_TABLE and size >= TABLE.size:
                self._parse_table(raw, at, size, base, profile, generation)
            elif kind == DESC_LOG and size >= LOG.size:
                self._parse_log(raw, at, base, profile)
        for kind, at, size, parent, generation in found:
            profile = self._profiles.get(parent)
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
        self._profiles[at] = {
            "path": safe(texts[0]), "description": safe(texts[1]),
            "help": safe(texts[2]), "level": level, "generation": generation,
            "metrics": [], "table": None, "log": None,
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
            "level": level, "generation": generation, "cell": cell,
            "cells": wanted, "highest": highest,
            "peak": self._check_peak(where, kind, peak),
        })

    def _check_peak(self, where, kind, peak):
        """A high-water mark that is wrong is none [7.4]."""
        if self.header["minor"] == 0 or peak == 0:
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
        if self.header["minor"] == 0:
            shape = number = 0
        if not shape_fits(shape, columns):
            if shape < len(SHAPES) or self.header["minor"] <= MINOR:
                self._fault(where, "the columns do not fit the shape")
            shape = PLAIN
        profile["table"] = {
            "columns": columns + derived_columns(shape, columns),
            "capacity": capacity, "stride": stride,
            "data": data, "sequences": sequences, "generation": generation,
            "id": at, "shape": shape, "path": profile["path"],
        }
        if number in self._numbered:
            self._fault(where, "the number of a table is another's too")
        elif number != 0:
            self._numbered[number] = profile["table"]

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
                or self._ring_bytes_left < 0 or len(self._logs) >= LOGS_MAX
                or profile["log"] is not None):
            self._fault(base + at, "the numbers of a log contradict each "
                        "other")
            return
        profile["log"] = {"path": profile["path"], "id": at, "data": data,
                          "rings": count, "size": size}
        self._logs.append(profile["log"])

    def _parse_kind(self, raw, at, size, base, profile):
        (name, name_length, number, text, text_length, severity,
         count) = EVENT.unpack_from(raw, at)
        where = base + at
        if (count > FIELDS_MAX or EVENT.size + count * COLUMN.size > size
                or number < EVENT_FIRST or severity >= len(SEVERITIES)
                or profile["log"] is None or number in self._kinds):
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
        self._kinds[number] = {"name": safe(texts[0]), "text": texts[1],
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

    # ---- one frame [7, 8, 12.8]

    def refresh(self):
        """Copies one frame: each value once, rows untorn."""
        self._read_schema()
        self.faults = list(self._schema_faults)
        self._read_clock()
        if self._host is None:
            self._host = _Host()
        self.frame_mono_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self.frame_real_ns = time.time_ns()
        gauges = array.array("Q", self._words(self._bytes_of(GAUGES)))
        sums, largest = self._read_shards()
        dead = None
        for profile in self._profiles.values():
            for metric in profile["metrics"]:
                self._value(metric, gauges, sums, largest)
            table = profile["table"]
            if table is not None:
                if dead is None:
                    dead = not self.locked()
                self._read_rows(table, dead)
        self._find_now()
        for profile in self._profiles.values():
            table = profile["table"]
            if table is not None:
                table["rows"] = natural_order(
                    self, table["shape"], table["rows"])

    def _find_now(self):
        """From when ages are counted, on the writer's clock [9.1]."""
        header = self.header
        end = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        if (self._host.is_boot_of(header)
                and header["time_namespace"] == self._host.time_namespace):
            limit = end
        else:
            mono, real = header["clock_mono_ns"], header["clock_real_ns"]
            if mono == 0:
                mono, real = (header["created_mono_ns"],
                              header["created_real_ns"])
            limit = _clamp(mono + self.frame_real_ns - real
                           + end - self.frame_mono_ns)
        self.now_ns = limit
        if self.writer_lives():
            return
        last = min(header["clock_mono_ns"], limit)
        for profile in self._profiles.values():
            if profile["table"] is not None:
                last = self._latest(profile["table"], last, limit)
        self.now_ns = last

    def _latest(self, table, last, limit):
        """The latest stamp of its rows, or what is later already."""
        columns = [ROW_WORDS + index for index, letter
                   in enumerate(SHAPES[table["shape"]][1]) if letter == "T"]
        for _, _, data in table["rows"]:
            for word in [1, 2] + columns:
                stamp = U64.unpack_from(data, 8 * word)[0]
                moment = self.stamp_mono_ns(stamp)
                if last < moment <= limit:
                    last = moment
        return last

    @staticmethod
    def _words(raw):
        return raw[:len(raw) & ~7]

    def _read_shards(self):
        """Sums of all cells, and the largest of those that hold a maximum."""
        offset, used, stride = self.sections.get(SHARDS, (0, 0, 0))
        count = min(self.header["shards_ready"], self.header["shard_count"])
        maxima = [metric["cell"] + HISTOGRAM_MAX
                  for profile in self._profiles.values()
                  for metric in profile["metrics"]
                  if metric["kind"] == HISTOGRAM]
        sums, largest = array.array("Q", bytes(used & ~7)), {}
        for shard in range(count if used else 0):
            at = offset + shard * stride
            if at + used > self.size:
                self._fault(at, "a shard ends behind the file")
                break
            cells = array.array("Q", self._words(self._read(at, used)))
            for cell in maxima:
                largest[cell] = max(largest.get(cell, 0), cells[cell])
            if not any(sums):
                sums = cells
            else:
                for index, value in enumerate(cells):
                    if value:
                        sums[index] = (sums[index] + value) & MASK
        return sums, largest

    @staticmethod
    def _value(metric, gauges, sums, largest):
        kind, cell, peak = metric["kind"], metric["cell"], metric["peak"]
        metric["high"] = None
        if peak and gauges[peak + 1]:
            turn = _double if kind == FLOAT else _signed
            metric["high"] = turn(gauges[peak]), gauges[peak + 1]
        if kind == GAUGE:
            metric["value"] = _signed(gauges[cell])
        elif kind == FLOAT:
            metric["value"] = _double(gauges[cell])
        elif kind == COUNTER:
            metric["value"] = sums[cell]
        elif kind == UPDOWN:
            metric["value"] = _signed((sums[cell] - sums[cell + 1]) & MASK)
        else:
            first = cell + HISTOGRAM_BUCKETS
            metric["buckets"] = list(sums[first:cell + metric["cells"]])
            metric["sum"] = sums[cell + HISTOGRAM_SUM]
            metric["max"] = largest.get(cell + HISTOGRAM_MAX, 0)
            metric["value"] = sum(metric["buckets"]) & MASK

    def _read_rows(self, table, dead):
        """Sequences, rows, sequences: equal and even means whole [8]."""
        capacity, stride = table["capacity"], table["stride"]
        first = table["data"] + TABLE_HEAD
        rows_at = first + table["sequences"]
        key = (table["id"], table["generation"])
        known = self._last_rows.get(key, {})
        before, good = self._sequences(first, capacity), {}
        pending = [slot for slot, sequence in enumerate(before)
                   if sequence & (SEQ_BUSY | SEQ_STATE_MASK)]
        after, data = before, b""
        for _ in range(TRIES if pending else 0):
            data = self._read(rows_at, capacity * stride)
            after = self._sequences(first, capacity)
            pending = [
                slot for slot in pending
                if not self._take_row(good, slot, before, after, data, stride)
            ]
            if not pending:
                break
            before = after
        table["rows"] = []
        for slot in sorted(good.keys() | set(pending)):
            row = good.get(slot)
            if row is None:
                row = self._mark_row(
                    after[slot], data[slot * stride:(slot + 1) * stride],
                    known.get(slot), dead)
            if row is not None:
                table["rows"].append((slot,) + row)
        self._last_rows[key] = {
            slot: data for slot, state, data in table["rows"]
            if state in ("live", "finished", "busy")}
        head = self._read(table["data"], 16)
        table["drop_rows"], table["drop_busy"] = struct.unpack("=QQ", head)

    def _sequences(self, offset, capacity):
        return array.array("Q", self._read(offset, capacity * 8))

    @staticmethod
    def _take_row(good, slot, before, after, data, stride):
        """Whole, or free by now: no more to do."""
        sequence = after[slot]
        state = (sequence & SEQ_STATE_MASK) >> SEQ_STATE_SHIFT
        if sequence & SEQ_BUSY or sequence != before[slot]:
            return not sequence & SEQ_BUSY and state == ROW_FREE
        if state != ROW_FREE:
            name = {ROW_LIVE: "live", ROW_FINISHED: "finished"}.get(
                state, "torn")
            good[slot] = name, data[slot * stride:(slot + 1) * stride]
        return True

    @staticmethod
    def _mark_row(sequence, data, last, dead):
        """What to say of a row that did not come out whole."""
        state = (sequence & SEQ_STATE_MASK) >> SEQ_STATE_SHIFT
        if dead:
            claimed = U64.unpack_from(data)[0] != 0
            return (("torn_at_death", data)
                    if state != ROW_FREE or claimed else None)
        if last is not None and state != ROW_FREE and last[:8] == data[:8]:
            return "busy", last
        return ("torn", data) if state == ROW_LIVE else None

    # ---- what people ask for

    def profiles(self):
        """Live profiles in the order of their registration."""
        return [{"path": p["path"], "description": p["description"],
                 "help": p["help"],
                 "level": LEVELS.get(p["level"], "debug")}
                for p in self._profiles.values()]

    def metrics(self):
        """All metrics of this frame, with their values."""
        result = []
        for profile in self._profiles.values():
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
        for profile in self._profiles.values():
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
                          "cells": {c["name"]: self._cell(c, source)
                                    for c in columns}}
                         for (slot, state, data), source in rows],
                "capacity": table["capacity"],
                "dropped": table["drop_rows"] + table["drop_busy"],
            })
        return result

    def _cell(self, column, source):
        """One cell: int, float, bool, str or bytes; times in ns since 1970,
        references as Reference or None."""
        if "fill" in column:
            return column["fill"](source)
        at = column["text_offset"] // 8
        return self._plain(column, source.words[column["word"]],
                           source.words[at:at + column["width"] // 8])[0]

    def _plain(self, column, word, text):
        """A value and whether it was cut."""
        kind = column["kind"]
        if kind == C_SIGNED:
            return _signed(word), False
        if kind == C_FLOAT:
            return _double(word), False
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
        table = self._numbered.get(word >> REFERENCE_TABLE)
        for row in table["rows"] if table is not None else ():
            found = U64.unpack_from(row[2])[0]
            if row[0] == slot and found & GENERATION_MASK == generation:
                state = "finished" if row[1] == "finished" else "live"
                return Reference(table["path"], slot, found, state)
        return Reference(table["path"] if table is not None else "?",
                         slot, generation, "gone")

    def events(self, secrets=False):
        """All events that are still there, the oldest first [8.4]."""
        return Events(self, secrets).poll()

    def summary(self):
        """Names and values of the summary page [4]."""
        page = self._read(SUMMARY_OFFSET, HEADER_SIZE)
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
        distance = _signed((stamp - header["clock_stamp"]) & MASK)
        return _clamp(header["clock_mono_ns"]
                      + (distance * header["clock_mult"] >> 32))

    def stamp_real_ns(self, stamp):
        if stamp == 0:
            return 0
        header = self.header
        return _clamp(header["clock_real_ns"] + self.stamp_mono_ns(stamp)
                      - header["clock_mono_ns"])

    # ---- liveness [11]

    def writer_lives(self):
        """Whatever has become of its subject."""
        header = self.header
        return self.locked() or (
            header["reason"] == REASON_NO_LOCK and header["exit_real_ns"] == 0
            and _is_original(self) and _runs(_process_of(header, "writer")))

    def locked(self):
        """The writer's lock is held: it lives."""
        question = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 1, 0)
        try:
            answer = fcntl.fcntl(self._fd, _F_OFD_GETLK, question)
        except OSError:
            return False
        return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK


class Reference:
    """A row that something refers to: where, and live, finished or gone."""

    def __init__(self, path, slot, generation, state):
        self.path, self.slot, self.generation = path, slot, generation
        self.state = state

    def __str__(self):
        return "%s[%d.%d]" % (self.path, self.slot, self.generation)


_F_OFD_GETLK = getattr(fcntl, "F_OFD_GETLK", 36)


def _clamp(ns):
    return min(max(ns, 1), MASK)  # 0 would say "never"


def _signed(word):
    return word - (1 << 64) if word >> 63 else word


def _double(word):
    return struct.unpack("=d", U64.pack(word))[0]


def _labels(raw):
    """key NUL value NUL key NUL value NUL ... as pairs of safe text."""
    parts = raw.split(b"\0")[:-1]
    return [(safe(key), safe(value))
            for key, value in zip(parts[::2], parts[1::2])]


def row_id(slot, data):
    """slot.generation: one object, not the next that has the same slot."""
    return "%d.%d" % (slot, U64.unpack_from(data)[0])


def histogram_numbers(metric):
    """count, sum, min, max and quantiles of a histogram."""
    buckets, largest = metric["buckets"], metric["max"]
    lowest = next((b for b, n in enumerate(buckets) if n), None)
    return {
        "count": metric["value"], "sum": metric["sum"],
        "min": 0 if lowest is None else bucket_low(lowest), "max": largest,
        "p50": quantile(buckets, largest, 0.5),
        "p90": quantile(buckets, largest, 0.9),
        "p99": quantile(buckets, largest, 0.99),
        "p999": quantile(buckets, largest, 0.999),
    }


# ---- events [8.4] -------------------------------------------------------------

MESSAGE = {"name": "message", "text": b"{text}", "fields": [
    {"name": "text", "kind": C_TEXT, "unit": 0, "flags": 0}]}
UNKNOWN = {"name": "unknown", "text": b"", "fields": []}


class _Ring:
    """Where we are in one ring, and what waits to be handed out."""

    def __init__(self, log, index):
        self.log, self.index = log, index
        self.words = log["size"] // 8
        self.offset = log["data"] + index * (RING.size + log["size"])
        self.position = self.number = self.dropped = self.lost = 0
        self.queue = []  # number, lost, words of the record; newest first
        self.fresh = 0   # how many of them came with the last poll

    def copy(self, region):
        """What is whole from our position on: the records, oldest first, the
        number of the first, that behind the last, and the position behind
        it.  None when all was overwritten meanwhile."""
        for _ in range(TRIES):
            _, limit, head, count, dropped, _ = RING.unpack(
                region._read(self.offset, RING.size))
            end = head >> RING_HEAD_SHIFT
            if end == self.position:
                return [], 0, 0, end, dropped
            position = self.position if self.position < end else 0
            first = min(max(self._lowest(limit, end), position), end)
            words = self._copy_words(region, first, end)
            _, limit, later, _, _, _ = RING.unpack(
                region._read(self.offset, RING.size))
            lowest = max(self._lowest(limit, later >> RING_HEAD_SHIFT), first)
            result = self._walk(words, head, count, (first, lowest, position))
            if result is not None:
                return result + (end, dropped)
        return None

    def _lowest(self, limit, end):
        return max(max(limit, end) - self.words, 0)

    def _copy_words(self, region, first, end):
        start, count = first % self.words, end - first
        part = min(self.words - start, count)
        at = self.offset + RING.size
        return array.array("Q", region._read(at + 8 * start, 8 * part)
                           + region._read(at, 8 * (count - part)))

    def _walk(self, words, head, count, places):
        """Back from the head, as far as records follow upon each other."""
        first, lowest, position = places
        at = end = head >> RING_HEAD_SHIFT
        length = head & RECORD_LENGTH_MASK
        behind, number, records = count, count, []
        while at > position and length:
            if length > min(at - position, 2 * RECORD_WORDS_MAX):
                break
            if at - length < lowest:
                if at == end:
                    return None
                break
            record = words[at - length - first:at - first]
            pad = record[0] >> RECORD_EVENT & 0xFFFF == EVENT_PAD
            bits = record[0] >> RECORD_NUMBER
            if at == end:
                behind = number = _nearest((bits + (not pad)) % NUMBERS, count)
            if (record[0] & RECORD_LENGTH_MASK != length
                    or (at - length) % self.words + length > self.words
                    or bits != (number - (not pad)) % NUMBERS or not pad
                    and not (RECORD_WORDS <= length <= RECORD_WORDS_MAX
                             and number > 0)):
                break
            if not pad:
                number -= 1
                records.append(record)
            at -= length
            length = record[0] >> RECORD_BEFORE & RECORD_LENGTH_MASK
        records.reverse()
        return records, number, behind


def _nearest(low, count):
    """The number with these low bits that is nearest to a count."""
    ahead = (low - count) % NUMBERS
    if ahead < NUMBERS // 2:
        return count + ahead
    behind = NUMBERS - ahead
    return count - behind if count >= behind else low


class Events:
    """Follows all event logs of a region: every event once, merged by time.

        events = dbgshm.Events(region)
        while True:
            for event in events.poll():
                ...
            region.refresh()

    Begins with the oldest that is still there.  While the writer lives, what
    is younger than the frame waits for the next poll.
    """

    def __init__(self, region, secrets=False):
        self.region, self.secrets = region, secrets
        self.lost = 0  # of all, also those that no event follows yet
        self._rings = {}

    def poll(self):
        """What is new, as a list of dictionaries."""
        return [event.tell() for event in self.take()]

    def take(self):
        region, rings = self.region, {}
        lives = region.writer_lives()
        for log in region._logs:
            for index in range(log["rings"]):
                key = log["id"], log["data"], log["size"], index
                ring = rings[key] = self._rings.pop(key, None) or _Ring(
                    log, index)
                ring.log = log
                self._collect(ring, lives)
        live = list(rings.values())
        # Logs that are gone may come back, and go on then.
        for key, ring in self._rings.items():
            self.lost += len(ring.queue)
            ring.queue = []
            if len(rings) < 2 * LOGS_MAX * RINGS_MAX:
                rings[key] = ring
        self._rings = rings
        generation = U64.unpack(region._read(CHANGING_OFFSET, 8))[0]
        return self._merge(live, lives,
                           generation != region._schema_generation)

    def _lose(self, ring, count):
        if count > 0:
            ring.lost += count
            self.lost += count

    def _collect(self, ring, lives):
        ring.fresh = 0
        found = ring.copy(self.region)
        if found is None:
            if lives:  # what has been overwritten is followed by more
                return
            _, _, head, count, dropped, _ = RING.unpack(
                self.region._read(ring.offset, RING.size))
            found = [], count, count, head >> RING_HEAD_SHIFT, dropped
        records, number, behind, end, dropped = found
        self._lose(ring, dropped - ring.dropped)
        ring.dropped = dropped
        if end == ring.position:
            return
        self._lose(ring, number - ring.number)
        ring.position, ring.number = end, behind
        waiting = []
        for record in records:
            waiting.append((number, ring.lost, record))
            number += 1
            ring.lost = 0
        ring.fresh = len(waiting)
        ring.queue[:0] = reversed(waiting)

    def _merge(self, rings, lives, stale):
        def key(index):
            ring = rings[index]
            record = ring.queue[-1][2]
            early = (lives and len(ring.queue) <= ring.fresh
                     and self.region.stamp_mono_ns(record[1])
                     > self.region.now_ns)
            return early, record[1], index

        heap = [key(index) for index, ring in enumerate(rings) if ring.queue]
        heapq.heapify(heap)
        result = []
        while heap and not heap[0][0]:
            index = heap[0][2]
            ring = rings[index]
            number, lost, record = ring.queue[-1]
            kind = self._kind(record)
            # Perhaps it is younger than the schema that we have.
            if kind is None and stale and len(ring.queue) <= ring.fresh:
                break
            ring.queue.pop()
            result.append(_Event(self, ring, (number, lost, record),
                                 kind or UNKNOWN))
            if ring.queue:
                heapq.heapreplace(heap, key(index))
            else:
                heapq.heappop(heap)
        return result

    def _kind(self, record):
        number = record[0] >> RECORD_EVENT & 0xFFFF
        if number == EVENT_MESSAGE:
            return MESSAGE
        return self.region._kinds.get(number)


class _Event:
    """One event: its record, and what it says."""

    def __init__(self, events, ring, place, kind):
        self.region, self.kind, self.log = events.region, kind, ring.log
        self.ring, (self.number, self.lost, record) = ring.index, place
        self.stamp = record[1]
        severity = record[0] >> RECORD_SEVERITY & 0xF
        self.severity = (SEVERITIES[severity] if severity < len(SEVERITIES)
                         else "unknown")
        self.hidden = [field["flags"] & COLUMN_SECRET and not events.secrets
                       for field in kind["fields"]]
        self.values, at = [], RECORD_WORDS  # each with whether it was cut
        for field in kind["fields"]:
            word = record[at] if at < len(record) else 0
            at, size = at + 1, 0
            if field["kind"] in (C_TEXT, C_BLOB):
                size = ((word & TEXT_LENGTH_MASK) + 7) // 8
            self.values.append(
                self.region._plain(field, word, record[at:at + size]))
            at += size

    def text(self):
        return _event_text(self.kind, self.values, self.hidden)

    def fields(self):
        """Those that are not hidden, with their values."""
        return [(field, value) for field, (value, _), hidden
                in zip(self.kind["fields"], self.values, self.hidden)
                if not hidden]

    def tell(self):
        return {
            "profile": self.log["path"], "event": self.kind["name"],
            "severity": self.severity, "text": self.text(),
            "fields": {f["name"]: value for f, value in self.fields()},
            "time_ns": self.region.stamp_real_ns(self.stamp),
            "mono_ns": self.region.stamp_mono_ns(self.stamp),
            "ring": self.ring, "number": self.number, "lost": self.lost,
        }


def _event_text(kind, values, hidden):
    """The text of its kind with the fields put in, numbers as they were
    recorded; without a text its name and all fields."""
    texts = {}
    for field, (value, cut), secret in zip(kind["fields"], values, hidden):
        if secret:
            text = "(hidden)"
        else:
            text = _field_text(field["kind"], value) + ("..." if cut else "")
        texts.setdefault(field["name"].encode("ascii"), text)
    if not kind["text"]:
        return _at_most(kind["name"] + "".join(
            " %s=%s" % (name.decode("ascii"), text)
            for name, text in texts.items()))
    parts, size, at = [], 0, 0
    for match in re.finditer(rb"\{([^{}]*)\}", kind["text"]):
        text = texts.get(match.group(1))
        if text is not None and size <= EVENT_TEXT_MAX:
            parts += [safe(kind["text"][at:match.start()]), text]
            size += len(parts[-2]) + len(text)
            at = match.end()
    return _at_most("".join(parts) + safe(kind["text"][at:]))


def _at_most(text):
    raw = text.encode("utf-8")[:EVENT_TEXT_MAX]
    return raw.decode("utf-8", "ignore")


def _field_text(kind, value):
    if kind == C_BOOL:
        return "yes" if value else "no"
    if kind == C_TIME:
        return _time(value) or "-"
    if kind == C_BLOB:
        return value.hex()
    if kind == C_REFERENCE:
        if value is None:
            return "-"
        return str(value) + (" (gone)" if value.state == "gone" else "")
    if kind == C_FLOAT:
        return _shortest(value)
    return str(value)


def _shortest(value):
    """As C's %g, with as many digits as it needs to be read back."""
    if math.isnan(value):
        return "nan"
    for digits in (15, 16, 17):
        text = "%.*g" % (digits, value)
        if float(text) == value:
            break
    return text


# ---- finding and opening [11, 12.1, 12.2] -----------------------------------


def _strerror(problem):
    return os.strerror(problem.errno) if problem.errno else str(problem)


def _open_file(path):
    """Read-only, without following a link and without waiting."""
    flags = (os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
             | os.O_CLOEXEC)
    try:
        return os.open(path, flags)
    except OSError as problem:
        code = NO_TARGET
        if problem.errno in (errno.EACCES, errno.EPERM):
            code = NOT_PERMITTED
        elif problem.errno in (errno.ELOOP, errno.ENXIO):
            code = DAMAGED
        raise Error(_strerror(problem), code) from None
    except ValueError as problem:  # a NUL in the path
        raise Error(str(problem), NO_TARGET) from None


def _directories():
    """Directories of regions that belong to whom their name says, or root."""
    try:
        names = sorted(os.listdir(BASE_DIRECTORY))
    except OSError:
        return
    for name in names:
        user = DIRECTORY_NAME.fullmatch(name)
        path = os.path.join(BASE_DIRECTORY, name)
        try:
            status = os.lstat(path)
        except OSError:
            continue
        if (user and stat.S_ISDIR(status.st_mode)
                and status.st_uid in (int(user.group(1)), 0)):
            yield path, status.st_uid


def _files(pid=None):
    """Paths of published regions that may be trusted, by their owner."""
    for directory, owner in _directories():
        try:
            names = sorted(os.listdir(directory))
        except OSError:
            continue
        for name in names:
            if (not name.endswith(FILE_SUFFIX) or not "0" <= name[0] <= "9"
                    or pid is not None and not name.startswith("%d-" % pid)):
                continue
            path = os.path.join(directory, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            # A root agent keeps regions that belong to those it watches.
            if (stat.S_ISREG(status.st_mode)
                    and (status.st_uid == owner or owner == 0)):
                yield path, status


def _proc_stat(pid):
    """(state, start time, ends) of a process, or None."""
    try:
        with builtins.open("/proc/%d/stat" % pid, "rb") as file:
            line = file.read(4096)
        # The name in parentheses may hold anything, also parentheses.
        fields = line[line.rindex(b")") + 2:].split()
        state, flags = fields[0].decode("ascii"), int(fields[6])
        return state, int(fields[19]), bool(flags & 4)  # PF_EXITING
    except (OSError, ValueError, IndexError):
        return None


def _small(path):
    try:
        with builtins.open(path, "rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def _inode(path):
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


class _Host:
    """What does not change while a reader lives."""

    def __init__(self):
        boot = _small("/proc/sys/kernel/random/boot_id")
        self.boot_id = boot.strip().replace(b"-", b"")
        self.time_namespace = _inode("/proc/self/ns/time")

    def is_boot_of(self, header):
        return header["boot_id"].hex().encode("ascii") == self.boot_id


def _process_of(header, who):
    """What /proc says about that very process; None where it cannot know."""
    if not _Host().is_boot_of(header):
        return None
    if header["pid_namespace"] not in (0, _inode("/proc/self/ns/pid")):
        return None
    process = _proc_stat(header[who + "_pid"])
    if process is None or process[1] != header[who + "_start"]:
        return None
    return process


def _runs(process):
    """It has memory of its own: no zombie, not on its way out."""
    return (process is not None and process[0] not in "ZXx"
            and not process[2])


def _is_original(region):
    """The file that the writer writes: a copy says nothing of a process."""
    header = region.header
    if header["flags"] & FLAG_UNNAMED:
        return True
    try:
        path = os.readlink("/proc/self/fd/%d" % region.fileno())
    except OSError:
        return False
    name = "%d-%d-%016x%s" % (header["subject_pid"], header["subject_start"],
                              header["random_id"], FILE_SUFFIX)
    return (os.path.basename(path).startswith(name)
            and path.startswith(os.path.join(BASE_DIRECTORY,
                                             DIRECTORY_PREFIX)))


def life(region):
    """live, stopped, dead, exited, replaced, stale: what the kernel says."""
    header = region.header
    held = region.writer_lives()
    process = _process_of(header, "subject")
    if header["kind"] == KIND_WATCHED:
        if header["subject_state"] == SUBJECT_EXITED:
            return "exited"
        if header["subject_state"] == SUBJECT_REPLACED:
            return "replaced"
        if not held:
            return "stale"
    elif not held:
        if header["exit_real_ns"] != 0:
            return "dead"
        if (header["reason"] != REASON_NO_LOCK and _is_original(region)
                and _runs(process)):
            return "replaced"
        return "dead"
    return "stopped" if process is not None and process[0] in "Tt" else "live"


def _uptime(header, state):
    """Since the subject began, until now or until it ended; None unknown."""
    start = header["subject_start"] * (10**9 // os.sysconf("SC_CLK_TCK"))
    if state in ("live", "stopped"):
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if start and now >= start:
            return now - start
    end = _since(header, state) or header["clock_real_ns"]
    begin = header["created_real_ns"]
    if start and begin > header["created_boot_ns"] - start > 0:
        begin -= header["created_boot_ns"] - start
    return end - begin if end >= begin else None


def _since(header, state):
    """When the state began, ns since 1970; 0 unknown or not over."""
    if state == "live":
        return 0
    if state in ("exited", "replaced"):
        return header["subject_exit_real_ns"] or header["clock_real_ns"]
    return header["exit_real_ns"] or header["clock_real_ns"]


def _age(region, state):
    """Since the last tick; None when there was none."""
    header = region.header
    if state in ("live", "stopped"):
        now, then = region.frame_mono_ns, header["clock_mono_ns"]
    else:
        now, then = region.frame_real_ns, header["clock_real_ns"]
    return None if then == 0 else max(now - then, 0)


def _user(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


# ---- JSON: the shapes of dbgtop ---------------------------------------------

EXACT = 1 << 53


def _number(value):
    """Integers beyond 2^53 become strings, what is not finite null."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if -EXACT <= value <= EXACT else str(value)


def _time(real_ns):
    """ISO 8601 with zone; None for 0."""
    if real_ns == 0:
        return None
    seconds, rest = divmod(real_ns, 10**9)
    try:
        moment = time.gmtime(seconds)
    except (OverflowError, ValueError, OSError):
        return None
    return "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ" % (
        moment[:6] + (rest,))


def _json_value(kind, value):
    if kind == C_TIME:
        return _time(value)
    if kind == C_BLOB:
        return value.hex()
    if kind == C_REFERENCE:
        return value and {"ref": str(value), "state": value.state}
    return _number(value)


def _json_metric(region, metric, age):
    result = {
        "name": metric["name"], "kind": METRIC_KINDS[metric["kind"]],
        "unit": UNITS.get(metric["unit"]), "labels": dict(metric["labels"]),
        "value": _number(metric["value"]), "rate": None, "age_ns": age,
    }
    if metric["high"] is not None:
        result["peak"] = _number(metric["high"][0])
        result["peak_time"] = _time(region.stamp_real_ns(metric["high"][1]))
    if metric["kind"] == HISTOGRAM:
        numbers = histogram_numbers(metric)
        result.update((key, _number(value)) for key, value in numbers.items())
        result["buckets"] = [
            [_number(bucket_low(bucket)), _number(values)]
            for bucket, values in enumerate(metric["buckets"]) if values]
    return result


def _json_row(region, columns, row):
    source = Source(region, row)
    result = {"id": row_id(row[0], row[2]), "state": row[1]}
    if source.start:
        result["started"] = _time(region.stamp_real_ns(source.start))
    if source.over and source.end:
        result["ended"] = _time(region.stamp_real_ns(source.end))
    result["cells"] = {
        c["name"]: _json_value(c["kind"], region._cell(c, source))
        for c in columns}
    return result


def _json_table(region, table, secrets):
    columns = [c for c in table["columns"] if c["level"] in LEVELS]
    shown = [c for c in columns
             if secrets or not c["flags"] & COLUMN_SECRET]
    return {
        "shape": SHAPES[table["shape"]][0],
        "columns": [{"name": c["name"], "kind": COLUMN_TYPES[c["kind"]],
                     "unit": UNITS.get(c["unit"])} for c in columns],
        "rows": [_json_row(region, shown, row) for row in table["rows"]],
        "dropped": _number((table["drop_rows"] + table["drop_busy"]) & MASK),
    }


EVENTS_KEPT = 256  # at least, of each log


def _json_event(event, path):
    region = event.region
    return {
        "time": _time(region.stamp_real_ns(event.stamp)),
        "mono_ns": _number(region.stamp_mono_ns(event.stamp)),
        "level": event.severity, "path": path, "event": event.kind["name"],
        "text": event.text(), "ring": event.ring, "lost": _number(event.lost),
        "fields": {field["name"]: _json_value(field["kind"], value)
                   for field, value in event.fields()},
    }


def _json_events(events, path):
    """The newest first."""
    count = len(events)
    if count > EVENTS_KEPT:
        count = EVENTS_KEPT + (count - 1) % EVENTS_KEPT + 1
    return [_json_event(event, path) for event in events[:-count - 1:-1]]


def _entry(region, state, uid, since):
    """What list and show say about a region."""
    header = region.header
    profiles = list(region._profiles.values())
    return {
        "pid": header["subject_pid"], "name": safe(header["name"]),
        "user": _user(uid), "state": state,
        "age_ns": _number(_age(region, state)),
        "uptime_ns": _number(_uptime(header, state)),
        "profiles": len(profiles),
        "metrics": sum(len(p["metrics"]) for p in profiles),
        "rows": sum(len(p["table"]["rows"]) for p in profiles if p["table"]),
        "size_bytes": _number(header["bytes_used"]), "alerts": 0,
        "source": _source(region),
        "path": safe(os.fsencode(region.path)) or None,
        "since": _time(since), "reason": None,
    }


def _source(region):
    return "watched" if region.header["kind"] == KIND_WATCHED else "own"


def _paths(regions):
    """What the profiles of each region are called beside each other."""
    known, result = set(), []
    for region in regions:
        paths = [profile["path"] for profile in region._profiles.values()]
        paths = ["watch/" + path if path in known else path
                 for path in paths]
        known.update(paths)
        result.append(paths)
    return result


def log(regions, secrets=False):
    """What `dbgtop log TARGET -O jsonl` says: events, the oldest first."""
    result, lost = [], 0
    for region, paths in zip(regions, _paths(regions)):
        names = {profile["path"]: path for profile, path
                 in zip(region._profiles.values(), paths)}
        events = Events(region, secrets)
        for event in events.take():
            result.append(_json_event(event, names[event.log["path"]]))
            lost -= event.lost
        lost += events.lost
    if lost:  # and no event has told of them
        result.append({
            "time": _time(regions[0].frame_real_ns), "mono_ns": None,
            "level": None, "path": None, "event": None, "text": None,
            "ring": None, "lost": _number(lost), "fields": {}})
    return result


def show(regions, secrets=False):
    """What `dbgtop show TARGET -j` says about the regions of one process."""
    states = [life(region) for region in regions]
    target = _entry(regions[0], states[0],
                    regions[0].header["subject_uid"],
                    _since(regions[0].header, states[0]))
    for region in regions:
        if region.faults and target["reason"] is None:
            offset, text = region.faults[0]
            target["reason"] = "%s at offset %d" % (text, offset)
    profiles = []
    for region, state, paths in zip(regions, states, _paths(regions)):
        age = _number(_age(region, state))
        events = Events(region, secrets).take()
        for profile, path in zip(region._profiles.values(), paths):
            if profile["level"] not in LEVELS:
                continue
            item = {
                "path": path, "description": profile["description"],
                "metrics": [_json_metric(region, metric, age)
                            for metric in profile["metrics"]
                            if metric["level"] in LEVELS],
            }
            if profile["table"]:
                item["table"] = _json_table(region, profile["table"], secrets)
            if profile["log"]:
                item["events"] = _json_events(
                    [event for event in events
                     if event.log is profile["log"]], path)
            profiles.append(item)
    for region in regions[1:]:
        for profile in region._profiles.values():
            target["profiles"] += 1
            target["metrics"] += len(profile["metrics"])
            if profile["table"]:
                target["rows"] += len(profile["table"]["rows"])
    return {"schema": "dbgtop.show/1",
            "time": _time(regions[0].frame_real_ns), "target": target,
            "profiles": profiles}


def list_regions():
    """What `dbgtop list -j` says: all regions of this host, one entry each."""
    entries = []
    for path, status in _files():
        try:
            with Region(path) as region:
                state = life(region)
                entry = _entry(region, state, status.st_uid,
                               _since_in_list(region.header, state))
                created = region.header["created_real_ns"]
        except Error as problem:
            if problem.code == NO_TARGET:
                continue  # gone meanwhile
            lost = problem.code == NOT_PERMITTED
            entry, created = _lost_entry(path, status, problem, lost), 0
        alive = entry["state"] in ("live", "stopped")
        entries.append(((not alive, entry["pid"], -created, path), entry))
    return [entry for _, entry in sorted(entries, key=lambda item: item[0])]


def _since_in_list(header, state):
    watched = header["kind"] == KIND_WATCHED
    if state == "live" or watched and state == "stopped":
        return 0
    if watched and state in ("exited", "replaced"):
        return header["subject_exit_real_ns"]
    return header["exit_real_ns"] or header["clock_real_ns"]


def _lost_entry(path, status, problem, unreadable):
    return {
        "pid": _pid_of(path), "name": "", "user": _user(status.st_uid),
        "state": "unreadable" if unreadable else "damaged", "age_ns": None,
        "uptime_ns": None, "profiles": None, "metrics": None, "rows": None,
        "size_bytes": _number(status.st_blocks * 512), "alerts": 0,
        "source": "own", "path": safe(os.fsencode(path)), "since": None,
        "reason": "owner %s, mode %04o" % (
            _user(status.st_uid), stat.S_IMODE(status.st_mode))
        if unreadable else str(problem),
    }


def _pid_of(path):
    start = os.path.basename(path).split("-", 1)[0]
    return int(start) if start.isdigit() else 0


# ---- targets ----------------------------------------------------------------


def _regions_of(pid):
    """The region of a process itself and the one an agent keeps about it."""
    process = _proc_stat(pid)
    if process is not None and process[0] in "ZX":
        process = None
    found, failed = {}, None
    for path, _ in _files(pid):
        try:
            region = Region(path)
        except Error as problem:
            failed = Error("%s: %s" % (safe(os.fsencode(path)), problem),
                           problem.code)
            continue
        header, kind = region.header, _source(region)
        other = found.get(kind)
        fits = header["subject_pid"] == pid and (
            process is None or (header["subject_start"] == process[1]
                                and life(region) in ("live", "stopped")))
        if not fits or (other and other.header["created_real_ns"]
                        >= header["created_real_ns"]):
            region.close()
            continue
        if other:
            other.close()
        found[kind] = region
    if not found and failed is not None:
        raise failed
    if not found and process is None:
        raise Error("%d: no such process, and no region of one" % pid,
                    NO_TARGET)
    if not found:
        raise Error("%d: the process publishes nothing, and no agent watches "
                    "it" % pid, NO_TARGET)
    return [found[kind] for kind in ("own", "watched") if kind in found]


def _pids_named(name):
    """Live processes that have a region and this name, oldest first."""
    pids = {}
    for path, _ in _files():
        try:
            with Region(path) as region:
                header, state = region.header, life(region)
        except Error:
            continue
        pid = header["subject_pid"]
        if state not in ("live", "stopped"):
            continue
        if name in (os.fsdecode(header["name"]), _comm(pid), _exe_name(pid)):
            pids[pid] = header["subject_start"]
    return sorted(pids, key=lambda pid: (pids[pid], pid))


def _comm(pid):
    try:
        with builtins.open("/proc/%d/comm" % pid, "rb") as file:
            return os.fsdecode(file.read(256).rstrip(b"\n"))
    except OSError:
        return None


def _exe_name(pid):
    try:
        return os.path.basename(os.readlink("/proc/%d/exe" % pid))
    except OSError:
        return None


def _find(target):
    """Regions of a target: pid, process name, or path of a file."""
    word = str(target)
    if not word:
        raise Error("TARGET: an empty word names nothing", 2)
    if "/" in word:
        try:
            return [Region(word)]
        except Error as problem:
            raise Error("%s: %s" % (safe(word), problem),
                        problem.code) from None
    if word.isascii() and word.isdigit():
        pid = int(word)
        if not 1 <= pid < 1 << 31:
            raise Error("%s: not a process number" % word[:20], 2)
        return _regions_of(pid)
    name, _, number = word.rpartition(":")
    if not (name and number.isascii() and number.isdigit()):
        name, number = word, ""
    pids = _pids_named(name)
    if not pids:
        raise Error("%s: no region of a live process has this name"
                    % safe(name), NO_TARGET)
    if number and not 1 <= int(number[:9]) <= len(pids):
        raise Error("%s: there are not so many" % safe(word), NO_TARGET)
    if not number and len(pids) > 1:
        raise Error("%s: several processes have this name: %s" % (
            safe(name), " ".join(map(str, pids))), NO_TARGET)
    return _regions_of(pids[int(number[:9]) - 1 if number else 0])


def open(target):  # pylint: disable=redefined-builtin
    """The region of a pid, a name or a path; the own one before a watched."""
    regions = _find(target)
    for region in regions[1:]:
        region.close()
    return regions[0]


def _write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def main(arguments):
    import json
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    events = len(arguments) == 2 and arguments[0] == "--log"
    if (len(arguments) != 1 + events or arguments[0] in ("-h", "--help")
            or arguments == ["--log"]):
        print("usage: dbgshm.py TARGET | --log TARGET | --list",
              file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        if events:
            answer = log(_find(arguments[1]))
        elif arguments[0] == "--list":
            answer = {"schema": "dbgtop.list/1",
                      "time": _time(time.time_ns()),
                      "regions": list_regions()}
        elif arguments[0].startswith("-"):
            raise Error("%s: unknown option" % safe(arguments[0]), 2)
        else:
            answer = show(_find(arguments[0]))
        text = "".join(
            json.dumps(part, ensure_ascii=False, allow_nan=False,
                       separators=(",", ":")) + "\n"
            for part in (answer if events else [answer]))
        _write_all(1, text.encode("utf-8"))
    except Error as problem:
        print("dbgshm.py: %s" % problem, file=sys.stderr)
        return problem.code
    except OSError as problem:
        print("dbgshm.py: output: %s" % _strerror(problem), file=sys.stderr)
        return 7
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
