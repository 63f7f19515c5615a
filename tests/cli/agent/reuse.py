"""One process takes the number of another: FIRST SECOND, prints the number.

Waits after the first for a line on standard input, and after the second again.
Ends with 77 where the kernel does not let us choose.
"""
import os
import subprocess
import sys

first, second = sys.argv[1:]
last = "/proc/sys/kernel/ns_last_pid"
if not os.access(last, os.W_OK):
    sys.exit(77)
one = subprocess.Popen([first, "infinity"])
print(one.pid, flush=True)
sys.stdin.readline()
for _ in range(50):
    one.kill()
    one.wait()
    with open(last, "w", encoding="ascii") as file:
        file.write(str(one.pid - 1))
    two = subprocess.Popen([second, "infinity"])
    if two.pid == one.pid:
        print("reused", flush=True)
        sys.stdin.readline()
        two.kill()
        sys.exit(0)
    two.kill()
    two.wait()
sys.exit(77)
