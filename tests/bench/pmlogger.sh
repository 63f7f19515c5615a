#!/bin/sh
# pmlogger of PCP on the mixed load of loads.h, ten times a second: bytes and CPU
# time of a sample.  PCP's packages are unpacked into the build directory, nothing
# is installed and no server runs:
#
#	pmlogger.sh fetch	gets them (Debian)
#	pmlogger.sh		measures; 77 where they are missing
B=$(realpath "${B:-build}")
root=$B/peers/pcp
metrics=1000 seconds=10

if [ "${1:-}" = fetch ]; then
	mkdir -p "$root" && cd "$root" || exit 1
	apt-get download pcp pcp-conf libpcp3 libpcp3-dev libpcp-mmv1 \
	    libpcp-mmv1-dev libpcp-pmda3 libpcp-archive1 libpcp-web1 || exit 1
	for package in *.deb; do
		dpkg -x "$package" . || exit 1
	done
	rm -f ./*.deb
	exit 0
fi

logger=$root/usr/bin/pmlogger
[ -x "$logger" ] || {
	echo "no pmlogger: make bench-peers gets it"
	exit 77
}
dir=$(mktemp -d) || exit 1
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$dir"' EXIT
export LD_LIBRARY_PATH="$root/usr/lib" PCP_CONF="$dir/pcp.conf"
mkdir -p "$dir/tmp/mmv"
sed -E "s,=/(etc|usr|var|run|lib)/,=$root/\1/,
    s,^(PCP_TMP_DIR|PCP_TMPFILE_DIR|PCP_RUN_DIR|PCP_LOG_DIR)=.*,\1=$dir/tmp,
    s,^(PCP_USER|PCP_GROUP)=.*,\1=$(id -un)," "$root/etc/pcp.conf" >"$PCP_CONF"

"${CC:-cc}" -O2 -D_GNU_SOURCE -I"$root/usr/include" -o "$dir/mmv" \
    tests/bench/mmv.c -L"$root/usr/lib" -l:libpcp_mmv.so.1 -l:libpcp.so.3 ||
	exit 1
"$dir/mmv" $metrics $((seconds * 10 + 50)) >"$dir/ready" &
pid=$!
until grep -qs ready "$dir/ready"; do
	kill -0 $pid || exit 1
done

echo 'root { mmv 70:*:* }' >"$dir/names"
# log SECONDS: CPU seconds of pmlogger; what it wrote is in $dir/log.0.
log() {
	rm -f "$dir"/log.*
	echo 'log mandatory on 100 msec { mmv.bench }' >"$dir/what"
	# shellcheck disable=SC2016
	bash -c 'TIMEFORMAT="%U %S"; time "$@" 2>"$0"' "$dir/said" "$logger" -o \
	    -K clear -K "add,70,$root/usr/lib/pcp/pmdas/mmv/pmda_mmv.so,mmv_init" \
	    -n "$dir/names" -c "$dir/what" -T "$1sec" -l "$dir/about" \
	    "$dir/log" 2>&1 | awk '{ print $1 + $2 }'
}
short=$(log 1)
before=$(wc -c <"$dir/log.0")
long=$(log $seconds)
after=$(wc -c <"$dir/log.0")
awk -v samples=$((metrics * 10 * (seconds - 1))) -v cpu="$long $short" \
    -v bytes=$((after - before)) 'BEGIN {
	split(cpu, c)
	if (bytes <= 0)
		exit 1
	printf("%-39s %9.3f %20s %s\n", "pmlogger, the same mixed metrics",
	    bytes / samples, "", " B/sample")
	printf("%-39s %9.0f %20s %s\n", "", (c[1] - c[2]) * 1e9 / samples, "",
	    " ns/sample")
}'
