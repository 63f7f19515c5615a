#!/bin/sh
# dbgtop -- CMD on a terminal: also when CMD becomes another program by exec.

. tests/tui/lib.sh

cp "$B/examples/hello" "$dir/ran$$" || die "no example"
trap 'forget "$dir/ran$$"; tui_cleanup' EXIT
LD_LIBRARY_PATH=$PWD/$B
export LD_LIBRARY_PATH

mkfifo "$dir/gate"
start 80x24 "$dbgtop -- sh -c 'read line <$dir/gate; exec sleep 1000'"
wait_for_text 'private watcher .* LIVE$'
echo >"$dir/gate"
wait_for_text 'sleep .* LIVE$'
wait_for_text 'cpu_user'
key q
wait_for_text 'ready>' # before that Ctrl-C is a key of the viewer's
tm send-keys C-c
wait_for_text 'status 130'

# The program after the exec has a region of its own: both are shown.
start 80x24 "$dbgtop -- sh -c 'read line <$dir/gate; exec $dir/ran$$'"
wait_for_text 'private watcher .* LIVE$'
echo >"$dir/gate"
wait_for_text "ran$$ .* LIVE$"
wait_for_text 'own region and agent'
wait_for_text 'coverage'
key q
wait_for_text 'ready>' # before that Ctrl-C is a key of the viewer's
tm send-keys C-c
wait_for_text 'status 130'
expect_restored quit

# The status is kept, also for a caller that ignores the ends of its children.
cat >"$dir/deaf" <<'END'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])
END
start 80x24 "python3 $dir/deaf $dbgtop -- sh -c 'read line <$dir/gate; exit 7'"
wait_for_text 'private watcher .* LIVE$'
echo >"$dir/gate"
wait_for_text 'EXITED'
key q
wait_for_text 'status 7'
