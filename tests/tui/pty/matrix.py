"""However the viewer ends, the terminal is as it was, and the exit status says
why: each way out, quiet and amid redraws, without and with the mouse.

    matrix.py DBGTOP ARGUMENT..."""

import random
import signal
import sys
import time

from terminal import Terminal

S = signal.Signals

# The way out, and the status that it leaves: minus the signal it died by.
ENDS = [(number, -number) for number in (
    S.SIGINT, S.SIGTERM, S.SIGHUP, S.SIGQUIT, S.SIGSEGV, S.SIGABRT, S.SIGBUS,
    S.SIGFPE, S.SIGILL, S.SIGSYS, S.SIGTRAP, S.SIGPIPE, S.SIGALRM, S.SIGUSR1,
    S.SIGUSR2, S.SIGXCPU, S.SIGXFSZ, S.SIGVTALRM, S.SIGPROF, S.SIGIO,
    S.SIGPWR, S.SIGSTKFLT)]
KEYS = [(b"q", 0), (b"\x03", 0), (b"\x1b[21~", 0)]
FAULTS = {S.SIGSEGV, S.SIGABRT, S.SIGBUS, S.SIGFPE, S.SIGILL, S.SIGSYS}


def start(argv, mouse, **more):
    terminal = Terminal(argv + ["-i", "50ms"] + (["--mouse"] if mouse else []),
                        100, 30, **more)
    terminal.wait_for(b"LIVE")
    if mouse:
        terminal.wait_for(b"\x1b[?1000h")
    if not terminal.is_on(1049) or terminal.is_on(25):
        terminal.fail("not on the alternate screen")
    return terminal


def be_busy(terminal):
    """Redraws of everything, and sizes, until some moment."""
    until = time.monotonic() + random.uniform(0, 0.15)
    while time.monotonic() < until:
        terminal.key(random.choice([b"\x0c", b"j", b"k", b"x", b"\t", b"u"]))
        terminal.resize(random.randint(1, 300), random.randint(1, 100))
        terminal.read(0.001)


def one(argv, end, status, mouse, busy):
    what = "%s%s%s" % (repr(end) if isinstance(end, bytes) else end.name,
                       " with the mouse" if mouse else "",
                       " amid redraws" if busy else "")
    terminal = start(argv, mouse)
    if busy:
        be_busy(terminal)
    if isinstance(end, bytes):
        terminal.key(b"\x1b" + end if busy else end)
    else:
        terminal.kill(end)
    if terminal.wait_end(what) != status:
        terminal.fail("%s: status %d, not %d" % (what, terminal.status, status))
    terminal.expect_restored(what)
    if (b"a bug in dbgtop" in terminal.sent) != (end in FAULTS):
        terminal.fail(what + ": a fault is told, and nothing else is")
    terminal.close()


def hang_up(argv, ignored, status, busy):
    terminal = start(argv, False, ignored=ignored)
    if busy:
        be_busy(terminal)
    terminal.hang_up()
    end = time.monotonic() + 20
    while not terminal.ended():
        if time.monotonic() > end:
            terminal.fail("still there without a terminal")
        time.sleep(0.01)
    if terminal.status != status:
        terminal.fail("terminal lost: status %d, not %d" % (
            terminal.status, status))


def stop_and_go(argv):
    """SIGSTOP: nobody is told; then somebody else sets the modes."""
    terminal = start(argv, True)
    terminal.kill(S.SIGSTOP)
    before = len(terminal.sent)
    terminal.kill(S.SIGCONT)
    terminal.wait_for(b"LIVE", before)
    terminal.wait_for(b"\x1b[?1000h", before)
    if not terminal.is_on(1049) or terminal.is_on(25):
        terminal.fail("SIGCONT: the screen is not taken again")
    terminal.key(b"q")
    terminal.wait_end("q")
    terminal.expect_restored("q after SIGCONT")
    terminal.close()


def main():
    random.seed(1)
    argv = sys.argv[1:]
    for mouse in False, True:
        for busy in False, True:
            for end, status in ENDS + KEYS:
                one(argv, end, status, mouse, busy)
    for busy in False, True:
        hang_up(argv, (), -signal.SIGHUP, busy)
        hang_up(argv, (signal.SIGHUP,), -signal.SIGHUP, busy)
    stop_and_go(argv)


main()
