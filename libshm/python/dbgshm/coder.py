"""Coded words: one array after the other of the same words [8.7]."""

import array
from struct import Struct

from .layout import DAMAGED, MASK, Error, double, signed

GROUP = 64
WORDS_MAX = 1 << 24
STEPS_MAX = 22  # of three bits, of a number
PLACES_MAX = 3
_DOUBLE = Struct("=d")
_WORD = Struct("=Q")


def _damaged():
    return Error("coded words that make no sense", DAMAGED)


def take_number(raw, at, end):
    """An unsigned number of seven bits a byte, and where it ends."""
    value = shift = 0
    while at < end and shift < 64:
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value > MASK:
                break
            return value, at
        shift += 7
    raise _damaged()


def unfold(number):
    """0 -1 1 -2 2 ... from 0 1 2 3 4 ..."""
    return -(number + 1 >> 1) if number & 1 else number >> 1


class _Bits:
    """Bits from bytes, the lowest of the first byte first."""

    def __init__(self, raw, at, end):
        self.raw, self.at, self.end = raw, at, end
        self.pending = self.count = 0

    def _fill(self):
        chunk = self.raw[self.at:min(self.at + 64, self.end)]
        self.pending |= int.from_bytes(chunk, "little") << self.count
        self.count += 8 * len(chunk)
        self.at += len(chunk)

    def take(self, count):
        if self.count < count:
            self._fill()
            if self.count < count:
                raise _damaged()
        bits = self.pending & (1 << count) - 1
        self.pending >>= count
        self.count -= count
        return bits

    def number(self):
        """Ones, a zero, and as many times three bits."""
        if self.count < STEPS_MAX + 64:
            self._fill()
        steps = (~self.pending & self.pending + 1).bit_length()
        size = 64 if steps == STEPS_MAX else 3 * steps
        if steps > STEPS_MAX or steps + size > self.count:
            raise _damaged()
        bits = self.pending >> steps & (1 << size) - 1
        self.pending >>= steps + size
        self.count -= steps + size
        return unfold(bits)

    def raw_word(self, expected):
        """No number but text, bits or a double."""
        below = self.take(3)
        size = self.take(3) + 1
        places = size - 2
        if below == 7 and 0 <= places <= PLACES_MAX:
            whole = _whole(expected, places) + self.number() & MASK
            return _WORD.unpack(_DOUBLE.pack(
                signed(whole) / 10 ** places))[0]
        if below + size > 8:
            raise _damaged()
        return expected ^ self.take(8 * size) << 8 * below

    def mask(self):
        """Which of the 64 words of a group."""
        octets, mask = self.take(8), 0
        for octet in range(8):
            if octets >> octet & 1:
                mask |= self.take(8) << 8 * octet
        return mask

    def position(self):
        """Behind the bytes of which something was taken."""
        return self.at - self.count // 8


def _whole(expected, places):
    """A double times 10^places, without what is behind the point."""
    value = double(expected)
    if not 2.0 ** -11 <= abs(value) < 2.0 ** 52:  # also what is not a number
        return 0
    top, bottom = value.as_integer_ratio()
    whole = abs(top) * 10 ** places // bottom
    return whole if top > 0 else -whole


class Words:
    """The words of the array that was decoded last."""

    def __init__(self):
        self.work = 0  # a quarter of a microsecond each
        self._forget(0)

    def _forget(self, room):
        self.room, self.count = room, 0
        self.last = array.array("Q")
        self._expected = array.array("Q")
        # Of each group of 64 words, a bit for each.
        self._raw, self._moved, self._before, self._earlier = [], [], [], []

    def _grow(self, words):
        groups = (words + GROUP - 1) // GROUP
        more = groups - len(self._raw)
        for bits in (self._raw, self._moved, self._before, self._earlier):
            bits.extend([0] * more)
        for values in (self.last, self._expected):
            values.frombytes(bytes(8 * (groups * GROUP - len(values))))

    def decode(self, raw, at, end, words_max):
        """One array from these bytes; where it ends."""
        head, at = take_number(raw, at, end)
        words, key = head >> 1, head & 1
        # A bit for each group at least.
        if (words > min(words_max, WORDS_MAX)
                or words > 8 * GROUP * (end - at) + GROUP
                or not key and (self.count == 0 or words < self.count
                                or words > self.room)):
            raise _damaged()
        if key:
            self._forget(words + words // 4 + 64)
        bits, first = _Bits(raw, at, end), self.count
        if words > first:
            self._grow(words)
            for group in range(first // GROUP, len(self._raw)):
                self._raw[group] = bits.take(64) if bits.take(1) else 0
        self.count = words
        self.work += len(self._raw)
        self._groups(bits, words)
        if words > first:
            self._settle(first)
        return bits.position()

    def _groups(self, bits, words):
        before, earlier, moved = self._before, self._earlier, self._moved
        take = bits.take
        for group in range(len(before)):
            surprises = before[group] & earlier[group]
            if take(1):
                surprises ^= bits.mask()
            earlier[group] = before[group]
            before[group] = surprises
            if surprises | moved[group]:
                if surprises >> words - group * GROUP:
                    raise _damaged()
                self._group(bits, group, surprises)

    def _group(self, bits, group, surprises):
        last, expected, raw = self.last, self._expected, self._raw[group]
        moved = self._moved[group]
        left = surprises | moved
        while left:
            bit = left & -left
            left ^= bit
            self.work += 4
            at = group * GROUP + bit.bit_length() - 1
            value = expected[at]
            if surprises & bit:
                if raw & bit:
                    value = bits.raw_word(value)
                else:
                    value = value + bits.number() & MASK
            step = value - last[at] & MASK
            last[at] = value
            expected[at] = (value + step & MASK
                            if step and moved & bit else value)
            if step and not raw & bit:
                moved |= bit
            else:
                moved &= ~bit
        self._moved[group] = moved

    def _settle(self, first):
        """New words have not moved, whatever they were."""
        group = first // GROUP
        self._moved[group] &= (1 << first % GROUP) - 1
        for later in range(group + 1, len(self._moved)):
            self._moved[later] = 0
