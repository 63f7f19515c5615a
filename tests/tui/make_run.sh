#!/bin/sh
# limit: 300
# `make run` on a terminal shows its agent and what that watches, live, and ends
# the agent with the viewer, also when the terminal goes away.

. tests/tui/lib.sh

agent() {
	pgrep -x dbgtop-agent -t "$(tm display-message -p '#{pane_tty}' |
	    sed 's|/dev/||')"
}

# The viewer is there when the agent is and the header says so.
begin() {
	start 100x40 ${MAKE:-make} -s B="$B" run
	wait_for_text 'LIVE$'
	agent_pid=$(agent)
	[ -n "$agent_pid" ] || die "no agent runs"
	started="$started $agent_pid"
}

begin
# shellcheck disable=SC2046 # two words
set -- $(tr '\0' '\n' <"/proc/$agent_pid/cmdline" | sed -n '/^--watch$/{n;p;}')
[ $# = 2 ] || die "it watches $# processes: $*"
[ "$1" = "$agent_pid" ] || die "it does not watch itself"
[ ! -e "/proc/$2" ] || [ -O "/proc/$2" ] || die "$2 is no process of ours"
key / && tm send-keys -l dbgtop-agent && key Enter
wait_for_text "$agent_pid  dbgtop-agent .* live .* both"
key '='
key q
wait_for_text 'status 0'
expect_restored q
wait_for sh -c "! kill -0 $agent_pid"

begin
tm kill-server
wait_for sh -c "! kill -0 $agent_pid"
