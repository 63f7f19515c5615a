#!/bin/sh
# limit: 300
# What a reader takes for each metric: instructions of a frame and of attaching,
# against their caps.
B=${B:-build}
refresh=$B/tests/bench/refresh
few=2000 many=12000 frames=10

command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the caps are for x86-64"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# count FUNCTION METRICS FRAMES: instructions in all its calls; it is the child
# that reads.
count() {
	rm -f "$dir"/out.*
	valgrind -q --tool=callgrind --toggle-collect="$1" \
	    --callgrind-out-file="$dir/out.%p" \
	    "$refresh" 80x24 "$2" 0 "$3" >"$dir/said" 2>&1 || {
		cat "$dir/said" >&2
		exit 1
	}
	for out in "$dir"/out.*; do
		sed -n "s,^totals: \([0-9]*\)$,\1 $out,p" "$out"
	done | sort -n | tail -n 1 | {
		read -r total out
		cp "$out" "$dir/$2.$3"
		echo "$total"
	}
}

status=0
# check NAME CAP LESS MORE ROUNDS FILE FILE
check() {
	awk -v name="$1" -v cap="$2" -v n=$(($4 - $3)) -v rounds="$5" 'BEGIN {
		own = n / rounds
		printf("reader, %-8s %8.2f instructions a metric, cap %d%s\n",
		    name, own, cap, own > cap ? "   over" : "")
		exit (own > cap || own <= 0)
	}' && [ -z "${KEEP:-}" ] && return
	sh tests/bench/grew.sh "reader_$1" "$6" "$7" "$5"
	[ -n "${KEEP:-}" ] || status=1
}

while read -r name per cap rest; do
	[ "$per$rest" = reader ] || continue
	case $name in
	frame)
		less=$(count dbgshm_reader_refresh $few $frames) &&
			more=$(count dbgshm_reader_refresh $many $frames) ||
			exit 1
		# One more than the times, when it is opened.
		check frame "$cap" "$less" "$more" \
			$(((many - few) * (frames + 1))) \
			"$dir/$few.$frames" "$dir/$many.$frames"
		;;
	attach)
		less=$(count dbgshm_reader_attach $few 1) &&
			more=$(count dbgshm_reader_attach $many 1) || exit 1
		check attach "$cap" "$less" "$more" $((many - few)) \
			"$dir/$few.1" "$dir/$many.1"
		;;
	esac
done <tests/bench/caps
exit $status
