"""Recordings: pieces of regions, one behind the other, in a file [18]."""

import ctypes
import struct

from .checksum import crc32c
from .files import File, open_file
from .layout import *
from .mirror import Mirror
from .region import Region
from .text import safe

REC_MAGIC = 0x0A31434552474244
REC_MAJOR = 1
HEAD = struct.Struct("=QQHHIQQQ12xI")
HEAD_SIZE_MAX = 4096
CHUNK = struct.Struct("=HBBIIIQII")
CHUNK_MAGIC = 0xC7D1
CONTENT_MAX = 256 << 20
NUMBER_MAX = 65536
REC_REGION, REC_PIECE, REC_OVER, REC_ALIVE, REC_INDEX, REC_END = range(1, 7)
COMPRESSED, FIRST = 1, 2
RATIO_MAX, RATIO_FREE = 1024, 65536
REGION_CONTENT = struct.Struct("=IIQQQ32s64s64s")
REGION_WATCHED = 1
RECORDING_MAX = 64 << 30
# What this reader allows itself.
HEADS_MAX = 1 << 22
SEARCHES_MAX = 1 << 20  # places where a head might begin, behind damage
WINDOW = 1 << 20


class _Chunk:
    """The head of one, and where its content is."""

    def __init__(self, fields, offset):
        (_, self.type, self.flags, self.region, self.stored, self.size,
         self.real_ns, self.checksum, _) = fields
        self.offset = offset
        self.end = offset + CHUNK.size + (self.stored + 7 & ~7)


