"""Pieces of a region, put together to an image of it [8.9]."""

import array
import struct

from .coder import Words, take_number, unfold
from .layout import *

PIECE = struct.Struct("=QHHIQQQ")
PIECE_MAGIC = 0x0A43504D48534744
PIECE_MAJOR = 1
PIECE_FIRST = 1
(PART_HEADER, PART_SUMMARY, PART_RECORDS, PART_STATES, PART_TEXTS, PART_DROPS,
 PART_PRESENT, PART_BLOCK, PART_EVENTS) = range(1, 10)
PRESENT_BUSY = 4
PAST_MAX = 256 << 20  # bytes of blocks that are kept
WORDS_MAX = 1 << 22   # of a frame of the present
PAGE_WORDS = HEADER_SIZE // 8
WORK_MAX = 1 << 26    # for one frame, a quarter of a microsecond each
ALIGN = 4096


def _senseless():
    return Error("a piece that makes no sense", DAMAGED)


class _Reader:
    """Numbers from the content of a part."""

    def __init__(self, raw, at, end):
        self.raw, self.at, self.end = raw, at, end

    def take(self):
        value, self.at = take_number(self.raw, self.at, self.end)
        return value

    def rest(self):
        return self.raw[self.at:self.end]


def _change(words, reader, most):
    """Words that have changed, into an array."""
    at = 0
    while reader.at < reader.end:
        at += reader.take()
        more = unfold(reader.take())
        if at >= most:
            raise _senseless()
        if at >= len(words):
            words.frombytes(bytes(8 * (at + 1 - len(words))))
        words[at] = words[at] + more & MASK
        at += 1


class _Ring:
    """Records of a ring of events, each with its number."""

    def __init__(self):
        self.records, self.next, self.dropped, self.thread = [], 0, 0, 0


