#!/bin/sh
# limit: 300
# Every example of dbgshm-shapes(3) compiles as it stands, has at most ten lines,
# runs, and shows in dbgtop what it has recorded.  So does all of it from C++.
# The README has the same examples, with the same questions, and what it says
# that dbgtop shows is what dbgtop shows.
. tests/cli/lib.sh

page=man/dbgshm-shapes.3
cc=${CC:-cc}

# What each must show: its heading, its profile, and words of the report.
expected() {
	cat <<'TABLE'
Operations|requests|/etc/hosts read ok lines
Spans|names|lookup
Steps|steps|main open close /etc/passwd
Heartbeats|loops|poll resting
Queues|queues|jobs 64
Caches|caches|names 1000
Limits|limits|connections 10.0.0.7, for a slot
Workers|workers|worker 0 resize cat.png
Pairs|files|/etc/hosts dbgshm-shapes.3:
Schedules|schedule|sweep ok 12
Errors|errors|cannot open /nonexistent
Objects|sessions|ada workers[0.1] worker 0
Events|log|lost the peer 10.0.0.7 3 peers left
TABLE
}

# What stands in the page, into $dir: for each section that has an example its
# question, which is the first line of its text, and the example, with the line
# that it begins in, so that compilers and pairs speak of the page.
awk -v dir="$dir" '
	/^\.Ss / { heading = $2; question = "" }
	heading && !question && /^[^.]/ { question = $0 }
	/^\.Bd -literal/ {
		print question >(dir "/question." heading)
		printf "#line %d \"%s\"\n", NR + 1, FILENAME >(dir "/line." heading)
		file = dir "/example." heading
		inside = 1
		next
	}
	/^\.Ed/ { inside = 0; close(file); next }
	inside {
		gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\&/, "")
		print >file
	}' "$page"

# The same of the README, and what it shows.
awk -v dir="$dir" '
	/^<summary>/ {
		split($0, part, /<b>|<\/b>: |<\/summary>/)
		heading = part[2]
		print part[3] >(dir "/readme.question." heading)
	}
	/^<\/details>/ { heading = "" }
	/^```/ && file { close(file); file = ""; next }
	/^```c$/ && heading { file = dir "/readme.example." heading; next }
	/^```text$/ && heading { file = dir "/shown." heading; next }
	file { print >file }' README.md

expected | cut -d'|' -f1 | sort >"$dir/wanted"
for of in '' readme.; do
	find "$dir" -name "${of}example.*" | sed 's/.*\.//' | sort >"$dir/there"
	cmp -s "$dir/wanted" "$dir/there" ||
		die "${of:-$page }examples: $(cat "$dir/there")"
done

# program HEADING: a program around the example, that goes on until it is ended.
program() {
	cat <<'END'
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static void
example(void)
{
END
	cat "$dir/line.$1"
	cat "$dir/example.$1"
	cat <<'END'
}

int
main(void)
{
	(void)dbgshm_init(&(struct dbgshm_options){
	    .sampling = DBGSHM_SAMPLER_THREAD, .state = DBGSHM_DARK });
	example();
	(void)dbgshm_publish();
	for (;;)
		(void)pause();
}
END
}

end_program() {
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	rm -f /dev/shm/dbgtop-*/"$pid"-*.dbg
}

checked=0
compared=0
while IFS='|' read -r heading profile words; do
	code=$dir/example.$heading
	lines=$(wc -l <"$code")
	[ "$lines" -le 10 ] || die "$heading: $lines lines are more than ten"
	for what in question example; do
		diff "$dir/$what.$heading" "$dir/readme.$what.$heading" ||
			die "$heading: < $page, > README.md"
	done
	program "$heading" >"$dir/$heading.c"
	$cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Ilibshm/include \
		-o "$dir/$heading" "$dir/$heading.c" -L"$B" -ldbgshm \
		2>"$dir/said" || die "$heading: $(cat "$dir/said")"
	LD_LIBRARY_PATH=$PWD/$B "$dir/$heading" &
	pid=$!
	started="$started $pid"
	wait_for "$dbgtop" path "$pid"
	expect_exit 0 "$dbgtop" show "$pid" "$profile"
	for word in $words; do
		grep -qF -e "$word" "$dir/out" ||
			die "$heading: no \"$word\" in: $(cat "$dir/out")"
	done
	if [ -f "$dir/shown.$heading" ]; then
		expect_shown "$dir/shown.$heading" hello
		compared=$((compared + 1))
	fi
	end_program
	checked=$((checked + 1))
done <<TABLE
$(expected)
TABLE
[ $checked -eq 13 ] || die "only $checked examples"
[ $compared -ge 2 ] || die "the README shows only $compared"

start_publisher shapes
expect_exit 0 "$dbgtop" show -j "$pid"
json "(lambda profiles:
    all(len(profiles['cxx/' + path]['table']['rows']) == rows
	for path, rows in (('steps', 1), ('hearts', 1), ('queues', 1),
	    ('caches', 1), ('limits', 1), ('workers', 1), ('schedule', 1),
	    ('files', 2), ('errors', 1), ('operations', 2))) and
    any(m['name'] == 'took' and m['count'] == 1
	for m in profiles['cxx/spans']['metrics']) and
    len(profiles['cxx/log']['events']) == 2
    )({p['path']: p for p in d['profiles']})"
