#!/bin/sh
# Looking changes nothing: by its system calls dbgtop opens nothing for writing but
# the terminal and what it was told to write, takes no lock, sends no signal,
# connects to nothing, reads no memory of others; and a region that is looked at
# stays what it was to the last bit.
. tests/cli/lib.sh
command -v strace >/dev/null || skip "no strace"
command -v script >/dev/null || skip "no script"

start_publisher workshop
path=$("$dbgtop" path "$pid") || die "no path"
kill -STOP "$pid"
is_stopped() { "$dbgtop" show "$pid" | grep -q '^stopped'; }
wait_for is_stopped
before=$(sha256sum <"$path"; stat -c '%i %s %b %a %Y %Z' "$path")

# What writes, or could: by name, or by an argument.
changes='^[0-9]+ +(kill|tkill|tgkill|pidfd_send_signal|ptrace|process_vm_readv|process_vm_writev|connect|bind|listen|accept4?|sendto|sendmsg|sendmmsg|mkdir|mkdirat|mknod|mknodat|unlink|unlinkat|rmdir|rename|renameat2?|link|linkat|symlink|symlinkat|chmod|fchmod|fchmodat|chown|fchown|lchown|fchownat|truncate|ftruncate|fallocate|utimensat|setxattr|fsetxattr|mount|umount2|flock|shmget|sethostname|prlimit64\([1-9]|bpf|perf_event_open|inotify_init1?|fork|vfork|clone|clone3|execveat)\('
by_argument='O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|F_SETLK|F_OFD_SETLK|F_SETLEASE|/proc/[0-9]*/mem"|MAP_SHARED.*PROT_WRITE|PROT_WRITE[^)]*MAP_SHARED'

# traced WHAT ALLOWED COMMAND...: it made no such call
traced() {
	what=$1 allowed=$2
	shift 2
	strace -f -qq -s 256 -o "$dir/trace" "$@" >"$dir/out" 2>"$dir/err" \
	    </dev/null || die "$what: exit $?: $(cat "$dir/err")"
	[ "$(wc -l <"$dir/trace")" -gt 20 ] || die "$what: no trace"
	! grep -E "$changes|$by_argument" "$dir/trace" |
		grep -vE "\"/dev/(tty|pts/[0-9]+|null)\"|$allowed" \
		    >"$dir/found" || die "$what: $(cat "$dir/found")"
}
# Who a uid is, libc may ask its own daemon.
none='sun_path="(/var)?/run/(nscd|systemd)/'
for command in list "show $pid" "show $pid -j" "describe $pid" "log $pid" \
	"path $pid" "check $path" "tail $pid work --since 10m" \
	"get $pid process:cpu_user" "export $pid" "clean --dry-run" \
	"$pid --frame 80x24" "show $path"; do
	case $command in
	tail*) command="tail $pid process:cpu_user --since 10m" ;;
	esac
	# shellcheck disable=SC2086 # words
	traced "$command" "$none" "$dbgtop" $command
done

# The full screen, with its views; `q` ends it.
cat >"$dir/look.sh" <<END
exec strace -f -qq -s 256 -o '$dir/trace' '$dbgtop' '$pid' -i 100ms
END
: >"$dir/trace"
{
	tries=0
	until grep -q '1049h' "$dir/trace" || [ $tries -ge 400 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	for key in 2 3 4 5 6 1 q; do
		size=$(wc -l <"$dir/trace")
		printf %s $key
		tries=0
		until [ "$(wc -l <"$dir/trace")" -gt $((size + 3)) ] ||
		    [ $tries -ge 100 ]; do
			tries=$((tries + 1))
			sleep 0.05
		done
	done
} | script -qec "stty cols 100 rows 40; sh '$dir/look.sh'" /dev/null \
    >"$dir/out" 2>&1
grep -q '1049l' "$dir/trace" || die "the full screen did not end"
! grep -E "$changes|$by_argument" "$dir/trace" |
	grep -vE "\"/dev/(tty|pts/[0-9]+|null)\"|$none" >"$dir/found" ||
	die "full screen: $(cat "$dir/found")"

# What is asked for is written, and that alone.
strace -f -qq -s 256 -o "$dir/trace" "$dbgtop" snapshot "$pid" -o "$dir/one.zip" \
    >"$dir/out" 2>&1 || die "snapshot: $(cat "$dir/out")"
grep -E "$by_argument" "$dir/trace" |
	grep -E 'open(at|at2)?\(' |
	grep -vE "\"$dir(/[^\"]*)?\"|\"/dev/null\"|memfd" >"$dir/found" &&
	die "snapshot: $(cat "$dir/found")"

after=$(sha256sum <"$path"; stat -c '%i %s %b %a %Y %Z' "$path")
[ "$before" = "$after" ] || die "the region is not what it was: $before, $after"
exit 0
