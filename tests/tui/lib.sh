# lib.sh - what the tests of the full screen share; read it with ". tests/tui/lib.sh".
#
# The real program runs in a tmux of its own (own socket, no configuration).
# Keys are sent as tmux names them; then the test waits for text on the screen,
# it never just sleeps.

. tests/cli/lib.sh

command -v tmux >/dev/null || skip "tmux is not installed"

LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR TMUX TMUX_PANE
socket=dbgtop-$$-$(basename "$0" .sh)

tm() {
	tmux -L "$socket" -f /dev/null "$@"
}

tui_cleanup() {
	tm kill-server 2>/dev/null
	cleanup
}
trap tui_cleanup EXIT

# start SIZE COMMAND...: a shell on a terminal of that size, and the command,
# typed into it.  When it has ended, the screen says "status N".
start() {
	size=$1
	shift
	tm kill-server 2>/dev/null
	# The server before may still be on its way out.
	wait_for tm new-session -d -s t -x "${size%x*}" -y "${size#*x}" \
	    "env PS1='ready> ' ENV= sh -i"
	tm set-option -g remain-on-exit on
	wait_for_text "ready>"
	before=$(tty_modes)
	type_line "$*; echo status \$?"
}

# The modes of the terminal of the pane.
tty_modes() {
	stty -g -F "$(tm display-message -p '#{pane_tty}')" 2>&1
}

# Ends with a line feed: a stopped viewer may have left the mode where Enter is
# not one.
type_line() {
	tm send-keys -l "$1"
	tm send-keys C-j
}

key() {
	for one in "$@"; do
		tm send-keys "$one" || die "key $one"
	done
}

screen() {
	tm capture-pane -p
}

# wait_for_text PATTERN (of grep -e), wait_for_no_text PATTERN
wait_for_text() {
	tries=0
	until screen | grep -q -e "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] ||
			die "no \"$1\" on the screen:
$(screen)"
		sleep 0.05
	done
}

wait_for_no_text() {
	tries=0
	while screen | grep -q -e "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] ||
			die "\"$1\" stays on the screen:
$(screen)"
		sleep 0.05
	done
}

# The pid of the viewer that runs in the pane.
viewer() {
	pgrep -x dbgtop -t "$(tm display-message -p '#{pane_tty}' |
	    sed 's|/dev/||')"
}

# The terminal is as it was: modes, main screen, cursor there.
expect_restored() {
	wait_for_text 'ready>'
	tries=0
	until [ "$(tty_modes)" = "$before" ] &&
	    [ "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" = \
		"0 1" ]; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || die "terminal not restored after $1:
$(tm display-message -p 'alternate #{alternate_on} cursor #{cursor_flag}')
now $(tty_modes) before $before"
		sleep 0.05
	done
}

# resize SIZE
resize() {
	tm resize-window -x "${1%x*}" -y "${1#*x}" || die "resize to $1"
}

# Nothing on the screen is wider or higher than it.
expect_size() {
	[ "$(screen | wc -L)" -le "${1%x*}" ] &&
		[ "$(screen | wc -l)" -le "${1#*x}" ] ||
		die "not $1: $(screen)"
}
