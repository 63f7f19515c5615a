#!/bin/sh
# limit: 300
# What the past costs: bytes of a sample against the goals, instructions of a tick
# for each metric against their caps.
B=${B:-build}
history=$B/tests/bench/history
few=2000 many=12000 ticks=120

"$history" sizes || exit 1

command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the caps are for x86-64"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# count LOAD METRICS: instructions in all ticks.
count() {
	valgrind -q --tool=callgrind --toggle-collect=dbgshm_tick \
	    --callgrind-out-file="$dir/out" \
	    "$history" tick "$1" "$2" $ticks >"$dir/said" 2>&1 </dev/null || {
		cat "$dir/said" >&2
		exit 1
	}
	mv "$dir/out" "$dir/$2"
	sed -n 's/^summary: \([0-9]*\)$/\1/p' "$dir/$2"
}

status=0
# check LOAD CAP
check() {
	less=$(count "$1" $few) && more=$(count "$1" $many) || exit 1
	awk -v load="$1" -v cap="$2" -v rounds=$(((many - few) * ticks)) \
	    -v n=$((more - less)) 'BEGIN {
		own = n / rounds
		printf("tick, %-8s %8.2f instructions a metric, cap %d%s\n",
		    load, own, cap, own > cap ? "   over" : "")
		exit (own > cap || own <= 0)
	}' && [ -z "${KEEP:-}" ] && return
	sh tests/bench/grew.sh "tick_$1" "$dir/$few" "$dir/$many" \
		$(((many - few) * ticks))
	[ -n "${KEEP:-}" ] || status=1
}

while read -r load per cap rest; do
	[ "$per$rest" != tick ] || check "$load" "$cap"
done <tests/bench/caps
exit $status
