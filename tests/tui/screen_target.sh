#!/bin/sh
# A target at three sizes: tree, values, rates; then it is killed while shown.

. tests/tui/lib.sh

start_publisher hello "tuit$$"

start 80x24 "$dbgtop $pid"
wait_for_text "tuit$$  up .* own region .* LIVE$"
wait_for_text '> process'
wait_for_text 'cpu_user .* %'
key G
wait_for_text '> hello'
wait_for_text 'greetings .* [0-9.]*/s'
key Tab
wait_for_text '> greetings'
wait_for_text ' hello:greetings  counter'
expect_size 80x24
# Everything in one list, and a number that stays in sight.
key p
wait_for_text 'PINNED'
wait_for_text '[^ ]*greetings  *[0-9.]*/s'
key Escape Home
wait_for_text '^> ALL '
wait_for_text 'process:rss_peak '
wait_for_text 'LAST 60s'
wait_for_text '.hello:greetings  *[0-9]'
expect_size 80x24
key q
wait_for_text 'status 0'
expect_restored quit

start 200x60 "$dbgtop $pid hello"
wait_for_text '> hello'
wait_for_text 'every 1 s .* LIVE$'
wait_for_text 'METRIC .* VALUE .* RATE .* ABOUT'
expect_size 200x60
key q
wait_for_text 'status 0'

# Narrow: one pane at a time.
start 40x10 "$dbgtop $pid hello"
wait_for_text '> hello'
expect_size 40x10
screen | grep -q greetings && die "two panes at 40x10: $(screen)"
key Tab
wait_for_text '> greetings .*/s'
key Tab
wait_for_text '> hello'
key q
wait_for_text 'status 0'

# The numbers of the dead stay, and the header says since when.
start 80x24 "$dbgtop $pid hello"
wait_for_text 'greetings .* [0-9.]*/s'
kill -STOP "$pid"
wait_for_text 'STOPPED'
kill -KILL "$pid"
wait_for_text 'DEAD since [0-9][0-9]:[0-9][0-9]:[0-9][0-9]$'
wait_for_text 'greetings  *[0-9]'
key Tab
wait_for_text '> greetings'
key q
wait_for_text 'status 0'
expect_restored death
