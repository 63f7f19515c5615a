#!/bin/sh
# A file that a stranger made about somebody else's process is not believed, even
# when it is whole, has the right name and somebody holds its lock.
. tests/cli/lib.sh
[ "$(id -u)" -eq 0 ] || skip "needs root, to be several users"

start_publisher acceptance
path=$("$dbgtop" path "$pid") || die "no path"
sleep 1000 &
target=$!
started="$started $target"
liar=$((210000000 + $$))
lie=/dev/shm/dbgtop-$liar
cat >"$dir/lie.py" <<'END'
import fcntl, os, struct, sys
source, directory, pid, about, owner = sys.argv[1:]
with open("/proc/%s/stat" % pid) as file:
    start = int(file.read().rsplit(")", 1)[1].split()[19])
data = bytearray(open(source, "rb").read())
struct.pack_into("<II", data, 64, int(pid), int(about))
struct.pack_into("<Q", data, 72, start)
name = "%s/%s-%d-%016x.dbg" % (directory, pid, start, 0x0123456789ABCDEF)
struct.pack_into("<Q", data, 56, 0x0123456789ABCDEF)
fd = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
os.write(fd, data)
os.fchmod(fd, 0o444)
os.fchown(fd, int(owner), -1)
lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
fcntl.fcntl(fd, 37, lock)               # F_OFD_SETLK
print(name, flush=True)
sys.stdin.read()
END

# lie_as DIRECTORY_USER FILE_USER ABOUT_USER: $lied is the file, until the lock
# is let go.
lie_as() {
	rm -rf "$lie"
	mkdir -m 755 "$lie"
	made="$made $lie"
	chown "$1" "$lie"
	mkfifo "$dir/hold" 2>/dev/null
	: >"$dir/name"
	python3 "$dir/lie.py" "$path" "$lie" "$target" "$3" "$2" \
		<"$dir/hold" >"$dir/name" &
	holder=$!
	started="$started $holder"
	exec 8>"$dir/hold"
	is_there() { [ -s "$dir/name" ]; }
	wait_for is_there
	lied=$(cat "$dir/name")
}

# The file by itself is a region like another, and live.
lie_as "$liar" "$liar" 0
expect_exit 0 "$dbgtop" show "$lied"
expect_match '^live,'
# But it says nothing about a process of root's.
expect_exit 3 "$dbgtop" path "$target"
expect_exit 1 "$dbgtop" get "$target" net/peers:sent
expect_out ''
exec 8>&-
wait "$holder"

# Nor does one of root's in a directory of his that pretends to be root's.
mine=$lie
lie=/dev/shm/dbgtop-0-$(printf %08x $$)
lie_as "$liar" 0 0
expect_exit 3 "$dbgtop" path "$target"
exec 8>&-
wait "$holder"
rm -rf "$lie"
lie=$mine

# The same file of the process's own user is believed: the check is no other.
kill -KILL "$target"
wait "$target" 2>/dev/null
setpriv --reuid="$liar" --regid="$liar" --clear-groups sleep 1000 &
target=$!
started="$started $target"
is_theirs() { [ "$(stat -c %u "/proc/$target")" -eq "$liar" ]; }
wait_for is_theirs
lie_as "$liar" "$liar" "$liar"
expect_exit 0 "$dbgtop" path "$target"
expect_out "$lied"
exec 8>&-
wait "$holder"
rm -rf "$lie"
