"""The process of a region: what the kernel and the header say [11]."""

import builtins
import os
import pwd
import time

from .layout import *


def proc_stat(pid):
    """(state, start time, ends) of a process, or None."""
    try:
        with builtins.open("/proc/%d/stat" % pid, "rb") as file:
            line = file.read(4096)
        # The name in parentheses may hold anything, also parentheses.
        fields = line[line.rindex(b")") + 2:].split()
        state, flags = fields[0].decode("ascii"), int(fields[6])
        return state, int(fields[19]), bool(flags & 4)  # PF_EXITING
    except (OSError, ValueError, IndexError):
        return None


def _small(path):
    try:
        with builtins.open(path, "rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def _inode(path):
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


class Host:
    """What does not change while a reader lives."""

    def __init__(self):
        boot = _small("/proc/sys/kernel/random/boot_id")
        self.boot_id = boot.strip().replace(b"-", b"")
        self.time_namespace = _inode("/proc/self/ns/time")

    def is_boot_of(self, header):
        return header["boot_id"].hex().encode("ascii") == self.boot_id


def process_of(header, who):
    """What /proc says about that very process; None where it cannot know."""
    if not Host().is_boot_of(header):
        return None
    if header["pid_namespace"] not in (0, _inode("/proc/self/ns/pid")):
        return None
    process = proc_stat(header[who + "_pid"])
    if process is None or process[1] != header[who + "_start"]:
        return None
    return process


def runs(process):
    """It has memory of its own: no zombie, not on its way out."""
    return (process is not None and process[0] not in "ZXx"
            and not process[2])


def is_original(region):
    """The file that the writer writes: a copy says nothing of a process."""
    header = region.header
    if header["flags"] & FLAG_UNNAMED:
        return True
    path = region.file.where()
    name = "%d-%d-%016x%s" % (header["subject_pid"], header["subject_start"],
                              header["random_id"], FILE_SUFFIX)
    return (os.path.basename(path).startswith(name)
            and path.startswith(os.path.join(BASE_DIRECTORY,
                                             DIRECTORY_PREFIX)))


def life(region):
    """live, stopped, dead, exited, replaced, stale: what the kernel says."""
    header = region.header
    if region.is_image():
        return TAKEN_LIVES[header["taken_life"]]
    held = region.writer_lives()
    process = process_of(header, "subject")
    if header["kind"] == KIND_WATCHED:
        if header["subject_state"] == SUBJECT_EXITED:
            return "exited"
        if header["subject_state"] == SUBJECT_REPLACED:
            return "replaced"
        if not held:
            return "stale"
    elif not held:
        if header["exit_real_ns"] != 0:
            return "dead"
        if (header["reason"] != REASON_NO_LOCK and is_original(region)
                and runs(process)):
            return "replaced"
        return "dead"
    return "stopped" if process is not None and process[0] in "Tt" else "live"


def uptime(view, state):
    """Since the subject began, until now or until it ended; None unknown."""
    header, past = view.header, view is not view.present
    start = header["subject_start"] * (10**9 // os.sysconf("SC_CLK_TCK"))
    if not past and not view.is_image() and state in ("live", "stopped"):
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if start and now >= start:
            return now - start
    if past:
        end = view.frame_real_ns
    else:
        end = (since(header, state) or header["taken_real_ns"]
               or header["clock_real_ns"])
    begin = header["created_real_ns"]
    if start and begin > header["created_boot_ns"] - start > 0:
        begin -= header["created_boot_ns"] - start
    return end - begin if end >= begin else None


def since(header, state):
    """When the state began, ns since 1970; 0 unknown or not over."""
    if state == "live":
        return 0
    if state in ("exited", "replaced"):
        return header["subject_exit_real_ns"] or header["clock_real_ns"]
    return header["exit_real_ns"] or header["clock_real_ns"]


def age(view, state):
    """Since the last tick; None when there was none."""
    header = view.header
    if view is not view.present:
        return max(view.asked_ns - view.frame_real_ns, 0)
    if state in ("live", "stopped"):
        now, then = view.frame_mono_ns, header["clock_mono_ns"]
    else:
        now, then = view.frame_real_ns, header["clock_real_ns"]
    return None if then == 0 else max(now - then, 0)


def user(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
