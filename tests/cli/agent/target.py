"""A process to watch: makes what its arguments say, then waits to be killed.

name=NAME threads=N files=N tcp=N unix=N busy=SECONDS
"""
import ctypes
import os
import resource
import socket
import sys
import tempfile
import threading
import time

want = dict(argument.split("=", 1) for argument in sys.argv[1:])
kept = []

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
if "name" in want:
    name = want["name"].encode().decode("unicode_escape").encode("latin-1")
    ctypes.CDLL(None).prctl(15, name, 0, 0, 0)

threading.stack_size(65536)
forever = threading.Event()
for _ in range(int(want.get("threads", 0))):
    threading.Thread(target=forever.wait, daemon=True).start()

for _ in range(int(want.get("files", 0))):
    kept.append(open("/dev/null"))


def connect(family, address, count):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(count + 1)
    kept.append(listener)
    for _ in range(count):
        client = socket.socket(family, socket.SOCK_STREAM)
        client.connect(listener.getsockname())
        kept.append(client)
        kept.append(listener.accept()[0])
    # Something to read that nobody reads.
    if count:
        kept[-2].sendall(b"x" * 100)
    return listener.getsockname()


if "tcp" in want:
    print("tcp", connect(socket.AF_INET, ("127.0.0.1", 0),
                         int(want["tcp"]))[1])
if "unix" in want:
    path = tempfile.mkdtemp() + "/socket"
    print("unix", connect(socket.AF_UNIX, path, int(want["unix"])))
    os.unlink(path)
    os.rmdir(os.path.dirname(path))

print("ready", flush=True)
end = time.monotonic() + float(want.get("busy", 0))
while time.monotonic() < end:
    pass
forever.wait()
