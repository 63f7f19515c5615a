"""Targets: processes by number or name, and files [11, 12.1]."""

import builtins
import contextlib
import os
import stat

from .files import File, open_file, region_files
from .layout import *
from .process import life, proc_stat
from . import recording, snapshot
from .recording import Recording
from .region import Region
from .snapshot import Snapshot
from .text import safe


def _regions_of(pid):
    """The region of a process itself and the one an agent keeps about it."""
    process = proc_stat(pid)
    if process is not None and process[0] in "ZX":
        process = None
    found, failed = {}, None
    for path, _ in region_files(pid):
        try:
            region = Region(path)
        except Error as problem:
            failed = Error("%s: %s" % (safe(os.fsencode(path)), problem),
                           problem.code)
            continue
        header = region.header
        kind = "watched" if header["kind"] == KIND_WATCHED else "own"
        other = found.get(kind)
        fits = header["subject_pid"] == pid and (
            process is None or (header["subject_start"] == process[1]
                                and life(region) in ("live", "stopped")))
        if not fits or (other and other.header["created_real_ns"]
                        >= header["created_real_ns"]):
            region.close()
            continue
        if other:
            other.close()
        found[kind] = region
    if not found and failed is not None:
        raise failed
    if not found and process is None:
        raise Error("%d: no such process, and no region of one" % pid,
                    NO_TARGET)
    if not found:
        raise Error("%d: the process publishes nothing, and no agent watches "
                    "it" % pid, NO_TARGET)
    return [found[kind] for kind in ("own", "watched") if kind in found]


def _pids_named(name):
    """Live processes that have a region and this name, oldest first."""
    pids = {}
    for path, _ in region_files():
        try:
            with Region(path) as region:
                header, state = region.header, life(region)
        except Error:
            continue
        pid = header["subject_pid"]
        if state not in ("live", "stopped"):
            continue
        if name in (os.fsdecode(header["name"]), _comm(pid), _exe_name(pid)):
            pids[pid] = header["subject_start"]
    return sorted(pids, key=lambda pid: (pids[pid], pid))


def _comm(pid):
    try:
        with builtins.open("/proc/%d/comm" % pid, "rb") as file:
            return os.fsdecode(file.read(256).rstrip(b"\n"))
    except OSError:
        return None


def _exe_name(pid):
    try:
        return os.path.basename(os.readlink("/proc/%d/exe" % pid))
    except OSError:
        return None


FILE_ENDINGS = (".zip", ".rec", FILE_SUFFIX)


def _split(word):
    """The path of a file, and which of the targets in it is meant."""
    if word.endswith(FILE_ENDINGS) or os.path.lexists(word):
        return word, None
    path, _, which = word.rpartition(":")
    if path.endswith(FILE_ENDINGS) and "/" not in which:
        return path, which
    return word, None


def _find_in_file(path, which):
    descriptor = open_file(path)
    with contextlib.closing(File(descriptor)):
        head = b""
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            head = os.pread(descriptor, 16, 0)
    for begins, kind in ((snapshot.begins, Snapshot),
                         (recording.begins, Recording)):
        if begins(head):
            with kind(path) as found:
                return found.regions(found.pick(which))
    if path.endswith(".zip"):
        raise Error("not one of our snapshots", DAMAGED)
    if which is not None:
        raise Error("there is but one region in it", NO_TARGET)
    return [Region(path)]


def regions(target):
    """Those of a target: its own one, and the one that an agent keeps."""
    word = str(target)
    if not word:
        raise Error("TARGET: an empty word names nothing", 2)
    path, which = _split(word)
    if "/" in word or path.endswith(FILE_ENDINGS):
        try:
            return _find_in_file(path, which)
        except Error as problem:
            raise Error("%s: %s" % (safe(path), problem),
                        problem.code) from None
    if word.isascii() and word.isdigit():
        pid = int(word)
        if not 1 <= pid < 1 << 31:
            raise Error("%s: not a process number" % word[:20], 2)
        return _regions_of(pid)
    name, _, number = word.rpartition(":")
    if not (name and number.isascii() and number.isdigit()):
        name, number = word, ""
    pids = _pids_named(name)
    if not pids:
        raise Error("%s: no region of a live process has this name"
                    % safe(name), NO_TARGET)
    if number and not 1 <= int(number[:9]) <= len(pids):
        raise Error("%s: there are not so many" % safe(word), NO_TARGET)
    if not number and len(pids) > 1:
        raise Error("%s: several processes have this name: %s" % (
            safe(name), " ".join(map(str, pids))), NO_TARGET)
    return _regions_of(pids[int(number[:9]) - 1 if number else 0])


def open(target):  # pylint: disable=redefined-builtin
    """The region of a pid, a name or a path; the own one before a watched."""
    first, *others = regions(target)
    for region in others:
        region.close()
    return first
