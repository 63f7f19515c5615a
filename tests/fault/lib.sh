# lib.sh - for the fault tests: run the host program, look at what it said.
# shellcheck shell=sh

B=${B:-build}
host=$B/tests/fault/host
uid=$(id -u)
shm=/dev/shm/dbgtop-$uid
work=$(mktemp -d) || exit 1
name=host # whose regions are mine
. tests/lib.sh
end() {
	forget "$(realpath "$host")"
	rm -rf "$work"
}
trap end EXIT

fail() {
	echo "$*"
	[ -f "$work/out" ] && sed 's/^/    /' "$work/out"
	exit 1
}

# ran COMMAND...: its output in $work/out, and it must have come to its end.
ran() {
	"$@" >"$work/out" 2>&1
	status=$?
	[ $status -eq 0 ] || fail "status $status from: $*"
	grep -q '^host: done$' "$work/out" || fail "no end from: $*"
}

said() {
	grep -q -- "$1" "$work/out" || fail "it did not say: $1"
}

# mine: the regions of processes called $name, in view and not.  By the name in
# the header: others may have it in their tables, and files may go meanwhile.
mine() {
	for file in "$shm"/*.dbg "$shm"/dark/*.dbg; do
		[ "$(tail -c +209 "$file" 2>/dev/null | head -c 64 |
		    tr -d '\0')" = "$name" ] && echo "$file"
	done
}

need() {
	command -v "$1" >/dev/null 2>&1 || {
		echo "no $1"
		exit 77
	}
}

# in_mounts SCRIPT: as root in a mount namespace of its own
in_mounts() {
	[ "$uid" -eq 0 ] || {
		echo "needs root"
		exit 77
	}
	need unshare
	unshare -m --propagation private sh -c "$1" sh "$host" "$work"
}
