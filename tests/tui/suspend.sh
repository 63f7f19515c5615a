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
