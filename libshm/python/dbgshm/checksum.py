"""CRC-32C, as in RFC 3720 [18]."""

import array
import sys

_POLYNOMIAL = 0x82F63B78  # 0x1EDC6F41, its bits reflected


def _tables():
    first = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        first.append(value)
    tables = [first]
    for _ in range(3):
        tables.append([first[value & 0xFF] ^ value >> 8
                       for value in tables[-1]])
    return tables


_ONE, _TWO, _THREE, _FOUR = _tables()


def crc32c(*parts):
    """Of these bytes, one part behind the other."""
    crc = 0xFFFFFFFF
    for part in parts:
        whole = len(part) & ~3
        words = array.array("I", bytes(part[:whole]))
        if sys.byteorder == "big":
            words.byteswap()
        for word in words:  # four bytes in one step
            crc ^= word
            crc = (_FOUR[crc & 0xFF] ^ _THREE[crc >> 8 & 0xFF]
                   ^ _TWO[crc >> 16 & 0xFF] ^ _ONE[crc >> 24])
        for byte in part[whole:]:
            crc = _ONE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF
