#!/bin/sh
# Texts drawn by lot from what means something to terminals and formats, in every
# place where a program has one: no control byte and no row is added anywhere, and
# strict parsers take every format.  STRINGS: how many.  limit: 900
. tests/cli/lib.sh
command -v python3 >/dev/null || skip "no python3"

mess=$B/tests/fault/mess
[ -x "$mess" ] || skip "$mess is not built"
cp "$mess" "$dir/mess$$"
scripts/packages peer promtool
promtool=$(command -v promtool || echo "$B/peers/promtool")

strict() {
	python3 tests/cli/strict.py "$1" "$dir/out" $2 >"$dir/strict" 2>&1 ||
		die "seed $seed: $what: $(tail -n 3 "$dir/strict")"
}
# look KIND ROWS ARGUMENT...
look() {
	kind=$1 lines=$2
	shift 2
	what="$*"
	expect_exit 0 "$dbgtop" "$@"
	strict "$kind" "$lines"
}

seen=0 seed=${SEED:-1}
while [ $seen -lt "${STRINGS:-20000}" ]; do
	"$dir/mess$$" $seed 1500 500 500 >"$dir/said" 2>&1 &
	pid=$!
	started="$started $pid"
	wait_for grep -q '^strings ' "$dir/said"
	seen=$((seen + $(sed -n 's/^strings //p' "$dir/said")))
	look json '' show "$pid" -j
	look jsonl '' show "$pid" -O jsonl
	look csv '' show "$pid" -O csv
	look text 1500 show "$pid" mess/rows -q
	look json '' describe "$pid" -j
	look jsonl '' log "$pid" -O jsonl
	[ "$(grep -c '"event":' "$dir/out")" -gt 100 ] || die "few events"
	look csv '' log "$pid" -O csv
	look json '' list -j
	look csv '' list -O csv
	events=$(grep -c . "$dir/out")
	look frame 40x100 "$pid" --frame 100x40
	look frame 24x60 "$pid" --frame 60x24 --view tables
	look frame 40x100 "$pid" --frame 100x40 --view events
	look frame 40x100 --frame 100x40
	for format in prom openmetrics; do
		run "$dbgtop" export --format $format "$pid"
		[ $status -eq 0 ] || die "export $format: $(cat "$dir/err")"
		python3 tests/cli/exposition.py $format "$dir/out" \
		    >"$dir/strict" 2>&1 ||
			die "seed $seed: $format: $(tail -n 3 "$dir/strict")"
		[ $format = openmetrics ] || [ ! -x "$promtool" ] ||
			"$promtool" check metrics <"$dir/out" \
			    >"$dir/strict" 2>&1 ||
			! grep -v 'counter metrics should\|no help text' \
			    "$dir/strict" ||
			die "seed $seed: promtool: $(tail -n 3 "$dir/strict")"
	done
	path=$("$dbgtop" path "$pid")
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	rm -f "$path"
	seed=$((seed + 1))
done
echo "$seen strings"
