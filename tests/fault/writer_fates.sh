#!/bin/sh
# Killed beside living children, replaced by exec, a zombie, without its first
# thread, stopped, in name spaces of its own: what is said of each is true.  And a
# program whose threads are cancelled, whose handlers jump away, whose descriptors
# are closed, that is locked up or has two of us, goes on.  ROUNDS: how often each
# of the first kind.  limit: 900
. tests/fault/lib.sh
need python3
need jq

dbgtop=$PWD/$B/dbgtop
fates=$work/fate$$
cp "$B/tests/fault/fates" "$fates"
chmod 755 "$work" "$fates"
mkfifo "$work/in"
exec 8<>"$work/in"
others=
end() {
	exec 8>&-
	for one in $others; do
		kill -KILL "$one"
	done 2>/dev/null
	forget "$(realpath "$fates")"
	forget "$(realpath "$host")"
	rm -rf "$work"
}

# soon COMMAND...: true within 50 s or more
soon() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 2500 ] || fail "not true: $*"
		sleep 0.02
	done
}

has_said() { grep -q "^$1 " "$work/out"; }
fact() { sed -n "s/^$1 //p" "$work/out"; }

# meet COMMAND...: runs it until its region is there: $pid, $path
meet() {
	: >"$work/out"
	"$@" >"$work/out" 2>&1 <"$work/in" 8>&- &
	others="$others $!"
	soon has_said region
	pid=$(fact region)
	others="$others $pid"
	soon find_path
}
find_path() { path=$(ls "$shm/$pid"-*.dbg); }

# is STATE: of the region
is() {
	said=$("$dbgtop" show -j "$path" process 2>&1 | jq -r .target.state)
	[ "$said" = "$1" ]
}
becomes() { soon is "$1"; }

round=0
while [ $round -lt "${ROUNDS:-3}" ]; do
	round=$((round + 1))

	meet "$fates" stay
	becomes live
	kill -STOP "$pid"
	becomes stopped
	[ "$("$dbgtop" get "$path" fate:adds)" = 7 ] || fail "stopped: no value"
	kill -CONT "$pid"
	becomes live
	kill -KILL "$pid"
	becomes dead

	for how in fork raw; do
		meet "$fates" child $how
		child=$(fact child)
		others="$others $child"
		becomes live
		kill -KILL "$pid"
		becomes dead
		[ -d "/proc/$child" ] || fail "$how: the child has gone"
		[ "$("$dbgtop" get "$path" fate:adds)" = 7 ] ||
			fail "$how: not the parent's numbers"
		kill -KILL "$child"
	done

	meet "$fates" exec
	becomes live
	exec 8>&- # the end of its input
	becomes replaced
	[ "$(cat "/proc/$pid/comm")" = sleep ] || fail "exec: it did not"
	[ "$("$dbgtop" get "$path" fate:adds)" = 7 ] || fail "exec: no value"
	kill -KILL "$pid"
	exec 8<>"$work/in"
	becomes dead

	meet "$fates" zombie
	becomes live
	kill -KILL "$pid"
	becomes dead
	grep -q '^State:.Z' "/proc/$pid/status" || fail "it is no zombie"

	meet "$fates" leader
	soon grep -q '^State:.Z' "/proc/$pid/status"
	becomes live
	before=$("$dbgtop" get "$path" fate:adds)
	grown() { [ "$("$dbgtop" get "$path" fate:adds)" -gt "$before" ]; }
	soon grown
	kill -KILL "$pid"
	becomes dead
done

