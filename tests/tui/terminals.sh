#!/bin/sh
# TERM, NO_COLOR, --color, --ascii, a plain locale, and no terminal at all.

. tests/tui/lib.sh

start_publisher hello "tuix$$"

for term in dumb unknown-terminal ''; do
	start 80x24 "TERM=$term $dbgtop $pid"
	wait_for_text 'status 2'
	wait_for_text 'dbgtop: TERM'
	screen | grep -q 'dbgtop show' || die "no advice for TERM=$term"
	[ "$(tm display-message -p '#{alternate_on}')" = 0 ] ||
		die "TERM=$term: something was sent"
done

# Colours are there, and go away when they are not wanted.
escape=$(printf '\033')
colors() {
	tm capture-pane -p -e | grep -q "${escape}\[3[1-7]m"
}
for how in "$dbgtop $pid" "NO_COLOR=1 $dbgtop --color always $pid"; do
	start 80x24 "$how"
	wait_for_text '> process'
	colors || die "no colour: $how"
	key q
	wait_for_text 'status 0'
done
for how in "NO_COLOR=1 $dbgtop $pid" "$dbgtop --color never $pid" \
    "TERM=vt100 $dbgtop $pid"; do
	start 80x24 "$how"
	wait_for_text '> process'
	! colors || die "colour: $how"
	key q
	wait_for_text 'status 0'
	expect_restored "$how"
done

# Only ASCII where the locale or the person says so.
for how in "$dbgtop --ascii $pid" "LC_ALL=C $dbgtop $pid" \
    "LC_ALL=POSIX TERM=linux $dbgtop $pid"; do
	start 80x24 "$how"
	wait_for_text '> process .* |'
	screen | LC_ALL=C grep -q '[^ -~]' && die "not ASCII: $how
$(screen)"
	key q
	wait_for_text 'status 0'
done

# How many colors, and which: a theme can be had everywhere.
many() {
	tm capture-pane -p -e | grep -q "${escape}\[[0-9;]*38;5;"
}
for how in "--theme colorblind" "--theme light --color 256"; do
	start 80x24 "TERM=tmux-256color $dbgtop $how $pid"
	wait_for_text '> process'
	many || die "not of 256: $how"
	key q
	wait_for_text 'status 0'
done
start 80x24 "TERM=screen $dbgtop --theme colorblind --color 256 $pid"
wait_for_text '> process'
many || die "screen-256color is not found"
key q
wait_for_text 'status 0'
start 80x24 "TERM=tmux-256color $dbgtop --theme colorblind --color 8 $pid"
wait_for_text '> process'
colors || die "no colors with --color 8"
! many || die "--color 8 and more of them"
key q
wait_for_text 'status 0'
for theme in default contrast mono; do
	start 80x24 "$dbgtop --theme $theme $pid"
	wait_for_text '> process'
	[ $theme != mono ] || ! colors || die "mono has colors"
	key q
	wait_for_text 'status 0'
done

# Every terminal with every locale, also with one that is not there.
for term in vt100 linux xterm xterm-256color rxvt screen tmux-256color; do
	for locale in LC_ALL=C LC_ALL=C.UTF-8 LC_ALL=xx_YY.UTF-8 \
	    '-u LC_ALL -u LANG -u LC_CTYPE'; do
		how="env $locale TERM=$term"
		start 80x24 "$how $dbgtop $pid"
		wait_for_text '> process'
		wait_for_text 'q Quit'
		[ "$locale" = LC_ALL=C.UTF-8 ] ||
			! screen | LC_ALL=C grep -q '[^ -~]' ||
			die "not ASCII: $how
$(screen)"
		expect_size 80x24
		key Down End Home q
		wait_for_text 'status 0'
		expect_restored "$how"
	done
done

# One picture as text, without a terminal.
expect_exit 0 "$dbgtop" "$pid" --frame 80x24
expect_match '^> process'
expect_match 'LIVE$'
[ "$(wc -l <"$dir/out")" -eq 24 ] || die "not 24 lines"
expect_exit 0 "$dbgtop" "$pid" hello --frame 200x60
expect_match 'greetings .*/s'
expect_exit 0 "$dbgtop" --frame 40x10
expect_match ' processes .* LIVE$'
expect_exit 0 "$dbgtop" "$pid" --frame 1x1
for size in 80 80x 0x24 80x24x 80x2000 -1x5 ''; do
	expect_exit 2 "$dbgtop" "$pid" --frame "$size"
done
