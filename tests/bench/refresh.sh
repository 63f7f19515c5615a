#!/bin/sh
# limit: 300
# Does a refresh of the full screen stay below its cap of instructions?
B=${B:-build}
refresh=$B/tests/bench/refresh
few=20 many=120

command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the caps are for x86-64"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# count TIMES ARGUMENT...: instructions of so many refreshes.  It is the child
# that refreshes: the other process has none.
count() {
	times=$1
	shift
	rm -f "$dir"/out.*
	valgrind -q --tool=callgrind --toggle-collect=refresh_screen \
	    --callgrind-out-file="$dir/out.%p" \
	    "$refresh" "$1" "$2" "$3" "$times" "$4" >"$dir/said" 2>&1 || {
		cat "$dir/said" >&2
		exit 1
	}
	for out in "$dir"/out.*; do
		sed -n "s,^totals: \([0-9]*\)$,\1 $out,p" "$out"
	done | sort -n | tail -n 1 | {
		read -r total out
		mv "$out" "$dir/$times"
		echo "$total"
	}
}

status=0
# check NAME CAP SIZE METRICS ROWS KEYS
check() {
	name=$1 cap=$2
	shift 2
	less=$(count $few "$@") && more=$(count $many "$@") || exit 1
	awk -v name="$name" -v cap="$cap" -v times=$((many - few)) \
	    -v n=$((more - less)) 'BEGIN {
		own = n / times
		printf("refresh, %-16s %9d instructions, cap %d%s\n", name,
		    own, cap, own > cap ? "   over" : "")
		exit (own > cap || own <= 0)
	}' && [ -z "${KEEP:-}" ] && return
	sh tests/bench/grew.sh "refresh_$name" "$dir/$few" "$dir/$many" \
		$((many - few))
	[ -n "${KEEP:-}" ] || status=1
}

# g: all profiles at once; d: those that never moved, too.
while read -r name per cap size metrics rows keys rest; do
	[ "$per$rest" != refresh ] ||
		check "$name" "$cap" "$size" "$metrics" "$rows" "$keys"
done <tests/bench/caps
exit $status
