#!/bin/sh
# Crash loops leave at most three regions, clean exits none; what is left by
# kill -9 at any moment can be read.
# limit: 300
. tests/fault/lib.sh
need python3

name=crasher-$$
cp "$host" "$work/$name" # an executable of its own: its own count

i=0
while [ $i -lt 100 ]; do
	"$work/$name" init=on add=10 die >/dev/null 2>&1
	i=$((i + 1))
done
left=$(mine | wc -l)
[ "$left" -le 3 ] && [ "$left" -ge 1 ] || fail "$left regions are left"

"$work/$name" init=on add=10 >/dev/null || fail "no clean end"
now=$(mine | wc -l)
[ "$now" -le "$left" ] || fail "a clean exit left its region"

# kill -9 at random moments, start-up included
python3 - "$work/$name" <<'END' || fail "kills"
import os, random, signal, subprocess, sys, time
random.seed(7)
for i in range(200):
    p = subprocess.Popen([sys.argv[1], "init=on", "threads=4:100000000"],
                         stdout=subprocess.DEVNULL)
    time.sleep(random.random() * (0.004 if i % 2 else 0.03))
    p.send_signal(signal.SIGKILL)
    p.wait()
END
[ "$(mine | wc -l)" -le 3 ] || fail "kills left more than three regions"
for file in $(mine); do
	"$B/dbgtop" show "$file" -j >"$work/json" 2>"$work/out" ||
	    fail "cannot read what kill -9 left: $file"
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["target"]["state"] == "dead", d["target"]
for p in d["profiles"]:
    for r in (p["table"] or {"rows": []})["rows"] if p.get("table") else []:
        c = r["cells"]
        assert r["state"] != "live" or c["a"] == c["b"], r' "$work/json" ||
	    fail "wrong contents in $file"
done
mine | xargs rm -f
