#!/bin/sh
# Help, filter, level, zoom, repaint, and each key's answer on a real terminal.

. tests/tui/lib.sh

start_publisher acceptance "tuik$$"

start 80x24 "$dbgtop $pid"
wait_for_text '> process'
key '?'
wait_for_text 'WHAT IT DOES'
wait_for_text '> Tab  *the next pane'
key End
wait_for_text '> STALE'
key q
wait_for_text '> process'

key F1
wait_for_text 'WHAT IT DOES'
key Escape
wait_for_text '> process'

# Typing a filter; Esc ends it, Enter keeps it.
key / z z z
wait_for_text 'Filter: zzz'
wait_for_text 'nothing matches'
key Escape
wait_for_text '> process'

key v
wait_for_text 'level detail'
key V
wait_for_no_text 'level detail'

key Down Down
wait_for_no_text '> process'
key Home
wait_for_text '> ALL'
key Down
wait_for_text '> process'
key Right
wait_for_text '> cpu_user'
key x
wait_for_no_text 'PROFILE'
key Escape
wait_for_text 'PROFILE'
key u
wait_for_text '> cpu_user  *[0-9]* '
key C-l
wait_for_text '> cpu_user'
key Escape
wait_for_text '> process'

# All keys at once do no harm.
key Up Down Left Right PageUp PageDown Home End g G j k Tab BTab r I '<' '>' \
    F6 = x x u u v V C-b C-f C-l F3 F12 M-x '%' '~'
wait_for_text 'LIVE$'
key C-c
wait_for_text 'status 0'
expect_restored Ctrl-C
