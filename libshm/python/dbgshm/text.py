"""Text of unknown origin, made safe once [12.9]."""

import time
import unicodedata

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


def iso_time(real_ns):
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


