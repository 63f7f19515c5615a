#!/bin/sh
# limit: 300
# The recipes of the README for jq, awk, watch, od and Python, run as they stand there
# against real programs; what they print is what these have.
. tests/cli/lib.sh

for tool in jq awk watch od python3 script; do
	command -v $tool >/dev/null || skip "no $tool"
done
trap 'forget "$dir/loadtest"; cleanup' EXIT
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
mkdir "$dir/bin"
ln -s "$PWD/$dbgtop" "$dir/bin/dbgtop"
PATH=$dir/bin:$PATH

awk -v stem="$dir/recipe" '/^```shell$/ { inside = 1; file = stem "." ++n; next }
	/^```/ { inside = 0 }
	inside { print >file }' README.md
[ "$(find "$dir" -name 'recipe.*' | grep -c .)" -eq 5 ] || die 'not five recipes'

cp "$B/examples/loadtest" "$dir/"
LD_LIBRARY_PATH=$PWD/$B "$dir/loadtest" </dev/null >/dev/null 2>&1 &
load=$!
started="$started $load"
"$B/examples/texts" >"$dir/said" 2>/dev/null </dev/null &
texts=$!
started="$started $texts"
wait_for test -s "$dir/said"
sampled() { [ "$("$dbgtop" tail "$load" requests:sent -O jsonl | wc -l)" -ge 8 ]; }
wait_for sampled

# recipe WORD: the one with it, of our programs and not of others of their names.
recipe() {
	found=$(grep -lw "$1" "$dir"/recipe.[0-9])
	[ "$(echo "$found" | wc -w)" -eq 1 ] || die "recipes with $1: $found"
	sed -e "s/\"loadtest\"/$load/; s/ loadtest / $load /; s/ texts)/ $texts)/" \
		"$found" >"$dir/run.$1"
	! cmp -s "$found" "$dir/run.$1" || die "$1: of which program"
	sh -e "$dir/run.$1" >"$dir/out" 2>"$dir/err" </dev/null ||
		die "$1: $(cat "$dir/run.$1" "$dir/err")"
	[ ! -s "$dir/err" ] || die "$1 says: $(cat "$dir/err")"
}

recipe jq
expect_out 'requests:latency 500000'
recipe awk
expect_match '^20[0-9T:.-]*Z [0-9]*\(\.[0-9]*\)\{0,1\}$'
awk '$2 < 150000 || $2 > 250000 { exit 1 }' "$dir/out" || die "rate: $(cat "$dir/out")"
recipe od
[ "$(tr -d ' \n' <"$dir/out")" = 42 ] || die "od: $(cat "$dir/out")"
recipe python3
python3 - "$dir/out" <<'END' || die 'not what it has sent'
import sys
values = [list(map(int, line.split())) for line in open(sys.argv[1])
    if "None" not in line] # it was not there yet
assert len(values) >= 8
sent = [value for _, value in values]
# 20 requests of 1,000 bytes each tick.
assert all(b - a == 20000 for a, b in zip(sent, sent[1:])), sent
END
# On a terminal, as watch wants one; it ends when the value changes.
sed -e "s/ loadtest / $load /" "$(grep -l '^watch ' "$dir"/recipe.[0-9])" \
	>"$dir/run.watch"
TERM=xterm timeout 60 script -qec "sh $dir/run.watch" /dev/null </dev/null \
	>"$dir/out" || die "watch: $(cat "$dir/out")"
expect_match '[0-9]\{4\}'
