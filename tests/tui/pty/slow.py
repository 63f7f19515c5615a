"""A terminal that takes a kilobyte each second, or nothing at all: pictures are
left out, not queued, and the way out is as short as ever.

    slow.py DBGTOP ARGUMENT..."""

import os
import signal
import sys
import time

from terminal import Terminal

PIPE = 24576     # what a pty holds; all that was sent may lie there
PICTURE = 16384  # more than a whole one of 100x30
LEFT = 8192      # a pty that is told to drop it keeps 4 KiB


def ticks(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(argv):
    terminal = Terminal(argv + ["-i", "50ms"], 100, 30)
    terminal.wait_for(b"LIVE")
    return terminal


def redraw(terminal, times):
    """Asks for whole pictures, and sees that the keys are taken."""
    for _ in range(times):
        terminal.key(b"\x0c")
        time.sleep(0.002)  # each is a picture of its own


def leave(terminal, how, status, what):
    """Ends at once although nobody reads, and what is read then restores."""
    began = time.monotonic()
    if isinstance(how, bytes):
        terminal.key(how)
    else:
        terminal.kill(how)
    while not terminal.ended():
        if time.monotonic() - began > 2:
            terminal.fail(what + ": still there after 2 s")
        time.sleep(0.01)
    if terminal.status != status:
        terminal.fail("%s: status %d" % (what, terminal.status))
    before = len(terminal.sent)
    terminal.rate = None
    terminal.wait_end(what)
    if len(terminal.sent) - before > LEFT:
        terminal.fail("%s: %d bytes were still to come" % (
            what, len(terminal.sent) - before))
    terminal.expect_restored(what)
    terminal.close()


def a_slow_line(argv):
    terminal = start(argv)
    terminal.rate = 1000
    begin = len(terminal.sent)
    while len(terminal.sent) - begin < 4000:
        redraw(terminal, 3)
        terminal.read()
    leave(terminal, b"q", 0, "q on a slow line")


def no_line_at_all(argv):
    """Nothing is read for 300 pictures, then all of it."""
    terminal = start(argv)
    begin = len(terminal.sent)
    redraw(terminal, 300)
    used = ticks(terminal.pid)
    time.sleep(1)  # a second of its clock, nothing is waited for
    if ticks(terminal.pid) - used > 0.2:
        terminal.fail("busy while nothing can be sent")
    terminal.key(b"?")  # the help is what is shown in the end
    terminal.wait_for(b"WHAT", begin)
    if len(terminal.sent) - begin > PIPE + 3 * PICTURE:
        terminal.fail("%d bytes for 300 pictures that nobody saw" % (
            len(terminal.sent) - begin))
    terminal.key(b"q")
    before = len(terminal.sent)
    terminal.wait_for(b"LIVE", before)
    redraw(terminal, 100)
    leave(terminal, b"q", 0, "q, nothing is read")

    for number in signal.SIGTERM, signal.SIGSEGV:
        terminal = start(argv)
        redraw(terminal, 100)
        leave(terminal, number, -number, number.name + ", nothing is read")


def main():
    a_slow_line(sys.argv[1:])
    no_line_at_all(sys.argv[1:])


main()
