#!/bin/sh
# The file of a region is cut, filled with zeros and replaced while the full screen
# shows it, again and again: it goes on, ends in order, and no signal ends it.
. tests/tui/lib.sh

start_publisher acceptance
path=$("$dbgtop" path "$pid") || die "no path"
cp "$path" "$dir/whole.dbg"
cp "$path" "$dir/cut.dbg"
chmod 600 "$dir/whole.dbg" "$dir/cut.dbg"
python3 - "$dbgtop" "$dir/cut.dbg" "$dir/whole.dbg" <<'END' || die "see above"
import os, sys
sys.path.insert(0, "tests/tui/pty")
sys.dont_write_bytecode = True
from terminal import Terminal
dbgtop, path, whole = sys.argv[1:]
data = open(whole, "rb").read()[:1 << 20]
sizes = [0, 1, 100, 511, 512, 4095, 4096, 8192, 65537, len(data) // 2]
terminal = Terminal([dbgtop, path, "-i", "100ms"], columns=100, rows=30)
terminal.wait_for(b"net")
for i in range(200):
    if i % 10 == 9:      # another file of that name
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.rename(path + ".new", path)
    elif i % 2 == 0:
        os.truncate(path, sizes[i // 2 % len(sizes)])
    else:
        with open(path, "r+b") as file:
            file.write(data)
    terminal.key(b"jk12"[i % 4:i % 4 + 1])
    terminal.read(0.02)
    if terminal.ended():
        terminal.fail("it ended with %d at cut %d" % (terminal.status, i))
terminal.key(b"\x1b")
terminal.read(0.1)
terminal.key(b"q")
if terminal.wait_end("q") != 0:
    terminal.fail("status %d" % terminal.status)
terminal.expect_restored("cuts")
terminal.close()
END
