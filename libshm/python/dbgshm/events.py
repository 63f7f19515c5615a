"""Event logs [8.4, 8.5]."""

import array
import heapq
import math
import re

from .layout import *
from .text import iso_time, safe

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
                region.file.read(self.offset, RING.size))
            end = head >> RING_HEAD_SHIFT
            if end == self.position:
                return [], 0, 0, end, dropped
            position = self.position if self.position < end else 0
            first = min(max(self._lowest(limit, end), position), end)
            words = self._copy_words(region, first, end)
            _, limit, later, _, _, _ = RING.unpack(
                region.file.read(self.offset, RING.size))
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
        return array.array("Q", region.file.read(at + 8 * start, 8 * part)
                           + region.file.read(at, 8 * (count - part)))

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
        for log in region.schema.logs:
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
        return self._merge(live, lives, region.is_behind())

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
                self.region.file.read(ring.offset, RING.size))
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
        return self.region.schema.kinds.get(number)


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
                self.region.plain(field, word, record[at:at + size]))
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
        return iso_time(value) or "-"
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
