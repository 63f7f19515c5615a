#!/bin/sh
# --frame with --at and --view: one picture of the past, or of another view.
. tests/cli/lib.sh

trap 'forget "$dir/minutes"; cleanup' EXIT
export LC_ALL=C.UTF-8

# frame OPTION...: a picture of the program that is wide enough for everything.
frame() {
	expect_exit 0 "$dbgtop" "$pid" net/peers --frame 140x40 "$@"
}

start_minutes 180
# What the program had 120 seconds before its last one.
when=$("$dbgtop" tail "$pid" net/peers:queue --since 1d -O jsonl |
    sed -n '60s/.*"time":"\([^"]*\)".*/\1/p')
# shellcheck disable=SC2046
set -- $(sed -n 60p "$dir/log")
frame --at "$when" --raw
expect_match "sent *$2 "
expect_match "queue *$3 "
expect_match 'PAST -1[0-9][0-9] s\|PAST -2m\|PAST -2 min'
# And its rows, no others.
shift 5
for row in "$@"; do
	expect_match "\\b${row%:*} *${row#*:} "
done
[ "$(grep -c 'row [0-9]' "$dir/out")" -eq $# ] || die "other rows"

# In the present it is the last one.
# shellcheck disable=SC2046
set -- $(sed -n 180p "$dir/log")
frame --raw
expect_match "sent *$2 "
expect_no_match PAST

# A view has a number and a name.
frame --view 2
expect_match '\[2 Tables\]'
frame --view tables --at 2m
expect_match '\[2 Tables\].*'
expect_match PAST

expect_exit 1 "$dbgtop" "$pid" --frame 100x30 --at 2h
expect_err 'its history reaches back to'
expect_exit 2 "$dbgtop" "$pid" --frame 100x30 --view 9
expect_err '\-\-view 9: it is 1 to 8, or a name'
expect_exit 2 "$dbgtop" "$pid" --frame 100x30 --view ''
expect_exit 2 "$dbgtop" list --view 1

# Dead, it is the same.
kill -KILL "$pid"
wait "$pid" 2>/dev/null
# shellcheck disable=SC2046
set -- $(sed -n 60p "$dir/log")
frame --at "$when" --raw
expect_match "sent *$2 "
expect_match 'PAST'