class Recording:
    """An open recording.  targets: what is in it; damage: bytes skipped."""

    def __init__(self, path):
        self.path, self.damage = path, 0
        self._file = File(open_file(path))
        try:
            self._size = self._file.size(most=RECORDING_MAX)
            self._read_head()
            self._chunks = list(self._walk())
            self._find_targets()
        except BaseException:
            self.close()
            raise

    def close(self):
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    # ---- chunks

    def _read_head(self):
        if self._size < HEAD.size:
            raise Error("not a recording", DAMAGED)
        raw = self._file.read(0, HEAD.size)
        (magic, order, major, minor, size, features, self._id, self.created_ns,
         checksum) = HEAD.unpack(raw)
        if order == int.from_bytes(BYTE_ORDER.to_bytes(8, "big"), "little"):
            raise Error("a recording of a machine with the other byte order",
                        DAMAGED)
        if magic != REC_MAGIC or order != BYTE_ORDER:
            raise Error("not a recording", DAMAGED)
        if crc32c(raw[:-4]) != checksum:
            raise Error("the head of the recording is damaged", DAMAGED)
        if major != REC_MAJOR:
            raise Error("format version %d.%d of recordings; this reader knows"
                        " %d" % (major, minor, REC_MAJOR), DAMAGED)
        if features & 0xFFFFFFFF:
            raise Error("needs features that this reader does not have",
                        DAMAGED)
        if size < HEAD.size or size % 8 or size > HEAD_SIZE_MAX:
            raise Error("the head of the recording contradicts itself",
                        DAMAGED)
        self._begin = size
        self._salt = U64.pack(self._id)

    def _chunk_at(self, raw, at, offset):
        """The chunk whose head these bytes are; None: they are none."""
        fields = CHUNK.unpack_from(raw, at)
        if fields[0] != CHUNK_MAGIC or fields[-1] != crc32c(
                self._salt, raw[at:at + CHUNK.size - 4]):
            return None
        return _Chunk(fields, offset)

    def _walk(self):
        """All whole chunks, from head to head; contents are not looked at."""
        at, heads = self._begin, 0
        while at + CHUNK.size <= self._size:
            chunk = self._chunk_at(self._file.read(at, CHUNK.size), 0, at)
            if chunk is None:
                found = self._search(at + 1)
                if found is None:
                    self.damage += self._size - at
                    return
                self.damage += found - at
                at = found
                continue
            if chunk.end > self._size:  # it was being written
                self.damage += self._size - at
                return
            heads += 1
            if heads > HEADS_MAX:
                raise Error("more chunks than this reader goes over", DAMAGED)
            yield chunk
            at = chunk.end

    def _search(self, at):
        """Where the next right head is."""
        magic, tries = struct.pack("=H", CHUNK_MAGIC), 0
        while at + CHUNK.size <= self._size:
            raw = self._file.read(at, min(WINDOW, self._size - at))
            place = raw.find(magic)
            while 0 <= place <= len(raw) - CHUNK.size:
                tries += 1
                if tries > SEARCHES_MAX:
                    raise Error("more damage than this reader goes over",
                                DAMAGED)
                if self._chunk_at(raw, place, at + place) is not None:
                    return at + place
                place = raw.find(magic, place + 1)
            at += len(raw) - CHUNK.size + 1
        return None

    def _content(self, chunk):
        """None: it is damaged, or has a flag that nobody knows."""
        raw = self._file.read(chunk.offset + CHUNK.size,
                              chunk.end - chunk.offset - CHUNK.size)
        known = chunk.flags & ~(COMPRESSED | FIRST) == 0
        if (not known or chunk.stored > CONTENT_MAX or chunk.size > CONTENT_MAX
                or crc32c(raw) != chunk.checksum):
            return None
        raw = raw[:chunk.stored]
        if not chunk.flags & COMPRESSED:
            return raw if chunk.size == chunk.stored else None
        if (chunk.size > RATIO_FREE
                and chunk.size // RATIO_MAX > chunk.stored):
            return None
        return _decompress(raw, chunk.size)

    # ---- targets

    def _find_targets(self):
        """Regions of the same process are one target."""
        self._number_of, self.targets, known = {}, [], {}
        for index, chunk in enumerate(self._chunks):
            if chunk.type != REC_REGION or not 1 <= chunk.region <= NUMBER_MAX:
                continue
            content = self._content(chunk)
            if content is None or len(content) < REGION_CONTENT.size:
                continue
            flags, pid, start, _, _, boot, name, host = (
                REGION_CONTENT.unpack_from(content))
            key = host, boot, pid, start
            target = known.get(key)
            if target is None:
                name, host = (text.split(b"\0", 1)[0] for text in (name, host))
                target = known[key] = {
                    "pid": pid, "name": safe(name), "host": safe(host),
                    "generation": 1 + sum(
                        other["name"] == safe(name)
                        and other["host"] == safe(host)
                        for other in self.targets),
                    "first_ns": chunk.real_ns, "last_ns": chunk.real_ns,
                    "over": False, "regions": {}}
                self.targets.append(target)
            kind = "watched" if flags & REGION_WATCHED else "own"
            target["regions"].setdefault(kind, []).append(
                (index, chunk.region))
        if not self.targets:
            raise Error("there is no region in it", DAMAGED)

    def _pieces(self, begin, number):
        """The pieces of a region, from where it begins."""
        for chunk in self._chunks[begin + 1:]:
            if chunk.region != number:
                continue
            if chunk.type == REC_REGION:
                return
            if chunk.type == REC_PIECE:
                content = self._content(chunk)
                if content is not None:
                    yield content

    def regions(self, target):
        """The regions of a target as they were last, with all their past."""
        found = []
        for kind in ("own", "watched"):
            mirror = Mirror()
            for begin, number in target["regions"].get(kind, ()):
                for content in self._pieces(begin, number):
                    try:
                        mirror.put(content)
                    except Error:
                        mirror.lose()
            image = mirror.image()
            if image is not None:
                region = Region(content=image)
                region.path = self.path
                found.append(region)
        if not found:
            raise Error("there is no whole piece of it", DAMAGED)
        return found

    def pick(self, which):
        """The target that is meant, by pid or name, NAME:N for the N-th of
        that name; without a word the only one."""
        meant = [target for target in self.targets if which is None or which
                 in (str(target["pid"]), target["name"],
                     "%s:%d" % (target["name"], target["generation"]))]
        if not meant:
            raise Error("nothing in it is called %s" % safe(which), NO_TARGET)
        if len(meant) > 1:
            raise Error("several are in it: " + " ".join(
                "%s:%d" % (target["name"], target["generation"])
                for target in meant), NO_TARGET)
        return meant[0]


def begins(raw):
    """The first bytes of a recording."""
    return raw[:8] == U64.pack(REC_MAGIC)


# ---- Zstandard ---------------------------------------------------------------

_ZSTD = "libzstd.so.1"
_loaded = []


def _library():
    if not _loaded:
        try:
            library = ctypes.CDLL(_ZSTD)
            library.ZSTD_decompress.restype = ctypes.c_size_t
            library.ZSTD_decompress.argtypes = [
                ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p,
                ctypes.c_size_t]
        except (OSError, AttributeError):
            raise Error("it is compressed, and there is no %s here" % _ZSTD,
                        DAMAGED) from None
        _loaded.append(library)
    return _loaded[0]


def _decompress(raw, size):
    """So many bytes; None when they do not come out."""
    room = ctypes.create_string_buffer(max(size, 1))
    got = _library().ZSTD_decompress(room, size, raw, len(raw))
    return room.raw[:size] if got == size else None
