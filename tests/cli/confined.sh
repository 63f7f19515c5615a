#!/bin/sh
# A command that looks at what another user can write gives up all but looking.
. tests/cli/lib.sh

# How a command that goes on is confined: "NoNewPrivs Seccomp", of dbgtop ARGUMENT...
confined() {
	: >"$dir/said"
	"$dbgtop" "$@" >>"$dir/said" 2>&1 </dev/null &
	follower=$!
	started="$started $follower"
	is_said() { [ -s "$dir/said" ]; }
	wait_for is_said
	awk '/^NoNewPrivs:|^Seccomp:/ { printf("%s ", $2) }' \
		"/proc/$follower/status"
	kill "$follower"
}

start_publisher acceptance
[ "$(confined tail -f "$pid" cpu_user)" = "0 0 " ] ||
	die "not to be confined: one's own process"

# Two numbers of the kernel may be missing: then what is confined says so.
region=$("$dbgtop" path "$pid")
[ "$(confined tail -f "$region" cpu_user)" = "1 2 " ] ||
	skip "not confined: this kernel has no seccomp"

# All the same, it is shown what there is.
for one in "show" "get process:cpu_user" "tail -n 2" "log" "describe"; do
	# shellcheck disable=SC2086 # words
	set -- $one
	verb=$1
	shift
	run "$dbgtop" "$verb" "$region" "$@"
	[ "$status" -eq 0 ] || [ "$verb" = log ] || # there is none
		die "$verb: $(cat "$dir/err")"
	strace -f -e trace=seccomp -o "$dir/trace" "$dbgtop" "$verb" "$region" \
		"$@" >/dev/null 2>&1
	grep -q 'SECCOMP_SET_MODE_FILTER' "$dir/trace" ||
		die "$verb of a file is not confined"
done

# Root, at a process of somebody else.
[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || exit 0
cp "$B/examples/acceptance" "$dir/other" && chmod 755 "$dir/other"
cp "$B/libdbgshm.so.0" "$dir/" || exit 1
LD_LIBRARY_PATH=$dir setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$dir/other" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
wait_for "$dbgtop" path "$pid"
found=$(confined tail -f "$pid" cpu_user)
[ "$found" = "1 2 " ] ||
	die "root at a process of another user: $found $(cat "$dir/said")"
