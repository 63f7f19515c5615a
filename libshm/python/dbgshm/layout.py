"""The numbers of FORMAT.md [2 to 8, 11], and what is wrong when it is."""

import re
import struct

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

DESCRIPTORS, STRINGS, GAUGES, SHARDS, TABLES, RINGS, HISTORY = range(1, 8)
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
SLOT_SIZE = 4096
SLOT_DATA = SLOT_SIZE - 64
RING_METRICS, RING_ROWS = 0, 1
TIERS_MAX = 3
LIVE_UNIT = 32

BASE_DIRECTORY = "/dev/shm"
DIRECTORY_PREFIX = "dbgtop-"
FILE_SUFFIX = ".dbg"

# What this reader allows itself [12.7].
FILE_MAX = 8 << 30  # most of it holes
FILLED_MAX = 256 << 20
SCHEMA_MAX = 64 << 20
RINGS_FILLED_MAX = 256 << 20
HISTORY_MAX = 256 << 20
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
TAKEN = struct.Struct("=4Q")
TAKEN_OFFSET = 1200
TAKEN_NAMES = "taken_real_ns taken_mono_ns taken_life taken_writer".split()
TAKEN_LIVES = ("live", "stopped", "dead", "exited", "replaced", "stale")
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
SLOT = struct.Struct("=QIHHQQQQQ8x")
COLUMN = struct.Struct("=IHBBIHBBHHII4x")


class Error(Exception):
    """What is wrong, as one sentence; `code` is the exit status for it."""

    def __init__(self, text, code):
        super().__init__(text)
        self.code = code


NO_TARGET, NOT_PERMITTED, DAMAGED = 3, 4, 5


def clamp(ns):
    return min(max(ns, 1), MASK)  # 0 would say "never"


def signed(word):
    return word - (1 << 64) if word >> 63 else word


def double(word):
    return struct.unpack("=d", U64.pack(word))[0]
