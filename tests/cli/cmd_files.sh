#!/bin/sh
# Truncated, empty, foreign, random and unreadable files: one clear line and the
# exit code of the manual, for every command that takes one.
. tests/cli/lib.sh

start_publisher acceptance
path=$("$dbgtop" path "$pid") || die "no path"

# Sound, live and copied.
expect_exit 0 "$dbgtop" check "$path"
expect_match 'a sound region of format 1.2; profiles 3, metrics 22, tables 1'
cp "$path" "$dir/copy.dbg"
expect_exit 0 "$dbgtop" check "$dir/copy.dbg"
expect_exit 0 "$dbgtop" check -q "$dir/copy.dbg"
expect_out ''

# refuses FILE STATUS WHAT
refuses() {
	for command in check show describe path "get:process:cpu_user"; do
		case $command in
		get:*) expect_exit "$2" "$dbgtop" get "$1" "${command#get:}" ;;
		*) expect_exit "$2" "$dbgtop" "$command" "$1" ;;
		esac
		expect_out ''
		expect_err "^dbgtop: $1: .*$3"
		[ "$(wc -l <"$dir/err")" -le 2 ] || die "$(cat "$dir/err")"
	done
}
: >"$dir/empty"
refuses "$dir/empty" 5 'empty'
head -c 5000 "$path" >"$dir/short"
refuses "$dir/short" 5 'too short'
head -c 100000 "$path" >"$dir/cut"
refuses "$dir/cut" 5 ''
head -c 65536 /dev/urandom >"$dir/random"
refuses "$dir/random" 5 'not one of our regions'
cp "$dbgtop" "$dir/program"
refuses "$dir/program" 5 'not one of our regions'
refuses "$dir" 5 ''
refuses /dev/zero 5 'not a regular file'
mkfifo "$dir/fifo"
refuses "$dir/fifo" 5 'not a regular file'
refuses "$dir/nothing" 3 ''
ln -s "$path" "$dir/link"
refuses "$dir/link" 5 ''
cp "$path" "$dir/major"
printf '\377' | dd of="$dir/major" bs=1 seek=16 conv=notrunc 2>/dev/null
refuses "$dir/major" 5 ''

# Damage inside is found, named with its offset, and the rest still shown.
cp "$path" "$dir/damaged"
python3 - "$dir/damaged" <<'END' || die "damage"
import struct, sys
with open(sys.argv[1], "r+b") as file:
    data = file.read(1024)
    for i in range(16):
        kind, _, offset, _, used = struct.unpack_from("<IIQQQ", data, 512 + 32 * i)
        if kind == 1:           # descriptors: an unknown kind of metric
            file.seek(offset)
            body = file.read(used)
            at = 64
            while body[at:at + 2] != b"\2\0":
                at += 8 * struct.unpack_from("<H", body, at + 2)[0]
            file.seek(offset + at + 34)
            file.write(b"\xee")
            break
END
expect_exit 1 "$dbgtop" check "$dir/damaged"
expect_match "^$dir/damaged: offset [0-9][0-9]*: "
expect_exit 0 "$dbgtop" show "$dir/damaged"
expect_match 'damaged part'
expect_match '^  sent  3006'

[ "$(id -u)" -eq 0 ] || exit 0
cp "$dbgtop" "$dir/dbgtop"
dbgtop="setpriv --reuid=65534 --regid=65534 --clear-groups $dir/dbgtop"
for command in check show describe path; do
	expect_exit 4 $dbgtop "$command" "$path"
	expect_out ''
	expect_err "^dbgtop: $path: not permitted: owner root, mode 0400"
	expect_err 'as root'
done
