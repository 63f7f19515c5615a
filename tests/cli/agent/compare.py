"""Is what dbgtop shows of a process what /proc says?  Prints each difference.

usage: compare.py DBGTOP PID

Values that move while they are read must lie between two readings of /proc, one
before and one after; those that are sampled seldom get the slack stated here.
"""
import json
import math
import os
import re
import subprocess
import sys
import time

dbgtop, pid = sys.argv[1], sys.argv[2]
proc = "/proc/" + pid
TICK = 10**9 // os.sysconf("SC_CLK_TCK")
faults = []


def fields(path, scale=1):
    found = {}
    for line in open(path):
        match = re.match(r"(\w+):?\s+(-?\d+)", line)
        if match:
            found[match[1]] = int(match[2]) * scale
    return found


def stat(path):
    text = open(path).read()
    return text[text.rindex(")") + 2:].split()


def reading():
    now = {"status": fields(proc + "/status", 1024)}
    now["counts"] = fields(proc + "/status")
    now["io"] = fields(proc + "/io")
    now["stat"] = stat(proc + "/stat")
    now["fds"] = {int(fd): os.readlink(proc + "/fd/" + fd)
                  for fd in os.listdir(proc + "/fd")}
    now["threads"] = {}
    for tid in os.listdir(proc + "/task"):
        task = proc + "/task/" + tid
        now["threads"][int(tid)] = {
            "name": open(task + "/comm").read()[:-1],
            "stat": stat(task + "/stat"),
            "wait": int(open(task + "/schedstat").read().split()[1]),
            "counts": fields(task + "/status"),
        }
    return now


before = reading()
# A sample that was begun after the first reading.
deadline = time.monotonic() + 20
first = None
while True:
    shown = json.loads(subprocess.check_output(
        [dbgtop, "show", pid, "-j", "-l", "debug", "--all"]))
    profiles = {p["path"]: p for p in shown["profiles"]}
    uptime = next(m["value"] for m in profiles["process"]["metrics"]
                  if m["name"] == "uptime")
    first = first or uptime
    # Two samples on, so that what is read in turns has had its turn.
    if int(uptime) > int(first) + 8 * 10**8:
        break
    if time.monotonic() > deadline:
        sys.exit("no new sample in 20 s")
    time.sleep(0.1)
after = reading()


def metric(profile, name, **labels):
    for m in profiles[profile]["metrics"]:
        if m["name"] == name and m["labels"] == labels:
            return int(m["value"])
    return None


def rows(profile):
    return [r["cells"] for r in profiles[profile]["table"]["rows"]]


def between(what, value, low, high, slack=0):
    if value is None or not low - slack <= int(value) <= high + slack:
        faults.append("%s: %s, /proc says %s to %s" % (what, value, low, high))


def same(what, value, expected):
    if value != expected:
        faults.append("%s: %r, /proc says %r" % (what, value, expected))


# process
for name, index in (("cpu_user", 11), ("cpu_system", 12)):
    between(name, metric("process", name), int(before["stat"][index]) * TICK,
            int(after["stat"][index]) * TICK)
for name, index in (("faults_minor", 7), ("faults_major", 9)):
    between(name, metric("process", name), int(before["stat"][index]),
            int(after["stat"][index]))
same("threads", metric("process", "threads"), len(after["threads"]))
same("nice", metric("process", "nice"), int(after["stat"][16]))
same("oom_score", metric("process", "oom_score"),
     int(open(proc + "/oom_score").read()))

# memory: the kernel itself counts these in batches
PAGES = 64 * os.sysconf("SC_PAGESIZE")
for name, key in (("rss", "VmRSS"), ("rss_peak", "VmHWM"),
                  ("rss_anon", "RssAnon"), ("rss_file", "RssFile"),
                  ("virtual", "VmSize"), ("data", "VmData"),
                  ("stack", "VmStk"), ("page_tables", "VmPTE"),
                  ("swap", "VmSwap")):
    values = sorted((before["status"][key], after["status"][key]))
    between("memory " + name, metric("memory", name), *values, slack=PAGES)
