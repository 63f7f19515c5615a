"""A terminal that is played: the program runs on a pty of its own, and all that
it sends is kept."""

import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 20  # seconds; what is waited for takes some hundredths


class Terminal:
    def __init__(self, argv, columns=80, rows=24, ignored=(), **env):
        self.sent = bytearray()
        self.status = None
        self.rate = None  # bytes per second that are read; None all at once
        self.next_read = 0.0
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for target in 0, 1, 2:
                os.dup2(self.slave, target)
            os.closerange(3, 64)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for number in signal.SIGPIPE, signal.SIGXFSZ:
                signal.signal(number, signal.SIG_DFL)  # Python ignores them
            for number in ignored:
                signal.signal(number, signal.SIG_IGN)
            wanted = dict(os.environ, TERM="xterm-256color")
            wanted.update(env)
            os.execvpe(argv[0], argv, wanted)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def key(self, data):
        os.write(self.master, data)

    def kill(self, number):
        os.kill(self.pid, number)

    def read(self, wait=0.02):
        """What has been sent meanwhile; at the rate of the line."""
        size = 65536
        if self.rate is not None:
            now = time.monotonic()
            if now < self.next_read:
                time.sleep(min(wait, self.next_read - now))
                return
            size = 64
            self.next_read = max(self.next_read, now - 1) + size / self.rate
        if select.select([self.master], [], [], wait)[0]:
            try:
                self.sent += os.read(self.master, size)
            except OSError:
                pass

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait(self, fact, what):
        end = time.monotonic() + PATIENCE
        while not fact():
            if time.monotonic() > end:
                self.fail("waited in vain for " + what)
            self.read()

    def wait_for(self, text, after=0):
        """Until that text has been sent, after so many bytes."""
        self.wait(lambda: text in self.sent[after:] or self.ended(),
                  repr(text))
        if text not in self.sent[after:]:
            self.fail("ended with %s before %r" % (self.status, text))

    def wait_end(self, what):
        """The exit status; negative: the signal that ended it."""
        self.wait(self.ended, "the end after " + what)
        while self.rate is None and \
                select.select([self.master], [], [], 0)[0]:
            self.read(0)
        return self.status

    def text(self):
        """What was sent, without what is no text."""
        return re.sub(rb"(\x1b(\[[0-?]*[@-~]|\(B|[^[(]))+", b" ",
                      bytes(self.sent))

    def is_on(self, mode):
        """A private mode, as the last sequence about it left it."""
        found = re.findall(rb"\x1b\[\?%d([hl])" % mode, self.sent)
        return bool(found) and found[-1] == b"h"

    def expect_restored(self, what):
        if termios.tcgetattr(self.slave) != self.before:
            self.fail("%s: other modes: %s, not %s" % (
                what, termios.tcgetattr(self.slave), self.before))
        for mode, name in ((1049, "alternate screen"), (1000, "mouse"),
                           (1006, "mouse numbers"), (1, "cursor keys")):
            if self.is_on(mode):
                self.fail("%s: %s left on" % (what, name))
        if not self.is_on(25):
            self.fail(what + ": cursor left hidden")
        if re.findall(rb"\x1b([=>])", self.sent)[-1] != b">":
            self.fail(what + ": number pad left switched")
        if re.findall(rb"\x1b\[([0-9;]*)m", self.sent)[-1] not in (
                b"", b"0", b"39;49"):
            self.fail(what + ": colors left on")

    def close(self):
        if not self.ended():
            self.kill(signal.SIGKILL)
            self.wait(self.ended, "the end after SIGKILL")
        for descriptor in self.master, self.slave:
            if descriptor is not None:
                os.close(descriptor)

    def hang_up(self):
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = None

    def fail(self, why):
        print(why)
        sys.stdout.flush()
        os.write(1, self.text()[-2000:] + b"\n")
        if not self.status and self.status != 0:
            os.kill(self.pid, signal.SIGKILL)
        sys.exit(1)
