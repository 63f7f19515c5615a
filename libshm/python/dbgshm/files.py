"""Bytes of regions: files that are opened read-only, and what was read already
[11, 12.1 to 12.3]."""

import errno
import fcntl
import os
import stat
import struct

from .layout import (BASE_DIRECTORY, DAMAGED, DIRECTORY_NAME, FILE_MAX,
                     FILE_SUFFIX, Error, NO_TARGET, NOT_PERMITTED)

_F_OFD_GETLK = getattr(fcntl, "F_OFD_GETLK", 36)


class File:
    """A file by its descriptor, which it takes over."""

    def __init__(self, descriptor):
        self._fd = descriptor
        self.owner = os.fstat(descriptor).st_uid

    def close(self):
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def size(self, most=None):
        """How long it is; an error when it can be no region, or with `most`
        when it can be none of our other files."""
        status = os.fstat(self._fd)
        if not stat.S_ISREG(status.st_mode):
            raise Error("not a regular file", DAMAGED)
        if status.st_nlink > 1 and most is None:
            raise Error("a region has one name, this file has more", DAMAGED)
        if status.st_size > (FILE_MAX if most is None else most):
            raise Error("larger than it may be", DAMAGED)
        return status.st_size

    def read(self, offset, size):
        """Exactly size bytes; what the file does not have is an error."""
        parts = []
        while size > 0:
            try:
                part = os.pread(self._fd, size, offset)
            except OSError as problem:
                raise Error(strerror(problem), DAMAGED) from None
            if not part:
                raise Error("truncated at byte %d" % offset, DAMAGED)
            parts.append(part)
            offset += len(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def locked(self):
        """The writer's lock is held: it lives [11]."""
        question = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 1, 0)
        try:
            answer = fcntl.fcntl(self._fd, _F_OFD_GETLK, question)
        except OSError:
            return False
        return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK

    def where(self):
        """The path that the kernel has for it, '' when it has none."""
        try:
            return os.readlink("/proc/self/fd/%d" % self._fd)
        except OSError:
            return ""


class Memory:
    """Bytes that have been read from somewhere else: an image."""

    def __init__(self, content):
        self._content = content
        self.owner = os.getuid()

    def close(self):
        self._content = b""

    def size(self):
        return len(self._content)

    def read(self, offset, size):
        if offset + size > len(self._content):
            raise Error("truncated at byte %d" % len(self._content), DAMAGED)
        return self._content[offset:offset + size]

    @staticmethod
    def locked():
        return False

    @staticmethod
    def where():
        return ""


def strerror(problem):
    return os.strerror(problem.errno) if problem.errno else str(problem)


def open_file(path):
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
        raise Error(strerror(problem), code) from None
    except ValueError as problem:  # a NUL in the path
        raise Error(str(problem), NO_TARGET) from None


def directories():
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


def region_files(pid=None):
    """Paths of published regions that may be trusted, by their owner."""
    for directory, owner in directories():
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
