#!/bin/sh
# Events of a program that is killed at any moment, start-up included, can be
# read afterwards: in order, without a gap that is not counted.  A full disk or a
# small budget only means that there is no log.
# limit: 300
. tests/fault/lib.sh
need python3

name=events-$$
cp "$host" "$work/$name" # an executable of its own: its own count

end() {
	mine | xargs -r rm -f
	rm -rf "$work"
	forget "$(realpath "$host")"
}

# kill_at SECONDS: by SIGKILL; the file that is left, if it came so far.
kill_at() {
	timeout -s KILL "$1" "$work/$name" init=on events=4:1000000000 \
	    >/dev/null 2>&1
	mine
}

full=0
i=0
while [ $i -lt "${KILLS:-40}" ]; do
	file=$(kill_at "0.0$((i * 7 % 60 + 10))")
	i=$((i + 1))
	[ -n "$file" ] || continue
	"$B/dbgtop" check "$file" >"$work/out" 2>&1 ||
		fail "check of what kill -9 left: $file"
	if ! "$B/dbgtop" log "$file" -O jsonl >"$work/log" 2>"$work/out"; then
		grep -q 'it has no event log$' "$work/out" ||
			fail "log of what kill -9 left: $file"
		rm -f "$file" # it died before it had one
		continue
	fi
	python3 - "$work/log" <<'END' >"$work/out" 2>&1 || fail "events of $file"
import json, sys
said, which, shown = {}, {}, 0
for line in open(sys.argv[1]):
    event = json.loads(line)
    if "event" not in event or event["event"] is None:
        continue
    shown += 1
    fields = event["fields"]
    if event["event"] == "counted":
        who = fields["who"]
        assert fields["what"] > which.get(who, -1), event
        which[who] = fields["what"]
    else:
        assert event["event"] == "message", event
        who, has = event["text"].split(" has ")
        assert int(has) > said.get(who, -1) and int(has) % 8 == 0, event
        said[who] = int(has)
print(shown)
END
	[ "$(cat "$work/out")" -gt 100 ] && full=$((full + 1))
	rm -f "$file"
done
[ $full -gt 5 ] || fail "only $full of $i had events"

# No room: the program goes on, and says nothing.
DBGSHM_SIZE=128K ran "$host" init=on events=2:1000 state
said '^events: 2$'
ran "$host" init=on sandbox events=2:1000
said '^log: -1 No space left on device$'
said '^events: 2$'
