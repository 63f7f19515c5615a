#!/bin/sh
# A program that starts as root and gives up its rights keeps its region: it can
# still be shown, hidden and removed, by the user that it has become.
. tests/fault/lib.sh
[ "$uid" -eq 0 ] || {
	echo "needs root"
	exit 77
}

user=54321
mine=/dev/shm/dbgtop-$user
trap 'rm -rf "$mine"; end' EXIT
for state in on dark; do
	ran "$host" init=$state add=100 drop=$user flip=100 state reason
	said 'reown: 0'
	said 'flip: 0 failures'
	said 'state: 2'
	said 'reason: all is well'
	[ "$(stat -c '%u %a' "$mine")" = "$user 700" ] ||
	    fail "the directory: $(stat -c '%u %a' "$mine")"
	[ -z "$(find "$mine" -name '*.dbg')" ] || fail "a file was left"
done

# What a crash leaves is the user's as well.
"$host" init=on add=10 drop=$user die >"$work/out" 2>&1
said 'reown: 0'
file=$(find "$mine" -name '*.dbg')
[ "$(stat -c '%u %a' "$file")" = "$user 400" ] || fail "the owner of $file"
