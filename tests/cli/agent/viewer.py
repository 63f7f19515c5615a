"""The other end of dbgtop-agent --private, without a viewer.

usage: viewer.py AGENT DBGSHM_DIRECTORY PID WHAT
WHAT: good, missing, exits, parent
"""
import array
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time

agent, library, pid, what = sys.argv[1:5]
sys.path.insert(0, library)
sys.dont_write_bytecode = True


def wait_for(fact, text):
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, "waited in vain for: " + text
        time.sleep(0.02)


def start():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = subprocess.Popen(
        [agent, "--private", pid, "--region-fd", str(theirs.fileno())],
        pass_fds=[theirs.fileno()])
    theirs.close()
    ours.settimeout(20)
    return ours, child


def receive(ours):
    message, control, _, _ = ours.recvmsg(512, socket.CMSG_SPACE(16))
    descriptors = array.array("i")
    for _, _, data in control:
        descriptors.frombytes(data[:len(data) // 4 * 4])
    return message, list(descriptors)


if what == "missing":
    ours, child = start()
    message, descriptors = receive(ours)
    assert message == ("Epid %s: no such process" % pid).encode(), message
    assert descriptors == []
    assert ours.recv(512) == b"", "a second message"
    assert child.wait(20) == 1
    sys.exit(0)

if what == "parent":
    # A parent that dies while somebody else still holds the socket.
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        child = subprocess.Popen(
            [agent, "--private", pid, "--region-fd", str(theirs.fileno())],
            pass_fds=[theirs.fileno()])
        os.write(writer, b"%d" % child.pid)
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    theirs.close()
    ours.settimeout(20)
    assert receive(ours)[0] == b"R"
    watcher = int(os.read(reader, 32))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert ours.recv(512) == b"", "the watcher stays without its parent"
    wait_for(lambda: not os.path.exists("/proc/%d/exe" % watcher), "its end")
    sys.exit(0)

ours, child = start()
message, descriptors = receive(ours)
assert message == b"R" and len(descriptors) == 1, (message, descriptors)
descriptor = descriptors[0]
flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
assert flags & os.O_ACCMODE == os.O_RDONLY, flags
assert os.fstat(descriptor).st_nlink == 0, "the region has a name"
assert os.fstat(descriptor).st_mode & 0o777 == 0o400


def copy():
    """A region file as of now, for any reader."""
    path = os.path.join(os.environ["DIR"], "copy.dbg")
    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    with open(path, "wb") as file:
        file.write(data)
    return subprocess.run([os.environ["DBGTOP"], "show", path, "-j"],
                          capture_output=True, text=True)


import json
shown = json.loads(copy().stdout)
profiles = {p["path"]: p for p in shown["profiles"]}
for path in ("process", "threads", "memory", "files", "sockets", "io",
             "limits", "cgroup", "coverage"):
    assert path in profiles, path
values = {m["name"]: m["value"] for m in profiles["process"]["metrics"]}
assert values["cpu_percent"] is not None, "no share of CPU yet"
assert int(values["threads"]) == len(os.listdir("/proc/%s/task" % pid))
tids = [r["cells"]["tid"] for r in profiles["threads"]["table"]["rows"]]
assert sorted(tids) == sorted(map(int, os.listdir("/proc/%s/task" % pid)))

if what == "exits":
    os.kill(int(pid), signal.SIGKILL)
    # 8 bytes at 1072: what became of the subject.
    wait_for(lambda: os.pread(descriptor, 8, 1072) == b"\x02" + bytes(7),
             "the mark of the end")
    assert child.poll() is None, "the watcher did not wait for the viewer"
ours.close()
assert child.wait(20) == 0, child.returncode
