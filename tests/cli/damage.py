"""Whatever stands in a file, nothing but dbgshm.Error comes out, and soon.

usage: damage.py SEED COUNT COPY FILE...
"""
import json
import os
import random
import resource
import sys
import time

import dbgshm
import dbgshm.mirror

WORDS = [0, 1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 4095, 4096, 65535, 65536,
         (1 << 31) - 1, (1 << 32) - 1, 1 << 40, (1 << 63) - 1, (1 << 64) - 1]


def damaged(raw):
    """The same with some bytes changed, cut off, doubled or left out."""
    raw = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        width = random.choice((1, 1, 2, 4, 8))
        at = random.randrange(max(len(raw) - 8, 1))
        if random.random() < 0.3:  # where it says what it is
            at = random.randrange(max(min(len(raw), 4096), 1))
        how = random.random()
        if how < 0.9:
            value = random.choice(WORDS + [random.getrandbits(64)] * 8)
            raw[at:at + width] = (value & (1 << 8 * width) - 1).to_bytes(
                width, sys.byteorder)
        elif how < 0.93:
            del raw[at:]
        elif how < 0.96:
            del raw[at:at + random.randrange(5000)]
        else:
            raw[at:at] = raw[at:at + random.randrange(5000)]
    return raw


PUT = dbgshm.mirror.Mirror.put


def damaged_put(mirror, content):
    PUT(mirror, bytes(damaged(content)))


def read_all(path, samples):
    """Everything that can be asked; how much was left out."""
    faults = 0
    for region in dbgshm.regions(path):
        with region:
            json.dumps(dbgshm.show([region]), allow_nan=False)
            dbgshm.log([region], secrets=True)
            region.summary()
            past = region.history()
            for index in {0, len(past) // 2, len(past) - 1}:
                if 0 <= index < len(past):
                    view = past.show(index)
                    view.tables(secrets=True)
                    json.dumps(dbgshm.show_at(
                        [region], view.frame_real_ns), allow_nan=False)
            if samples:
                json.dumps(list(dbgshm.tail(region)), allow_nan=False)
            faults += len(region.faults)
    return faults


def main(seed, count, copy, *paths):
    random.seed(seed)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    originals = []
    for path in paths:
        with open(path, "rb") as file:
            originals.append((os.path.splitext(path)[1], file.read()))
    outcomes = {"shown": 0, "faults": 0, "refused": 0}
    longest, begin = 0, time.monotonic()
    for turn in range(count):
        ending, original = originals[turn % len(originals)]
        # What is damaged in a recording is found by checksums; so the pieces
        # in it are damaged as well.
        dbgshm.mirror.Mirror.put = PUT
        if ending == ".rec" and turn // len(originals) % 2:
            dbgshm.mirror.Mirror.put = damaged_put
        with open(copy + ending, "wb") as file:
            file.write(original if dbgshm.mirror.Mirror.put is damaged_put
                       else damaged(original))
        started = time.monotonic()
        try:
            outcomes["faults" if read_all(
                copy + ending, turn % 7 < 2) else "shown"] += 1
        except dbgshm.Error as problem:
            assert str(problem).isprintable(), problem
            outcomes["refused"] += 1
        longest = max(longest, time.monotonic() - started)
    assert longest < 60, longest
    assert count < 100 or min(outcomes.values()) > 0, outcomes
    print("%s in %d s, the longest %.2f s" % (
        outcomes, time.monotonic() - begin, longest))


main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