rollup = fields(proc + "/smaps_rollup", 1024)
# Sampled every 5 s; neighbours that map the same pages come and go.
between("pss", metric("memory", "pss"), rollup["Pss"] * 3 // 4,
        rollup["Pss"] * 4 // 3)
between("private_dirty", metric("memory", "private_dirty"),
        rollup["Private_Dirty"], rollup["Private_Dirty"],
        slack=rollup["Private_Dirty"] // 10 + PAGES)

# threads
threads = {r["tid"]: r for r in rows("threads")}
same("thread ids", sorted(threads), sorted(after["threads"]))
for tid, now in after["threads"].items():
    was, row = before["threads"].get(tid), threads.get(tid)
    if was is None or row is None:
        continue
    same("name of %d" % tid, row["name"], now["name"])
    for name, index in (("cpu_user", 11), ("cpu_system", 12)):
        between("%s of %d" % (name, tid), row[name],
                int(was["stat"][index]) * TICK, int(now["stat"][index]) * TICK)
    between("run_queue_wait of %d" % tid, row["run_queue_wait"], was["wait"],
            now["wait"])
    for name, key in (("switches_voluntary", "voluntary_ctxt_switches"),
                      ("switches_involuntary", "nonvoluntary_ctxt_switches")):
        between("%s of %d" % (name, tid), row[name], was["counts"][key],
                now["counts"][key])
    if now["stat"][0] == was["stat"][0] == "S":
        same("state of %d" % tid, row["state"], "sleeping")

# files
same("files total", metric("files", "total"), len(after["fds"]))
files = {r["fd"]: r for r in rows("files")}
same("descriptors", sorted(files), sorted(after["fds"]))
for fd, link in after["fds"].items():
    if fd not in files or before["fds"].get(fd) != link:
        continue
    same("target of fd %d" % fd, files[fd]["target"], link[:128])
    info = fields("%s/fdinfo/%d" % (proc, fd))
    same("position of fd %d" % fd, files[fd]["position"], info["pos"])
    kind = ("socket" if link.startswith("socket:[") else
            "pipe" if link.startswith("pipe:[") else
            "device" if link.startswith("/dev/") else None)
    if kind:
        same("kind of fd %d" % fd, files[fd]["kind"], kind)
sockets = [f for f in after["fds"].values() if f.startswith("socket:[")]
same("open sockets", metric("files", "open", kind="socket"), len(sockets))
same("sockets total", metric("sockets", "total"), len(sockets))

# io
for name, key in (("read", "rchar"), ("written", "wchar"),
                  ("read_calls", "syscr"), ("write_calls", "syscw"),
                  ("disk_read", "read_bytes"),
                  ("disk_written", "write_bytes")):
    between("io " + name, metric("io", name), before["io"][key],
            after["io"][key])

# limits
limits = {r["name"]: r for r in rows("limits")}
for line in open(proc + "/limits").read().splitlines()[1:]:
    name = line[4:26].strip()
    soft, hard = line[26:].split()[:2]
    row = limits.pop(name, None)
    if row is None:
        faults.append("limit %s: missing" % name)
        continue
    for which, text in (("soft", soft), ("hard", hard)):
        value = None if text == "unlimited" else float(text)
        # JSON has no infinity, and words above 2^53 are texts.
        shown_value = row[which] if row[which] is None else float(row[which])
        same("limit %s %s" % (name, which), shown_value, value)
same("limits too many", sorted(limits), [])
used = next(r for r in rows("limits") if r["name"] == "open files")
same("open files used", float(used["used"]), float(len(after["fds"])))
if used["soft"]:
    percent = 100.0 * len(after["fds"]) / float(used["soft"])
    if not math.isclose(float(used["percent"]), percent, rel_tol=1e-6):
        faults.append("open files: %s %%, not %s" % (used["percent"], percent))

# cgroup
groups = [line.rstrip("\n").split(":", 2) for line in open(proc + "/cgroup")]
same("cgroups", sorted((r["controllers"], r["path"]) for r in rows("cgroup")),
     sorted((c or "unified", p[:128]) for _, c, p in groups))

# Root and the same user may see everything, but not every kernel has it all.
for row in rows("coverage"):
    if not row["available"] and row["part"] != "threads.wchan":
        faults.append("%s: %s" % (row["part"], row["reason"]))

print("\n".join(faults))
sys.exit(len(faults) != 0)
