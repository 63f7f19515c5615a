"""Starts and ends processes as fast as it can, until it is killed.

[COUNT COMMAND...]: so many at a time, 8 that end at once if not told.
"""
import os
import shutil
import sys

count = int(sys.argv[1]) if len(sys.argv) > 1 else 8
command = sys.argv[2:] or ["true"]
program = shutil.which(command[0])

while True:
    for child in [os.posix_spawn(program, command, {}) for _ in range(count)]:
        os.waitpid(child, 0)
