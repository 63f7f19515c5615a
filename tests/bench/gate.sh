#!/bin/sh
# limit: 300
# Does every recording call stay below its cap of instructions?
B=${B:-build}
gate=$B/tests/bench/gate
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the caps are for x86-64"; exit 77; }

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# count MODE: "MODE few|many CASE INSTRUCTIONS" for each dump.
count() {
	mkdir "$dir/$1"
	valgrind -q --tool=callgrind --callgrind-out-file="$dir/$1/out" \
	    "$gate" "$1" >"$dir/said" 2>&1 || {
		cat "$dir/said"
		exit 1
	}
	for dump in "$dir/$1"/out.*; do
		sed -n -e 's/^desc: Trigger: Client Request: //p' \
		    -e 's/^summary: //p' "$dump" | paste -sd' ' -
	done | sed -n "s/^\([a-z]* [a-z_0-9]* [0-9]*\)$/$1 \1/p"
}

{
	count on
	export DBGSHM=off
	count off
} >"$dir/counts" || { cat "$dir/counts"; exit 1; }

grep -v '^#' tests/bench/caps | awk -v counts="$dir/counts" '
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
		if (over || own < 0)
			bad = 1
		rows++
	}
	NF == 5 {
		row("on", $1, $2, $3)
		if ($5 != "-")
			row("off", $1, $4, $5)
	}
	END { exit (bad || rows < 6) }'
