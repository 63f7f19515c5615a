"""Random bytes, keys, sizes and stops: it neither ends nor stands still, and
afterwards the terminal is as before.

    storm.py COUNT SEED DBGTOP ARGUMENT...

FIRST is the text to wait for at the start."""

import os
import random
import signal
import sys
import tempfile

from terminal import Terminal

KEYS = [bytes([key]) for key in range(1, 127)
        if key not in (3, 28, ord("q"))]  # what ends it, and Ctrl-\
SEQUENCES = [b"\x1b[A", b"\x1bOB", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~",
             b"\x1b[H", b"\x1b[F", b"\x1b[Z", b"\x1bOP", b"\x1bOQ", b"\x1b[13~",
             b"\x1b[17~", b"\x1b[1;5C", b"\x1b[3~", b"\x1b[200~", b"\x1b",
             b"\x1b[", b"\x1b[<0;%d;%dM", b"\x1b[<64;3;3M", b"\x1b[<65;3;3M",
             b"\x1b[M !!", "äß€日本\U0001f600".encode(), b"\xff\xfe", b"\x9b"]


def some_key():
    if random.random() < 0.6:
        return random.choice(KEYS)
    if random.random() < 0.8:
        sequence = random.choice(SEQUENCES)
        if b"%d" in sequence:
            sequence %= random.randint(0, 600), random.randint(0, 300)
        return sequence
    noise = bytes(random.choice(b"\x1b[O<;0123456789~ABCMm\xc3\xa9\x80\xf0")
                  for _ in range(random.randint(1, 40)))
    return noise


def some_size():
    if random.random() < 0.3:
        return random.randint(1, 4), random.randint(1, 4)
    return random.randint(1, 500), random.randint(1, 200)


def storm(terminal, count):
    for i in range(count):
        what = random.random()
        if what < 0.08:
            terminal.resize(*some_size())
        elif what < 0.09:
            terminal.kill(signal.SIGSTOP)
            terminal.kill(signal.SIGCONT)
        elif what < 0.1:
            terminal.kill(signal.SIGWINCH)
        else:
            terminal.key(some_key())
        terminal.read(0.001)
        if terminal.ended():
            terminal.fail("ended with %d at event %d" % (
                terminal.status, i + 1))


def main():
    count, seed, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    random.seed(seed)
    argv[0] = os.path.abspath(argv[0])
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)  # some keys write files
        terminal = Terminal(argv + ["-i", "100ms"], HOME=home,
                            XDG_CONFIG_HOME=home)
        terminal.wait_for(os.environ.get("FIRST", "LIVE").encode())
        storm(terminal, count)
        terminal.resize(80, 24)
        before = len(terminal.sent)
        # Whatever is open is closed; it draws, and it ends.
        for _ in range(50):
            if terminal.ended():
                break
            terminal.key(b"\x1b")
            terminal.read(0.1)
            terminal.key(b"q")
            terminal.read(0.1)
        if terminal.wait_end("q") != 0:
            terminal.fail("status %d" % terminal.status)
        if len(terminal.sent) - before < 50:
            terminal.fail("nothing was drawn after the storm")
        terminal.expect_restored("a storm")
        terminal.close()


main()