class Mirror:
    """What has come so far."""

    def __init__(self):
        self._place = None  # series and number of the last piece
        self._forget()

    def _forget(self):
        self._header = array.array("Q", bytes(HEADER_SIZE))
        self._summary = array.array("Q", bytes(HEADER_SIZE))
        self._records, self._texts = bytearray(), bytearray()
        self._states = array.array("Q")
        self._drops, self._present, self._rings = {}, {}, {}
        self._blocks, self._past = {}, 0

    def put(self, content):
        """One more piece; one that does not follow is left out."""
        if len(content) < PIECE.size:
            raise _senseless()
        magic, major, _, flags, series, number, size = PIECE.unpack_from(
            content)
        if (magic != PIECE_MAGIC or major != PIECE_MAJOR
                or not PIECE.size <= size <= len(content)):
            raise _senseless()
        if flags & PIECE_FIRST:
            blocks, rings, old = self._blocks, self._rings, self._header[7]
            past = self._past
            self._forget()
            self._put_parts(content, size)
            if old == self._header[7]:  # the same region goes on
                for number_of, block in blocks.items():
                    self._blocks.setdefault(number_of, block)
                self._past += past
                for key, ring in rings.items():
                    mine = self._rings.setdefault(key, ring)
                    if mine is not ring and mine.records:
                        first = mine.records[0][0]
                        mine.records[:0] = [r for r in ring.records
                                            if r[0] < first]
        elif self._place == (series, number - 1):
            self._put_parts(content, size)
        else:
            return
        self._place = series, number

    def lose(self):
        """A piece made no sense: the next has to be a first one."""
        if self._place is not None:
            self._place = None, -1

    def _put_parts(self, content, size):
        reader = _Reader(content, PIECE.size, size)
        while reader.at < size:
            kind, length = reader.take(), reader.take()
            if length > size - reader.at:
                raise _senseless()
            end = reader.at + length
            self._put_part(kind, _Reader(content, reader.at, end))
            reader.at = end

    def _put_part(self, kind, part):
        if kind == PART_HEADER:
            _change(self._header, part, PAGE_WORDS)
        elif kind == PART_SUMMARY:
            _change(self._summary, part, PAGE_WORDS)
        elif kind in (PART_RECORDS, PART_TEXTS):
            into = self._records if kind == PART_RECORDS else self._texts
            before = part.take()
            if before != len(into) or before + len(part.rest()) > SCHEMA_MAX:
                raise _senseless()
            into += part.rest()
        elif kind == PART_STATES:
            _change(self._states, part, SCHEMA_MAX // 8)
        elif kind == PART_DROPS:
            self._drops[part.take()] = part.take(), part.take()
        elif kind == PART_PRESENT:
            self._put_present(part)
        elif kind == PART_BLOCK:
            self._put_block(part)
        elif kind == PART_EVENTS:
            self._put_events(part)

    def _put_present(self, part):
        ring, offset = part.take(), part.take()
        if offset == 0:
            clocks = part.take(), part.take(), part.take()
            self._present[ring] = [clocks, bytearray()]
        known = self._present.get(ring)
        if known is None or offset != len(known[1]):
            raise _senseless()
        known[1] += part.rest()
        if len(known[1]) > PAST_MAX:
            raise _senseless()

    def _put_block(self, part):
        number, offset = part.take(), part.take()
        if offset == 0:
            head = [part.take() for _ in range(6)]
            old = self._blocks.get(number)
            new = part.rest()
            if old is not None and (old[0] != head
                                    or old[1][:len(new)] != new[:len(old[1])]):
                old = None
            if old is None:
                self._blocks[number] = [head, bytearray()]
        block = self._blocks.get(number)
        if block is None or offset > len(block[1]):
            return
        new = part.rest()[len(block[1]) - offset:]
        self._past += len(new)
        block[1] += new
        while self._past > PAST_MAX and len(self._blocks) > 1:
            oldest = min(self._blocks, key=lambda n: self._blocks[n][0][3])
            self._past -= len(self._blocks.pop(oldest)[1])

    def _put_events(self, part):
        key = part.take(), part.take()
        ring = self._rings.setdefault(key, _Ring())
        number, ring.dropped, ring.thread = (part.take(), part.take(),
                                             part.take())
        raw = part.rest()
        words = array.array("Q", bytes(raw[:len(raw) & ~7]))
        at = 0
        while at < len(words):
            length = words[at] & RECORD_LENGTH_MASK
            if not RECORD_WORDS <= length <= min(RECORD_WORDS_MAX,
                                                 len(words) - at):
                raise _senseless()
            if number >= ring.next:
                ring.records.append((number, words[at:at + length]))
                ring.next = number + 1
            number += 1
            at += length

    # ---- the image

    def image(self):
        """The bytes of a region of the last moment; None: nothing came."""
        if self._place is None:
            return None
        return _Image(self).bytes()

    def parts(self):
        """For the image: what has come of each."""
        return (self._header, self._summary, self._records, self._texts,
                self._states, self._drops, self._present, self._rings,
                self._blocks)


class _Image:
    """Sections one after the other, as long as they are filled [8.8]."""

    def __init__(self, mirror):
        (header, self._summary, self._records, self._texts, states,
         self._drops, self._present, self._rings,
         self._blocks) = mirror.parts()
        self._page = bytearray(header.tobytes())
        records = array.array("Q", bytes(self._records[
            :len(self._records) & ~7]))
        for at, more in enumerate(states[:len(records)]):
            records[at] = records[at] + more & MASK
        self._records = bytearray(records.tobytes())
        self._clocks = None

    def _frame(self, ring):
        """The words of the newest frame: of the present, or of the past."""
        streams = [(head[3:6], head[2], raw)
                   for head, raw in self._blocks.values()
                   if head[0] == ring and head[1] == 0]
        if ring in self._present:
            clocks, raw = self._present[ring]
            streams.append((list(clocks), 0, raw))
        best = None
        for clocks, period, raw in streams:
            frames = list(_frames(clocks, period, raw))
            if frames and (best is None
                           or frames[-1][0][0] >= best[0][-1][0][0]):
                best = frames, raw
        if best is None:
            return None
        frames, raw = best
        decoded = None
        for _, at, end in frames:
            decoded = self._decode(ring, raw, at, end, decoded)
            if sum(words.work for words in decoded) > WORK_MAX:
                raise _senseless()
        return frames[-1][0], decoded

    @staticmethod
    def _decode(ring, raw, at, end, known):
        known = known or []

        def take(index, at):
            while len(known) <= index:
                known.append(Words())
            return known[index].decode(raw, at, end, WORDS_MAX)

        at = take(0, at)
        if ring == RING_METRICS:
            take(2, take(1, at))
            return known
        count, at = take_number(raw, at, end)
        if count > end - at:
            raise _senseless()
        for index in range(count):
            at = take(1 + index, at)
        return known[:1 + count]

    def bytes(self):
        metrics, rows = self._frame(RING_METRICS), self._frame(RING_ROWS)
        gauges = cells = b""
        if metrics is not None:
            gauges, cells = (words.last[:words.count].tobytes()
                             for words in metrics[1][1:3])
            self._clocks = metrics[0]
        gauges = self._pad(GAUGES, gauges)
        cells = self._pad(SHARDS, cells)
        sections = {DESCRIPTORS: b"", STRINGS: bytes(self._texts),
                    GAUGES: gauges, SHARDS: cells, TABLES: b"", RINGS: b"",
                    HISTORY: self._history()}
        # Places depend on sizes only, and descriptors keep theirs.
        at, places = SECTIONS_OFFSET, {}
        sections[DESCRIPTORS] = bytes(self._records)
        for kind in (DESCRIPTORS, STRINGS, GAUGES, SHARDS, HISTORY):
            places[kind] = at
            at += len(sections[kind]) + ALIGN - 1 & ~(ALIGN - 1)
        places[TABLES] = at
        sections[TABLES] = self._tables(at, rows)
        at += len(sections[TABLES]) + ALIGN - 1 & ~(ALIGN - 1)
        places[RINGS] = at
        sections[RINGS] = self._logs(at)
        at += len(sections[RINGS]) + ALIGN - 1 & ~(ALIGN - 1)
        sections[DESCRIPTORS] = bytes(self._records)
        self._finish(sections, places, at)
        image = bytearray(at)
        image[:HEADER_SIZE] = self._page
        image[SUMMARY_OFFSET:SUMMARY_OFFSET + HEADER_SIZE] = (
            self._summary.tobytes())
        for kind, raw in sections.items():
            image[places[kind]:places[kind] + len(raw)] = raw
        return bytes(image)

    def _pad(self, kind, raw):
        """Words of what was removed are not in the present."""
        used = SECTION.unpack_from(
            self._page, HEADER_SECTIONS + (kind - 1) * SECTION_SIZE)[4] & ~7
        if used > SCHEMA_MAX:
            raise _senseless()
        return raw + bytes(max(used - len(raw), 0))

    def _finish(self, sections, places, size):
        """The header says where all is, and which moment it is of."""
        page = self._page
        struct.pack_into("=Q", page, 32, size)
        struct.pack_into("=II", page, 40, 7, SECTION_SIZE)
        stride = len(sections[SHARDS]) + 4095 & ~4095
        struct.pack_into("=IQ", page, 188, 1, stride)
        struct.pack_into("=Q", page, 1032, 1)
        for index, kind in enumerate(range(DESCRIPTORS, HISTORY + 1)):
            used = len(sections[kind])
            SECTION.pack_into(page, HEADER_SECTIONS + index * SECTION_SIZE,
                              kind, 0, places[kind], used + 4095 & ~4095, used)
        real, mono, _, _ = TAKEN.unpack_from(page, TAKEN_OFFSET)
        if real == 0 and self._clocks is not None:
            mono, real = self._clocks[0], self._clocks[1]
        if real == 0:
            clock = CLOCK.unpack_from(page, CLOCK_OFFSET)
            mono, real = clock[2], clock[4]
        struct.pack_into("=QQ", page, TAKEN_OFFSET, real or 1, mono)

    # ---- tables and logs, whose places are others here

    def _walk(self, wanted):
        at = DESC_FIRST
        while at + DESC.size <= len(self._records):
            kind, size8, _, _, _ = DESC.unpack_from(self._records, at)
            if size8 * 8 < DESC.size or size8 * 8 > len(self._records) - at:
                return
            if kind == wanted:
                yield at, size8 * 8
            at += size8 * 8

    def _tables(self, base, rows):
        out = bytearray()
        for place, (at, size) in enumerate(self._walk(DESC_TABLE)):
            if size < TABLE.size:
                continue
            capacity, _, _, stride = TABLE.unpack_from(self._records, at)[:4]
            sequences = capacity * 8 + 63 & ~63
            length = TABLE_HEAD + sequences + capacity * stride
            if (not 1 <= capacity <= ROWS_MAX or stride % 8
                    or len(out) + length > FILLED_MAX):
                continue
            struct.pack_into("=QQ", self._records, at + 32, base + len(out),
                             length)
            table = bytearray(length)
            struct.pack_into("=QQ", table, 0, *self._drops.get(at, (0, 0)))
            if rows is not None and 1 + place < len(rows[1]):
                self._fill(table, rows[1][1 + place], capacity, stride,
                           sequences)
            out += table
            out += bytes(-len(out) % 64)
        return bytes(out)

    @staticmethod
    def _fill(table, words, capacity, stride, sequences):
        step = 1 + stride // 8
        for slot in range(min(words.count // step, capacity)):
            state = words.last[slot * step]
            sequence = (state & 3) << SEQ_STATE_SHIFT | 8
            if state & PRESENT_BUSY:
                sequence |= SEQ_BUSY
            struct.pack_into("=Q", table, TABLE_HEAD + 8 * slot, sequence)
            at = TABLE_HEAD + sequences + slot * stride
            table[at:at + stride] = words.last[
                slot * step + 1:(slot + 1) * step].tobytes()

    def _logs(self, base):
        out = bytearray()
        for at, size in self._walk(DESC_LOG):
            if size < LOG.size:
                continue
            count = LOG.unpack_from(self._records, at)[0]
            if (not 1 <= count <= RINGS_MAX
                    or len(out) > RINGS_FILLED_MAX):
                continue
            rings = [self._rings.get((at, index), _Ring())
                     for index in range(count)]
            longest = max(8 * sum(len(words) for _, words in ring.records)
                          for ring in rings)
            room = RING_SIZE_MIN
            while room < longest and room < RING_SIZE_MAX:
                room *= 2
            struct.pack_into("=IIQQ", self._records, at + 16, count, room,
                             base + len(out), count * (RING.size + room))
            for ring in rings:
                out += _ring_bytes(ring, room)
        return bytes(out)

    def _history(self):
        out = bytearray()
        for number, (head, raw) in sorted(self._blocks.items()):
            ring, tier, period, mono, real, boot = head
            for index in range(0, max(len(raw), 1), SLOT_DATA):
                part = raw[index:index + SLOT_DATA]
                try:
                    out += SLOT.pack(number, index // SLOT_DATA, ring, tier,
                                     len(part), period, mono, real, boot)
                except struct.error:
                    raise _senseless() from None
                out += part + bytes(SLOT_DATA - len(part))
        return bytes(out)


def _frames(clocks, period, raw):
    """Of each whole frame: its clocks, where its words begin and end."""
    mono, real, boot = clocks
    at = 0
    while at < len(raw):
        try:
            length, at = take_number(raw, at, len(raw))
            if length > len(raw) - at:
                return
            end = at + length
            step, at = take_number(raw, at, end)
            more, at = take_number(raw, at, end)
            slept, at = take_number(raw, at, end)
        except Error:
            return
        step = unfold(step) + period
        mono = mono + step & MASK
        real = real + step + unfold(more) & MASK
        boot = boot + step + unfold(slept) & MASK
        yield (mono, real, boot), at, end
        at = end


def _ring_bytes(ring, room):
    """A ring that begins at position 0 with the oldest record that fits."""
    records, size = [], 0
    for number, words in reversed(ring.records):
        if records and records[-1][0] != number + 1:
            break
        if 8 * (size + len(words)) > room:
            break
        records.append((number, words))
        size += len(words)
    out, before = bytearray(), 0
    for _, words in reversed(records):
        words = array.array("Q", words)
        words[0] = (words[0] & ~(RECORD_LENGTH_MASK << RECORD_BEFORE)
                    | before << RECORD_BEFORE)
        before = len(words)
        out += words.tobytes()
    head = RING.pack(0, size, size << RING_HEAD_SHIFT | before,
                     ring.next & MASK, ring.dropped, ring.thread)
    return head + bytes(out) + bytes(room - len(out))
