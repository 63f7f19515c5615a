#!/bin/sh
# What the full screen costs, beside htop, btop and varnishstat: all at the same
# time, each in a terminal of its own.  The packages of the others are unpacked
# into the build directory, nothing is installed:
#
#	viewer.sh fetch	gets them (Debian)
#	viewer.sh [STARTS [WINDOWS [SECONDS]]]	measures; says who is missing
#
# The targets change a third of their items ten times a second; the varnishd that
# varnishstat looks at serves nothing, so that its 11,130 counters stand still.
B=$(realpath "${B:-build}")
root=$B/peers/viewers
starts=${1:-5} windows=${2:-5} seconds=${3:-6}

if [ "${1:-}" = fetch ]; then
	mkdir -p "$root" && cd "$root" || exit 1
	apt-get download htop libnl-3-200 libnl-genl-3-200 btop varnish \
	    libvarnishapi3 libedit2 libbsd0 libjemalloc2 || exit 1
	for package in *.deb; do
		dpkg -x "$package" . || exit 1
	done
	rm -f ./*.deb
	exit 0
fi

dir=$(mktemp -d) || exit 1
pids=
trap 'kill $pids 2>/dev/null; wait; rm -rf "$dir"' EXIT
for lib in "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu; do
	libs=${libs:+$libs:}$lib:$lib/varnish
done

# target METRICS ROWS: a program with so many; sets pid.
target() {
	"$B/tests/bench/items" "$1" "$2" >"$dir/ready" &
	pid=$!
	pids="$pids $pid"
	until grep -qs ready "$dir/ready"; do
		kill -0 $pid || exit 1
	done
	rm "$dir/ready"
}

# In the first seconds of a varnishd its counters come and go.
start_varnishd() {
	{
		echo 'vcl 4.1;'
		for number in $(seq 540); do
			echo "backend b$number { .host = \"127.0.0.1\"; }"
		done
		echo 'sub vcl_recv { set req.backend_hint = b1; }'
	} >"$dir/many.vcl"
	LD_LIBRARY_PATH=$libs "$root/usr/sbin/varnishd" -F -j none \
	    -n "$dir/varnish" -a "$dir/listen" -s malloc,16m \
	    -p vcc_err_unref=off -f "$dir/many.vcl" \
	    >"$dir/varnishd.log" 2>&1 &
	pids="$pids $!"
	tries=0
	until [ "$(LD_LIBRARY_PATH=$libs "$root/usr/bin/varnishstat" \
	    -n "$dir/varnish" -1 2>/dev/null | wc -l)" -gt 10000 ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] && kill -0 $! 2>/dev/null || {
			echo "varnishd does not start:"
			cat "$dir/varnishd.log"
			return 1
		}
		sleep 0.1
	done
}

# view NAME COLUMNS ROWS KEYS COMMAND...: one line of the plan.
view() {
	name=$1 columns=$2 rows=$3 keys=$4
	shift 4
	echo "$name $columns $rows >< $keys TERM=xterm-256color" \
	    "LC_ALL=C.UTF-8 LD_LIBRARY_PATH=$libs exec $*" >>"$dir/plan"
}
ours() {
	name=$1 columns=$2 rows=$3 keys=$4
	shift 4
	view "$name" "$columns" "$rows" "$keys" "$B/dbgtop" "$@" \
	    --config /dev/null
}

target 400 100
few=$pid
target 10000 0
many=$pid
# From the profile that is selected at first to all of them: g.
ours 500_items 100 30 g "$few"
ours 500_items,_large 200 60 g "$few"
ours 500_items,_paused 100 30 g_ "$few"
ours 10,000_metrics 120 50 g "$many"
ours 10,000_metrics,_10_Hz 120 50 g "$many" -i 100ms
ours 10,000_metrics,_paused 120 50 g_ "$many"
ours process_list 100 30 none
for peer in htop btop; do
	if [ -x "$root/usr/bin/$peer" ]; then
		[ $peer = htop ] && delay="-d 10" || delay="--utf-force"
		view $peer 100 30 none "$root/usr/bin/$peer $delay"
	else
		echo "no $peer: make bench-peers gets it"
	fi
done
stat=$root/usr/bin/varnishstat
if [ -x "$stat" ]; then
	start_varnishd || exit 1
	# Everything, zeros as well; ten times a second.
	view varnishstat 120 50 vvd "$stat -n $dir/varnish"
	view varnishstat,_10_Hz 120 50 vvd--------- "$stat -n $dir/varnish"
else
	echo "no varnishstat: make bench-peers gets it"
fi

"$B/tests/bench/screens" "$starts" "$windows" "$seconds" <"$dir/plan" \
    >"$dir/counts" || exit 1

# size PID: KiB of its region.
size() {
	du -k "$("$B/dbgtop" path "$1")" | cut -f 1
}
awk -v few="$(size $few)" -v many="$(size $many)" '
	{
		gsub("_", " ", $1)
		cpu[$1] = $2; bytes[$1] = $5; woken[$1] = $6; rss[$1] = $7
		first[$1] = $8; key[$1] = $9
		if (NR == 1)
			printf("%-26s %24s %8s %7s %8s %6s %6s\n", "viewer",
			    "CPU ms/s", "bytes/s", "woken/s", "RSS MiB",
			    "first", "key ms")
		printf("%-26s %9.3f (%5.3f-%6.3f) %8d %7.1f %8.1f %6.1f %6.1f\n",
		    $1, $2, $3, $4, $5, $6, $7 / 1024, $8, $9)
	}
	function goal(what, is, most, unit) {
		printf("%-48s %9.3f %9.3f %-8s %s\n", what, is, most, unit,
		    is <= most ? "met" : "MISSED")
	}
	function beside(name, peer, share) {
		if (peer in cpu)
			goal(name ", CPU: " share " of " peer, cpu[name],
			    cpu[peer] * share, "ms/s")
	}
	END {
		printf("\n%-48s %9s %9s\n", "", "measured", "goal")
		name = "500 items"
		goal(name ", CPU", cpu[name] * 60 / 1000, 0.05, "s/min")
		goal(name ", traffic", bytes[name], 1500, "bytes/s")
		goal(name ", woken", woken[name], 2.05, "/s")
		goal(name ", first picture", first[name], 50, "ms")
		goal(name ", answer to a key", key[name], 10, "ms")
		goal(name ", RSS", rss[name] / 1024, 8 + few / 1024, "MiB")
		beside("10,000 metrics", "varnishstat", 0.5)
		beside("10,000 metrics, 10 Hz", "varnishstat, 10 Hz", 0.5)
		name = "10,000 metrics"
		goal(name ", RSS", rss[name] / 1024, 8 + many / 1024, "MiB")
		beside("500 items", "btop", 0.2)
		beside("process list", "htop", 0.5)
		beside("500 items, paused", "500 items", 0.2)
		beside("10,000 metrics, paused", "10,000 metrics", 0.2)
	}' FS=' ' "$dir/counts"
