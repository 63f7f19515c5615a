# lib.sh - what the tests of the command line share; read it with ". tests/cli/lib.sh".
#
# Each test gets a directory of its own in $dir, and publishers whose names are
# its own; both are gone when it ends.

B=${B:-build}
dbgtop=$B/dbgtop
dir=$(mktemp -d "${TMPDIR:-/tmp}/dbgtop-test.XXXXXX") || exit 1
chmod 755 "$dir"
XDG_CONFIG_HOME=$dir/config # nobody's settings but the test's own
export XDG_CONFIG_HOME
started= # processes to end
made=    # directories to remove

. tests/lib.sh

die() {
	echo "$(basename "$0"): $*"
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

cleanup() {
	for one in $started; do
		kill -KILL "$one" 2>/dev/null
		wait "$one" 2>/dev/null
		rm -f /dev/shm/dbgtop-*/"$one"-*.dbg
	done
	for one in $made "$dir"; do
		rm -rf "$one"
	done
}
trap cleanup EXIT
trap 'exit 129' HUP INT TERM

# wait_for COMMAND...: until it succeeds, 20 s at most.
wait_for() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || die "waited in vain for: $*"
		sleep 0.05
	done
}

# run COMMAND...: its output goes to $dir/out and $dir/err, its status to $status.
run() {
	"$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
}

# expect_exit STATUS COMMAND...
expect_exit() {
	wanted=$1
	shift
	run "$@"
	[ $status -eq "$wanted" ] ||
		die "$*: exit $status, not $wanted: $(cat "$dir/out" "$dir/err")"
}

# expect_out TEXT, expect_err PATTERN: of the last run.
expect_out() {
	[ "$(cat "$dir/out")" = "$1" ] ||
		die "said \"$(cat "$dir/out")\", not \"$1\""
}
expect_match() {
	grep -q -e "$1" "$dir/out" ||
		die "no \"$1\" in: $(cat "$dir/out" "$dir/err")"
}
expect_no_match() {
	! grep -q -e "$1" "$dir/out" || die "\"$1\" in: $(cat "$dir/out")"
}
expect_err() {
	grep -q -e "$1" "$dir/err" || die "no \"$1\" in: $(cat "$dir/err")"
}

# start_publisher EXAMPLE [NAME]: starts a copy of it under that name; $pid.
start_publisher() {
	name=${2:-t$$}
	cp "$B/examples/$1" "$dir/$name" || die "no example $1"
	LD_LIBRARY_PATH=$PWD/$B "$dir/$name" >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	wait_for "$dbgtop" path "$pid"
}

# json FILTER: of the last run.
json() {
	python3 - "$dir/out" "$1" <<'END' || die "json: $1: $(head -c 2000 "$dir/out")"
import json, sys

def strict(name):
    raise ValueError(name)

with open(sys.argv[1], encoding="utf-8") as file:
    d = json.load(file, parse_constant=strict)
sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
END
}

# on_terminal COLUMNS ARGUMENT...: what dbgtop prints on a terminal, to $dir/out.
on_terminal() {
	columns=$1
	shift
	script -qec "stty cols $columns; $dbgtop --color never $*" \
		/dev/null </dev/null | tr -d '\r' >"$dir/out"
}

# timeless: standard input without what differs from run to run: durations,
# numbers of processes and threads, and the widths that come from them.
timeless() {
	sed -E 's/([0-9.]+ (ns|us|ms|s)|[0-9]+[hm][0-9]+[ms])( ago)?/TIME/g
		s/(^|[^:0-9])[0-9]{2,}/\1NUMBER/g
		s/ +/ /g
		s/ $//'
}

# expect_shown FILE NAME: what FILE, which starts with "$ dbgtop ARGUMENT...", says
# that dbgtop shows is what it shows of $pid, the program that is called NAME
# there; times apart.
expect_shown() {
	command -v script >/dev/null || return 0
	# shellcheck disable=SC2046 # arguments
	on_terminal 96 $(sed -n "1{s/^\\\$ dbgtop //;s/ $2 / $pid /;p;}" "$1")
	sed 1d "$1" | timeless >"$1.told"
	timeless <"$dir/out" | diff "$1.told" - >"$dir/difference" ||
		die "$(head -n 1 "$1"): document (<), program (>):" \
		    "$(cat "$dir/difference" "$dir/out")"
}

# start_minutes SECONDS [GAP]: a program whose past is known, it has simulated
# that much; $pid, $dir/log.
start_minutes() {
	[ -f "$dir/minutes" ] || cp "$B/examples/minutes" "$dir/" || exit 1
	LD_LIBRARY_PATH=$PWD/$B "$dir/minutes" "$@" >"$dir/log" 2>/dev/null &
	pid=$!
	started="$started $pid"
	wait_for grep -q '^end$' "$dir/log"
	wait_for "$dbgtop" path "$pid"
	sed -i '/^end$/d' "$dir/log"
}

# compare PYTHON: the last output, records a line, as `out`; the log of the
# program as `log`: by time, dicts of what it had then.
compare() {
	python3 - "$dir/out" "$dir/log" "$1" <<'END' || die "not what was logged"
import json, sys

with open(sys.argv[1]) as file:
    out = [json.loads(line) for line in file]
log = {}
with open(sys.argv[2]) as file:
    for line in file:
        time, sent, queue, count, sum, *rows = line.split()
        log[int(time)] = {"sent": int(sent), "queue": int(queue),
            "latency": int(count), "sum": int(sum),
            "rows": {int(row.split(":")[0]): int(row.split(":")[1])
                for row in rows}}
times = sorted(log)
exec(sys.argv[3])
END
}
