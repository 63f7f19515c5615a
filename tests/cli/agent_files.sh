#!/bin/sh
# Every descriptor of the agent is in its own table with the line that opened it,
# as the kernel says; what was closed has the line that closed it; what went
# around the table is counted and told.
. tests/cli/agent/lib.sh
need python3
need cc

# settled NUMBER: so many are watched; what the kernel calls open is what the
# table calls open, or strange
settled() {
	is "$agent_pid" watch:processes "$1" && holds "$agent_pid" "
	    (lambda shown, kernel: set(shown) <= set(kernel) and
	        len(kernel) - len(shown) == metric('files/limit', 'strange') and
	        metric('files/kept', 'open') == len(shown) and
	        all(kernel[fd] == name for fd, name in shown.items()
	            if name.startswith('/proc'))
	    )({r['key']: r['name'] for r in rows('files/kept')
	        if r['row_state'] == 'live'}, descriptors($agent_pid))"
}

program agent-f$$
start_agent --debug --interval 100ms --watch "agent-f$$"
wait_for get "$agent_pid" files/limit:strange
wait_for settled 0
before=$(get "$agent_pid" files/kept:open)
kids=
for _ in 1 2 3 4 5; do
	start "$dir/agent-f$$" infinity
	kids="$kids $pid"
done
wait_for settled 5
[ "$(get "$agent_pid" files/kept:open)" -ge $((before + 10)) ] ||
	die "two descriptors a process are missing"

# Each place is a line of the source where a file is opened or closed.
told "$agent_pid" "'\n'.join(sorted({place
    for table in ('files/kept', 'files/brief') for r in rows(table)
    for place in (r['opened'], r['closed']) if place}))" >"$dir/places"
[ "$(wc -l <"$dir/places")" -ge 8 ] || die "places: $(cat "$dir/places")"
while IFS=: read -r file line; do
	sed -n "$line,$((line + 1))p" "$file" | grep -q 'files_' ||
		die "$file:$line opens or closes nothing"
done <"$dir/places"

# Closed again, with the line; nothing was closed twice or not shown.
# shellcheck disable=SC2086 # a list
kill -KILL $kids
pids=$agent_pid
wait_for settled 0
wait_for is "$agent_pid" files/kept:open "$before"
holds "$agent_pid" "all(r['closed'].startswith('agent/') and r['held'] > 0
    for r in rows('files/kept') if r['row_state'] == 'finished') and sum(
    r['name'].startswith('/proc/') and r['row_state'] == 'finished'
    for r in rows('files/kept')) >= 5" ||
	die "closed ones: $(told "$agent_pid" "rows('files/kept')")"
holds "$agent_pid" "all(metric(f'files/{table}', 'unmatched_closes') == 0
    for table in ('kept', 'brief'))" || die "closed, but never opened"
holds "$agent_pid" "metric('files/brief', 'opened') > 100 and not [
    r for r in rows('files/brief') if r['held'] > 20e9]" ||
	die "brief ones that stay: $(told "$agent_pid" "rows('files/brief')")"
stop_agent

# A leak around the table, of a library: seen by the audit, told once.
case $B in
*san*) exit 0 ;; # wants to be loaded first
esac
cat >"$dir/leak.c" <<'END'
#define _GNU_SOURCE
#include <sys/inotify.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
int
inotify_init1(int flags)
{
	open("/dev/full", O_RDONLY | O_CLOEXEC);
	return ((int)syscall(SYS_inotify_init1, flags));
}
END
cc -shared -fPIC -o "$dir/leak.so" "$dir/leak.c" || die "cc"
LD_PRELOAD=$dir/leak.so
export LD_PRELOAD
start_agent --debug
unset LD_PRELOAD
wait_for get "$agent_pid" files/limit:strange
strange=$(get "$agent_pid" files/limit:strange)
wait_for is "$agent_pid" files/limit:strange $((strange + 1))
wait_for grep -q 'descriptor [0-9]* is not ours: /dev/full$' "$dir/agent.log"
stop_agent
[ "$(grep -c 'is not ours' "$dir/agent.log")" -eq 1 ] || die "told twice"
exit 0
