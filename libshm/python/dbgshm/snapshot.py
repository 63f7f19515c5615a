"""Snapshots: zips with images of regions in them, that dbgtop writes.

Each folder with an own.dbg or a watched.dbg is a target, and so is the top.
Nothing is ever unpacked to a path.
"""

import io
import zipfile

from .files import File, open_file
from .layout import *
from .region import Region
from .text import safe

MEMBERS = ("own.dbg", "watched.dbg")
INFLATED_MAX = 64 << 20
STORED_MAX = 1 << 30
ARCHIVE_MAX = 2 << 30
MEMBERS_MAX = 100000
PEEK = 4096


class _Window(io.RawIOBase):
    """A file as zipfile wants it, by pread."""

    def __init__(self, file, size):
        super().__init__()
        self._file, self._size, self._at = file, size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=io.SEEK_SET):
        base = (0, self._at, self._size)[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer):
        size = max(min(len(buffer), self._size - self._at), 0)
        buffer[:size] = self._file.read(self._at, size)
        self._at += size
        return size


class Snapshot:
    """An open archive.  folders: what is in it, each a target."""

    def __init__(self, path):
        self.path = path
        self._file = File(open_file(path))
        try:
            size = self._file.size(most=ARCHIVE_MAX)
            self._zip = _careful(lambda: zipfile.ZipFile(
                io.BufferedReader(_Window(self._file, size))))
            members = self._zip.infolist()
            if len(members) > MEMBERS_MAX:
                raise Error("%d members, over the limit of %d"
                            % (len(members), MEMBERS_MAX), DAMAGED)
            self.folders = {}
            for member in members:
                folder, _, name = member.filename.rpartition("/")
                if name in MEMBERS:
                    self.folders.setdefault(folder, {}).setdefault(
                        name, member)
            if not self.folders:
                raise Error("there is no region in it", DAMAGED)
        except BaseException:
            self.close()
            raise

    def close(self):
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def _read(self, member, most=None):
        stored = member.compress_type == zipfile.ZIP_STORED
        if not stored and member.compress_type != zipfile.ZIP_DEFLATED:
            raise Error("compressed by method %d" % member.compress_type,
                        DAMAGED)
        limit = STORED_MAX if stored else INFLATED_MAX
        if member.file_size > limit:
            raise Error("%d bytes, over the limit of %d"
                        % (member.file_size, limit), DAMAGED)

        def read():
            with self._zip.open(member) as file:
                return file.read(member.file_size if most is None
                                 else min(most, member.file_size))

        return _careful(read)

    def regions(self, folder):
        """Of one target: one that is damaged leaves the other."""
        found, failed = [], None
        for name in MEMBERS:
            member = self.folders[folder].get(name)
            if member is None:
                continue
            try:
                region = Region(content=self._read(member))
                region.path = self.path
                found.append(region)
            except Error as problem:
                failed = Error("%s: %s" % (name, problem), problem.code)
        if not found:
            raise failed
        return found

    def pick(self, which):
        """The folder that is meant: by its name, a pid, a program's name, or
        without a word when there is but one."""
        meant = [folder for folder in sorted(self.folders)
                 if which is None or which == folder
                 or len(self.folders) > 1 and which in self._names(folder)]
        if not meant:
            raise Error("nothing in it is called %s" % safe(which), NO_TARGET)
        if len(meant) > 1:
            raise Error("several are in it: " + " ".join(map(safe, meant)),
                        NO_TARGET)
        return meant[0]

    def _names(self, folder):
        """Pid and name, by the first page of its region."""
        members = self.folders[folder]
        try:
            page = self._read(members.get(MEMBERS[0], members.get(MEMBERS[1])),
                              PEEK)
        except Error:
            return ()
        if len(page) < HEADER.size or page[:8] != U64.pack(MAGIC):
            return ()
        header = dict(zip(HEADER_NAMES, HEADER.unpack_from(page)))
        name = header["name"].split(b"\0", 1)[0]
        return str(header["subject_pid"]), name.decode("utf-8", "replace")


def _careful(work):
    """zipfile has many ways to say that bytes make no sense."""
    try:
        return work()
    except Error:
        raise
    except Exception as problem:  # pylint: disable=broad-except
        raise Error("not one of our snapshots: %s"
                    % safe(str(problem) or type(problem).__name__),
                    DAMAGED) from None


def begins(raw):
    """The first bytes of a zip; an empty one has its end at once."""
    return raw[:4] in (b"PK\3\4", b"PK\5\6")
