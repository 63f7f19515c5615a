#!/bin/sh
# dbgtop check of recordings: sound ones, and every kind of fault with its offset.
. tests/cli/lib.sh
trap 'forget "$dir/minutes"; cleanup' EXIT

dbgtop=$PWD/$B/dbgtop
rec=$dir/one.rec

start_minutes 60
expect_exit 0 "$dbgtop" record "$pid" -o "$rec" --for 1s -i 200ms
size=$(stat -c %s "$rec")

expect_exit 0 "$dbgtop" check "$rec"
expect_match "one.rec: a sound recording of format 1.0; regions 1, chunks [0-9]*, bytes $size\$"
expect_exit 0 "$dbgtop" check -q "$rec"
[ ! -s "$dir/out" ] || die "it is not quiet"

# ---- what a killed recorder leaves ------------------------------------------
# The last chunk, of 40 bytes, says where the index is; it is a chunk as well.
head -c -40 "$rec" >"$dir/killed.rec"
expect_exit 0 "$dbgtop" check "$dir/killed.rec"
expect_match '; not ended in order: no index$'
head -c -50 "$rec" >"$dir/torn.rec"
expect_exit 1 "$dbgtop" check "$dir/torn.rec"
expect_match 'torn.rec: offset [0-9]*: of the last chunk [0-9]* bytes are there, and [0-9]* are not$'

# ---- damage --------------------------------------------------------------------
# damaged OFFSET: a copy with four other bytes there.
damaged() {
	cp "$rec" "$dir/damaged.rec"
	printf '\125\252\125\252' |
		dd of="$dir/damaged.rec" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
damaged 70
expect_exit 1 "$dbgtop" check "$dir/damaged.rec"
expect_match 'damaged.rec: offset 64: here should begin a chunk$'
expect_match 'offset [0-9]*: of a region that has not begun$'
damaged 100
expect_exit 1 "$dbgtop" check "$dir/damaged.rec"
expect_match 'damaged.rec: offset 64: the content of this chunk is damaged$'
damaged $((size - 4))
expect_exit 1 "$dbgtop" check "$dir/damaged.rec"
expect_match "offset $((size - 40)): the content of this chunk is damaged\$"
expect_exit 0 "$dbgtop" show "$dir/damaged.rec"

# ---- what is none of ours --------------------------------------------------------
damaged 20
expect_exit 5 "$dbgtop" check "$dir/damaged.rec"
expect_err 'damaged.rec: its head is damaged'
damaged 16
expect_exit 5 "$dbgtop" check "$dir/damaged.rec"
expect_err 'format [0-9]*\.[0-9]*, and this version reads 1.x'
echo text >"$dir/text.rec"
expect_exit 5 "$dbgtop" check "$dir/text.rec"
expect_err 'too short for a recording'
expect_exit 3 "$dbgtop" check "$dir/nothing.rec"

# ---- without libzstd ----------------------------------------------------------------
library=$(ldconfig -p | sed -n 's/.*libzstd\.so\.1 .*=> //p' | sed -n 1p)
if [ "$(id -u)" -eq 0 ] && [ -n "$library" ]; then
	# shellcheck disable=SC2016 # for the other shell
	expect_exit 5 unshare -m --propagation private sh -c \
		'mount --bind /dev/null "$1" && exec "$2" check "$3"' sh \
		"$library" "$dbgtop" "$rec"
	expect_err 'chunks are compressed, and libzstd is not installed'
fi