# Its number is another's: nothing of the old one is shown as the new one's.
takes_number() {
	meet "$fates" stay
	becomes live
	old=$pid
	kill -KILL "$old"
	becomes dead
	tries=0
	while :; do
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid || return 0
		sleep 1000 8<&- &
		[ $! -ne "$old" ] || break
		kill -KILL $!
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 0 # others are faster
	done
	others="$others $old"
	is dead || fail "pid reuse: $said, of the one before"
	"$dbgtop" show -j "$old" process >"$work/json" 2>&1
	grep -q '"source":"watched"' "$work/json" ||
		fail "pid reuse: $(cat "$work/json")"
	kill -KILL "$old"
	reused=$((reused + 1))
}
reused=0
if [ -w /proc/sys/kernel/ns_last_pid ]; then
	for one in 1 2 3 4 5; do
		takes_number
	done 2>/dev/null
	[ $reused -gt 0 ] || echo "no number was taken again"
fi

# Whoever holds locks on regions holds up nobody.
meet "$fates" stay
: >"$work/held"
python3 - "$shm" "$work/held" <<'END' >"$work/holder" 2>&1 &
import fcntl, os, struct, sys, time
held = {}
while os.path.exists(sys.argv[2]):
    for entry in os.scandir(sys.argv[1]):
        if entry.name.endswith(".dbg") and entry.name not in held:
            try:
                fd = os.open(entry.path, os.O_RDONLY)
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            held[entry.name] = fd
            try:
                fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_RDLCK,
                    os.SEEK_SET, 1, 0, 0))  # all that the writer has not
            except OSError:
                pass
            print(entry.name, flush=True)
END
holder=$!
others="$others $holder"
soon grep -q "^$pid-" "$work/holder"
becomes live
cp "$work/out" "$work/kept"
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	ran "$host" init=on add=1000 flip=1 state reason
	said 'init: 0'
	said 'reason: all is well'
	said 'flip: 0 failures'
done
kill -KILL "$pid"
becomes dead
rm -f "$work/held"

# The file resists accidents of its own user: 0400, and nobody else's directory.
if [ "$uid" -eq 0 ]; then
	user=$((220000000 + $$))
	as="setpriv --reuid=$user --regid=$user --clear-groups"
	shm=/dev/shm/dbgtop-$user
	meet $as "$fates" undumpable
	becomes live
	# shellcheck disable=SC2016 # for that shell
	for harm in ': >"$1"' 'truncate -s 0 "$1"' 'fallocate -p -l 4096 "$1"' \
	    'dd if=/dev/zero of="$1" bs=8 count=1 conv=notrunc'; do
		! $as sh -c "$harm" sh "$path" 2>/dev/null ||
			fail "possible: $harm"
	done
	cp "$B/dbgtop" "$work/dbgtop"
	[ "$($as "$work/dbgtop" get "$pid" fate:adds)" = 7 ] ||
		fail "not dumpable: its user sees nothing"
	setpriv --reuid=65534 --clear-groups "$work/dbgtop" get "$path" \
	    fate:adds >"$work/stranger" 2>&1
	[ $? -eq 4 ] && ! grep -qx 7 "$work/stranger" ||
		fail "a stranger: $(cat "$work/stranger")"
	kill -KILL "$pid"
	becomes dead
	rm -rf "$shm"
	shm=/dev/shm/dbgtop-0

	# Clocks and numbers of name spaces of its own.
	if unshare --time --monotonic 100000 true 2>/dev/null; then
		meet unshare --time --monotonic 100000 --boottime 500 "$fates" leader
		becomes live
		ticks() { [ "$("$dbgtop" get --rate -i 300ms "$path" \
		    fate:adds | awk '{ print ($1 > 10 && $1 < 2000) }')" = 1 ]; }
		soon ticks
		"$dbgtop" show -j "$path" process | python3 -c 'import json, sys
