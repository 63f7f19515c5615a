#!/bin/sh
# One target with one of every shape: what runs, what is late, references that
# are followed, and events that come while somebody looks.
. tests/tui/lib.sh

trap 'forget "$dir/workshop"; tui_cleanup' EXIT
mkfifo "$dir/words" || exit 1
cp "$B/examples/workshop" "$dir/" || exit 1
LD_LIBRARY_PATH=$PWD/$B "$dir/workshop" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started=$pid
exec 3>"$dir/words"
say() { echo "$*" >&3; }
wait_for "$dbgtop" path "$pid"
say lose

for size in 80x24 200x60 60x16; do
	start "$size" "$dbgtop" -i 100ms "$pid" work
	case $size in
	60x16)
		wait_for_text '> work '
		key Tab
		;;
	*)
		wait_for_text '^> work '
		wait_for_text '!health'
		;;
	esac
	wait_for_text ' serve  *[0-9.]* m*s  GET /dog.png'
	wait_for_text '   decode  *[0-9.]* m*s  dog.png'
	wait_for_text ' -decode  *[0-9.]* [nu]s  cat.png'
	expect_size "$size"
	key q
	wait_for_text 'status 0'
done

# A step leads to its operation, that one to what it is a part of.
start 80x24 "$dbgtop" -i 100ms "$pid" steps
wait_for_text '^> steps '
key Tab
wait_for_text 'steps\[[0-9.]*\]  now '
wait_for_text 'operation work\[2.1\] decode (Enter)'
key Enter
wait_for_text '^> work '
wait_for_text 'work\[2.1\]  running '
key v
wait_for_text 'parent work\[1.1\] serve (Enter)'
key Enter
wait_for_text 'work\[1.1\]  running '
# Back along the references, then to the tree.
key V Escape
wait_for_text 'work\[2.1\]  running '
key Escape
wait_for_text 'steps\[[0-9.]*\]  now '
key Escape
wait_for_text 'from the process.s own region'

# Events come on top while we look.
key End
wait_for_text '^> log '
wait_for_text 'warn   lost_peer  10.0.0.7'
key Tab
wait_for_text '>  *[0-9.]* s ago  warn '
say log something new
wait_for_text '>  *[0-9.]* s ago  info  *something new'
key Down
wait_for_text '>  *[0-9.]* s ago  warn '
say log something newer
wait_for_text '   *[0-9.]* s ago  info  *something newer'
wait_for_text '>  *[0-9.]* s ago  warn '

# What it was doing when it died.
say die
wait_for_text ' DEAD since '
wait_for_text ' s before  warn '
key Escape Home
wait_for_text '^>!ALL '
key Down Down Down
wait_for_text 'what it was doing when it died'
expect_size 80x24
key q
wait_for_text 'status 0'
expect_restored 'q'
