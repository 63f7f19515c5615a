#!/bin/sh
# Ctrl-Z gives the terminal back, fg takes it again; also after a plain SIGSTOP.

. tests/tui/lib.sh

start_publisher hello "tuiz$$"

start 80x24 "$dbgtop $pid"
wait_for_text '> process'
key C-z
wait_for_text 'Stopped\|status 14[0-9]'
expect_restored Ctrl-Z
type_line 'fg'
wait_for_text '> process'
key Down
wait_for_no_text '> process'
key Up
wait_for_text '> process'

kill -TSTP "$(viewer)"
wait_for_text 'Stopped'
expect_restored SIGTSTP
# It may come back to another size, and restores the terminal as before.
resize 100x30
type_line 'fg'
wait_for_text 'every 1 s .* LIVE$'
kill -SEGV "$(viewer)"
wait_for_no_text 'q Quit'
expect_restored 'SIGSEGV after fg'

# Nobody can catch SIGSTOP: the terminal may be in any mode now, and the viewer
# sets its own again.
start 80x24 "$dbgtop $pid"
wait_for_text '> process'
kill -STOP "$(viewer)"
wait_for_text 'Stopped'
type_line 'stty sane; clear; fg'
wait_for_text '> process'
key Down
wait_for_no_text '> process'
key q
wait_for_no_text 'q Quit'
wait_for_text 'ready> *$'

# Ended while the shell is in front, it leaves the modes to the shell and does
# not stop once more on its way out.
start 80x24 "$dbgtop $pid"
wait_for_text '> process'
job=$(viewer)
started="$started $job"
kill -STOP "$job"
wait_for_text 'Stopped'
type_line 'stty sane; stty -echo; clear; echo of the shell'
wait_for_text 'of the shell'
modes=$(tty_modes)
kill -TERM "$job"
kill -CONT "$job"
# The shell has not asked how it ended yet.
wait_for grep -q '^State:.Z' "/proc/$job/status"
[ "$(tty_modes)" = "$modes" ] || die "the shell's modes were changed"
main_screen() {
	[ "$(tm display-message -p '#{alternate_on}')" = 0 ]
}
wait_for main_screen

# Put into the background it waits there until it is in front.
start 80x24 "$dbgtop $pid"
wait_for_text '> process'
job=$(viewer)
started="$started $job"
key C-z
wait_for_text 'Stopped\|status 14[0-9]'
type_line 'stty -echo; clear; bg'
wait_for grep -q '^State:.T' "/proc/$job/status"
wait_for_text 'ready>'
type_line 'stty echo; fg'
wait_for_text '> process'
key q
wait_for_no_text 'q Quit'
expect_restored 'q after bg and fg'
