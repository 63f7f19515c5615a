#!/bin/sh
# Runs what is measured beside ours.  The packages are unpacked into the build
# directory, nothing is installed and no server is left:
#
#	peers.sh fetch	gets those that the others do not (Debian)
#	peers.sh mmv	PCP's libpcp_mmv
#	peers.sh ust	LTTng-UST
#
# The last two build their client and become it; see turns.h.  77: it is missing.
B=$(realpath "${B:-build}")
dir=$B/peers
machine=$(uname -m)-linux-gnu

# client NAME FLAG...
client() {
	name=$1
	shift
	"${CC:-cc}" -O2 -D_GNU_SOURCE -I. -o "$dir/$name" \
		"tests/bench/peers/$name.c" "$@" -pthread || exit 1
}

case ${1:-} in
fetch)
	mkdir -p "$dir/lttng" && cd "$dir/lttng" || exit 1
	apt-get download liblttng-ust-dev liblttng-ust1 \
		liblttng-ust-common1 liblttng-ust-ctl5 liburcu8 liburcu-dev ||
		exit 1
	for package in *.deb; do
		dpkg -x "$package" . || exit 1
	done
	rm -f ./*.deb
	;;
mmv)
	root=$dir/pcp
	[ -f "$root/usr/include/pcp/mmv_stats.h" ] || exit 77
	client mmv_ops -I"$root/usr/include" -L"$root/usr/lib" \
		-l:libpcp_mmv.so.1 -l:libpcp.so.3
	mkdir -p "$dir/mmv/mmv"
	sed -E "s,=/(etc|usr|var|run|lib)/,=$root/\1/,
	    s,^(PCP_TMP_DIR|PCP_RUN_DIR|PCP_LOG_DIR)=.*,\1=$dir/mmv," \
		"$root/etc/pcp.conf" >"$dir/mmv/pcp.conf"
	PCP_CONF=$dir/mmv/pcp.conf LD_LIBRARY_PATH=$root/usr/lib \
		exec "$dir/mmv_ops" ${2:+"$2"}
	;;
ust)
	root=$dir/lttng/usr
	[ -f "$root/include/lttng/tracepoint.h" ] ||
		[ -f "$root/include/$machine/lttng/tracepoint.h" ] || exit 77
	client ust_ops -I"$root/include" -I"$root/include/$machine" \
		-L"$root/lib/$machine" -llttng-ust \
		"-Wl,-rpath-link,$root/lib/$machine" -ldl
	LD_LIBRARY_PATH=$root/lib/$machine exec "$dir/ust_ops" ${2:+"$2"}
	;;
*)
	echo "usage: peers.sh fetch | mmv | ust" >&2
	exit 2
	;;
esac
