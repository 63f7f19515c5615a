"""What a region says of itself, and where everything is [2, 3, 5]."""

import os
import struct

from .layout import *


class Layout:
    """The header page of a file, and the sections that may be used."""

    def __init__(self, file):
        self.faults = []
        size = file.size()
        if size == 0:
            raise Error("empty file", DAMAGED)
        page = file.read(0, min(HEADER_SIZE, size))
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
        if size < SECTIONS_OFFSET:
            raise Error("truncated at byte %d" % size, DAMAGED)
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
        self._add_taken(page, file)
        self.size = min(size, header["file_size"])
        self._read_sections(page)

    def _fault(self, offset, text):
        self.faults.append((offset, text))

    def _add_taken(self, page, file):
        """An image [8.8]; a file among those of regions never is one."""
        taken = TAKEN.unpack_from(page, TAKEN_OFFSET)
        if self.header["minor"] < 2 or is_among_regions(file):
            taken = (0, 0, 0, 0)
        if taken[0] != 0 and taken[2] >= len(TAKEN_LIVES):
            raise Error("an image of an unknown kind", DAMAGED)
        self.header.update(zip(TAKEN_NAMES, taken))

    def _read_sections(self, page):
        header = self.header
        self.sections = {}
        for slot in range(header["section_count"]):
            at = HEADER_SECTIONS + slot * header["section_size"]
            kind, _, offset, size, used = SECTION.unpack_from(page, at)
            last = (TABLES, RINGS, HISTORY)[min(header["minor"], 2)]
            if kind == 0 or kind > last or kind in self.sections:
                continue
            if used > {RINGS: RINGS_FILLED_MAX,
                       HISTORY: HISTORY_MAX}.get(kind, used):
                self._fault(at, "section %d has more bytes than this reader "
                            "reads" % kind)
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
        self.filled = sum(
            used * (header["shard_count"] if kind == SHARDS else 1)
            for kind, (_, used, _) in self.sections.items()
            if kind < RINGS)
        if self.filled > FILLED_MAX or any(
                self.sections.get(kind, (0, 0, 0))[1] > SCHEMA_MAX
                for kind in (DESCRIPTORS, STRINGS)):
            raise Error("more bytes than this reader looks at", DAMAGED)


def is_among_regions(file):
    """It lies in a directory of regions [11]."""
    return file.where().startswith(os.path.join(BASE_DIRECTORY,
                                                DIRECTORY_PREFIX))


def read_clock(file, header):
    """The five words that belong together [9]."""
    for _ in range(TRIES):
        first = CLOCK.unpack(file.read(CLOCK_OFFSET, CLOCK.size))
        again = U64.unpack(file.read(CLOCK_OFFSET, 8))[0]
        if first[0] == again and not first[0] & 1:
            break
    header.update(zip(CLOCK_NAMES, first))
