#!/bin/sh
# A storm of resizes, down to one cell: it stays alive and follows.

. tests/tui/lib.sh

start_publisher acceptance "tuir$$"

start 80x24 "$dbgtop $pid"
wait_for_text '> process'
for size in 200x60 20x5 100x30 1x1 40x10 3x2 137x41 79x23 2x40 300x3 80x1 \
    69x24 70x24 45x15 120x16 20x5 1x1 80x24; do
	resize $size
	key Down Tab j Tab k Tab
done
wait_for_text 'q Quit'
wait_for_text "tuir$$"
wait_for_text 'LIVE$'
resize 100x30
wait_for_text 'every 1 s .* LIVE$'
expect_size 100x30
resize 20x5
wait_for_text '^ [? ]* Help  q Quit'
expect_size 20x5
resize 12x2
wait_for_text 'LIVE'
key q
resize 80x24
wait_for_text 'status 0'
expect_restored resizes
