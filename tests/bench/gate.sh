#!/bin/sh
# limit: 300
# Does every recording call stay below its cap of instructions, and take not one
# more with a history or while somebody reads?
B=${B:-build}
gate=$B/tests/bench/gate
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the caps are for x86-64"; exit 77; }

dir=$(mktemp -d) || exit 1
readers=
trap 'kill $readers 2>/dev/null; rm -rf "$dir"' EXIT
mkfifo "$dir/go"

# count MODE NAME: "NAME few|many CASE INSTRUCTIONS" for each dump.
count() {
	mkdir "$dir/$2"
	valgrind -q --tool=callgrind --callgrind-out-file="$dir/$2/out" \
	    "$gate" "$1" >"$dir/said" 2>&1 <"$dir/go" &
	counted=$!
	exec 9>"$dir/go"
	[ "$1" != read ] || read_on
	echo >&9
	exec 9>&-
	wait $counted || {
		cat "$dir/said"
		exit 1
	}
	for dump in "$dir/$2"/out.*; do
		sed -n -e 's/^desc: Trigger: Client Request: //p' \
		    -e 's/^summary: //p' "$dump" | paste -sd' ' -
	done | sed -n "s/^\([a-z]* [a-z_0-9]* [0-9]*\)$/$2 \1/p"
}

# Two readers of all there is, one of the present and one of the past, that go on
# until the program ends.
read_on() {
	tries=0
	until "$B/dbgtop" path $counted >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || { echo "no region"; exit 1; }
		sleep 0.05
	done
	while kill -0 $counted 2>/dev/null; do
		"$B/dbgtop" show -j $counted && echo read >>"$dir/seen"
	done >/dev/null 2>&1 9>&- &
	readers=$!
	while kill -0 $counted 2>/dev/null; do
		"$B/dbgtop" tail $counted --since 1d && echo past >>"$dir/seen"
	done >/dev/null 2>&1 9>&- &
	readers="$readers $!"
	until grep -q read "$dir/seen" 2>/dev/null &&
	    grep -q past "$dir/seen"; do
		kill -0 $counted 2>/dev/null || { cat "$dir/said"; exit 1; }
		sleep 0.05
	done
}

{
	count on on
	count read read
	export DBGSHM_HISTORY=0
	count on bare
	export DBGSHM=off
	count off off
} >"$dir/counts" || { cat "$dir/counts"; exit 1; }
echo "read $(grep -c read "$dir/seen") times, and the past" \
    "$(grep -c past "$dir/seen") times meanwhile"

grep -v '^#' tests/bench/caps | awk -v counts="$dir/counts" -v over_list="$dir/over" '
	BEGIN {
		while ((getline <counts) > 0)
			n[$1, $2, $3] = $4
		printf "%-24s %12s %6s\n", "call", "instructions", "cap"
	}
	# Rounds: MANY - FEW in gate.c.
	function cost(mode, name) {
		if (!((mode, "many", name) in n) || !((mode, "few", name) in n)) {
			print name " (" mode "): not counted"
			bad = 1
			return -1
		}
		return (n[mode, "many", name] - n[mode, "few", name]) / 2000
	}
	function row(mode, name, loop, cap,    own, over) {
		own = cost(mode, name) - cost(mode, loop)
		over = own > cap + 0.01
		printf("%-24s %12.2f %6d%s\n", name (mode == "off" ? ", off" : ""),
		    own, cap, over ? "   over" : "")
		if (over && mode == "on")
			print name >over_list
		if (over || own < 0)
			bad = 1
		rows++
	}
	# With a history, with readers, with neither: not one more.  Now and then the
	# C library has to read the clock again.
	function same(name,    bare, past, read) {
		bare = cost("bare", name)
		past = cost("on", name) - bare
		read = cost("read", name) - bare
		if (past < 0.1 && past > -0.1 && read < 0.1 && read > -0.1)
			return
		printf "%-24s %+.3f instructions with a history, %+.3f " \
		    "while it is read\n", name, past, read
		bad = 1
	}
	NF == 5 {
		row("on", $1, $2, $3)
		same($1)
		if ($5 != "-")
			row("off", $1, $4, $5)
	}
	END { exit (bad || rows < 6) }' && [ -z "${KEEP:-}" ] && exit 0

# dump few|many CASE
dump() {
	grep -l "^desc: Trigger: Client Request: $1 $2\$" "$dir"/on/out.*
}
[ -z "${KEEP:-}" ] || grep -v '^#' tests/bench/caps |
	awk 'NF == 5 { print $1 }' >"$dir/over"
[ ! -f "$dir/over" ] || while read -r name; do
	sh tests/bench/grew.sh "$name" "$(dump few "$name")" \
		"$(dump many "$name")" 2000
done <"$dir/over"
[ -n "${KEEP:-}" ]