t = json.load(sys.stdin)["target"]
assert 0 <= t["age_ns"] < 60e9 and 0 <= t["uptime_ns"] < 600e9, t' ||
			fail "ages in a name space of times"
		kill -KILL "$pid"
		becomes dead
	else
		echo "no name space of times"
	fi
	inside() {
		unshare -m -p -f --propagation private sh -c '
			mount -t tmpfs none /dev/shm && exec "$@"' sh "$@"
	}
	if inside true 2>/dev/null; then
		: >"$work/out"
		inside "$fates" stay >"$work/out" 2>&1 <"$work/in" 8>&- &
		soon has_said region
		outside() { pid=$(pgrep -x "$(basename "$fates")" |
		    while read -r one; do
			[ "$(awk '/^NSpid/ { print NF }' "/proc/$one/status")" \
			    -eq 3 ] && echo "$one"
		done) && [ -n "$pid" ]; }
		soon outside
		others="$others $pid"
		path=$(ls "/proc/$pid/root/dev/shm/dbgtop-0/"*.dbg)
		becomes live
		[ "$("$dbgtop" get "$path" fate:adds)" = 7 ] ||
			fail "in a container: no value"
		kill -STOP "$pid"
		becomes stopped
		kill -KILL "$pid"
	else
		echo "no name spaces"
	fi
	if unshare -U -r true 2>/dev/null; then
		meet unshare -U -r "$fates" stay
		becomes live
		kill -KILL "$pid"
		becomes dead
	fi
fi

# ---- what the host does, and what stays -----------------------------------------

# whole: each row that is shown has the same in both columns
whole() {
	"$dbgtop" show -j "$path" fate >"$work/json" || fail "$1: not shown"
	python3 - "$work/json" "$2" <<'END' || fail "$1: $(cat "$work/json")"
import json, sys
[profile] = json.load(open(sys.argv[1]))["profiles"]
least, most = map(int, sys.argv[2].split())
value = next(m["value"] for m in profile["metrics"] if m["name"] == "adds")
assert least <= value <= most, (value, sys.argv[2])
for row in profile["table"]["rows"]:
    cells = row["cells"]
    assert row["state"] != "live" or cells["a"] == cells["b"], row
END
}

cycles=${CYCLES:-500}
for fate in cancel jump; do
	meet "$fates" $fate "$cycles"
	begun=$(fact begun)
	# One at most is begun and not counted for each that was interrupted.
	whole $fate "$((begun - cycles)) $((begun + 8))"
	"$dbgtop" check "$path" >"$work/json" || fail "$fate: $(cat "$work/json")"
	kill -KILL "$pid"
done

meet "$fates" close "$work/own file"
[ "$(fact size) $(fact same)" = "5 1" ] || fail "the host's file was written"
[ "$(fact next)" -eq 11 ] || fail "a descriptor was kept: next is $(fact next)"
[ "$("$dbgtop" get "$path" fate:adds)" = 71 ] || fail "closed: counts are lost"
kill -KILL "$pid"

mkdir "$work/nothing"
if [ "$uid" -eq 0 ]; then
	"$fates" chroot "$work/nothing" >"$work/out" 2>&1 ||
		fail "chroot: status $?"
	grep -q '^end' "$work/out" && [ "$(fact reason)" -ne 0 ] &&
		[ "$(fact state)" -eq 0 ] || fail "chroot: no clear end"
fi

"$fates" filter >"$work/out" 2>&1
status=$?
[ $status -eq 77 ] || {
	[ $status -eq 0 ] && [ "$(fact sandbox)" -eq 0 ] &&
		grep -q '^end' "$work/out" || fail "a filter: status $status"
}

meet "$fates" copies "$PWD/$B/libdbgshm.so.0"
[ "$(fact wrong)" -eq 0 ] || fail "two copies: init"
[ "$(ls "$shm/$pid"-*.dbg | wc -l)" -eq 2 ] || fail "not two regions"
for path in "$shm/$pid"-*.dbg; do
	becomes live
done
"$dbgtop" list -j >"$work/json" || fail "two copies: no list"
[ "$(jq "[.regions[] | select(.pid == $pid)] | length" "$work/json")" -eq 2 ] ||
	fail "two copies: not both are listed"
[ "$(for path in "$shm/$pid"-*.dbg; do
	"$dbgtop" get "$path" fate:adds 2>/dev/null
done)" = 7 ] || fail "two copies: no value"
kill -KILL "$pid"
exit 0
