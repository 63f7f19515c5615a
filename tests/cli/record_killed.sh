#!/bin/sh
# A recording of 1,000 metrics while the recorder is killed again and again and
# the disk is full for a while: every whole block stays readable, nothing is lost
# that the region still had, and all values are those of the program's own log.  A
# value costs a byte at most; each start says once more what exists, and the block
# that it begins in.
#
# TICKS at MILLISECONDS of real time each, KILLS: for the long form.  limit: 3600
. tests/cli/lib.sh

TICKS=${TICKS:-600} MILLISECONDS=${MILLISECONDS:-100} KILLS=${KILLS:-100}
dbgtop=$PWD/$B/dbgtop
METRICS=1000

# A small file system where we may have one; else a limit of file sizes.
disk=$dir/disk
mkdir "$disk"
limited=yes
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=8m none "$disk" 2>/dev/null; then
	limited=
	unmount() {
		umount "$disk" 2>/dev/null
		cleanup
	}
	trap unmount EXIT
fi

mkfifo "$dir/go"
cp "$B/tests/fault/thousand" "$dir/" || exit 1
"$dir/thousand" $METRICS "$TICKS" "$MILLISECONDS" <"$dir/go" >"$dir/log" 2>&1 &
pid=$!
started="$started $pid"
exec 5>"$dir/go"
wait_for "$dbgtop" path $pid

python3 - "$dbgtop" "$pid" "$dir" "$TICKS" "$MILLISECONDS" "$KILLS" \
    "$limited" <<'END' || die 'the recording'
import os, random, resource, signal, subprocess, sys, time

dbgtop, pid, folder, ticks, step, kills, limited = sys.argv[1:]
ticks, kills, step = int(ticks), int(kills), int(step) / 1000
disk, rec, log = folder + "/disk", folder + "/disk/some.rec", folder + "/log"
random.seed(1)
said = open(folder + "/said", "w+")


def record(size=None):
    def limit():
        if size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.Popen(
        [dbgtop, "record", pid, "-o", rec, "-i", str(step)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
        preexec_fn=limit)


def wait(what, fact):
    for _ in range(1200):
        if fact():
            return
        time.sleep(0.05)
    sys.exit("waited in vain for: " + what)


def says(text):
    said.flush()
    with open(folder + "/said") as file:
        return text in file.read()


def done():
    with open(log, "rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 8))
        return file.read().endswith(b"end\n")


def fill():
    """The disk is full, for some ticks."""
    recorder = record(os.path.getsize(rec) + 100 if limited else None)
    if not limited:
        with open(disk + "/filler", "wb", 0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
    wait("a full disk", lambda: says("No space left") or
         says("File too large"))
    time.sleep(5 * step)
    subprocess.run([dbgtop, "get", rec, "load:m0001"], check=True,
                   stdout=subprocess.DEVNULL)
    if limited:
        recorder.kill()
    else:
        os.unlink(disk + "/filler")
        wait("room", lambda: says("it goes on"))
        recorder.kill()
    recorder.wait()


with open(folder + "/go", "wb", 0) as go:
    go.write(b"\n")
for kill in range(kills):
    recorder = record()
    # Any moment: nothing is waited for.
    time.sleep(random.uniform(0, 1.8 * ticks * step / kills))
    recorder.kill()
    recorder.wait()
    if kill % 10 == 9:
        found = subprocess.run([dbgtop, "get", rec, "load:m0001"],
                               stdout=subprocess.DEVNULL)
        if found.returncode != 0:
            sys.exit("after kill %d it can not be read" % kill)
    if kill == kills // 2:
        fill()
recorder = record()
deadline = time.monotonic() + 60 + 3 * ticks * step
while not done() and time.monotonic() < deadline:
    time.sleep(0.2)
time.sleep(3 * step)
recorder.send_signal(signal.SIGTERM)
if recorder.wait() != 0:
    sys.exit("record: exit %d" % recorder.returncode)
END
exec 5>&-
sed -i '/^end$/d' "$dir/log"
rec=$disk/some.rec
expect_exit 0 "$dbgtop" record "$pid" -o "$dir/whole.rec" -n 1 -i 10ms

expect_exit 0 "$dbgtop" check "$rec"
expect_exit 0 "$dbgtop" tail "$rec" 'load:*' --since 1d --columns -O csv
python3 - "$dir/out" "$dir/log" "$rec" "$dir/whole.rec" $((KILLS + 2)) <<'END' || die 'what was recorded'
import csv, os, sys

out, log, rec, whole, starts = sys.argv[1:]
wanted = {}
with open(log) as file:
    for line in file:
        words = line.split()
        wanted[int(words[0])] = words[1:]
seen = wrong = 0
order = sorted(wanted)
with open(out, newline="") as file:
    for row in csv.DictReader(file):
        values = wanted.pop(int(row["mono_ns"]), None)
        if values is None:
            continue
        seen += 1
        for i, value in enumerate(values):
            if float(row["load:m%04d" % i]) != float(value):
                wrong += 1
size = os.path.getsize(rec)
whole = os.path.getsize(whole)
print("ticks %d, lost %d, wrong values %d; without kills %.2f bytes a value, "
      "with them %d more for each of %s starts" % (
    seen, len(wanted), wrong, whole / seen / 1000,
    (size - whole) / int(starts), starts))
for i, time in enumerate(order):
    if time in wanted:
        print("lost: tick %d of %d" % (i, len(order)))
sys.exit(wrong > 0 or len(wanted) > 0 or whole > seen * 1000 or
         size > whole + int(starts) * 65536)
END
