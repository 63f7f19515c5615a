#!/bin/sh
# Recording makes no system call, allocates nothing and takes no lock, and
# nothing at all happens when off.
. tests/fault/lib.sh
need strace
need valgrind

# Every recording call there is, in a thread that is new to the library.
record=$B/tests/fault/record
for name in $(sed -n '/--- recording ---/,$p' libshm/include/dbgshm/writer.h |
    cat - libshm/include/dbgshm/shapes.h libshm/include/dbgshm/events.h |
    grep -v '^ \*' | grep -oE '\bdbgshm_[a-z0-9]+[a-z0-9_]*\(' | tr -d '(' |
    grep -vE '_create$|^dbgshm_region_' | sort -u); do
	grep -q "\b$name(" tests/fault/record.c ||
		fail "$name is not in tests/fault/record.c"
done

# between: what was done from "begin" to "end", but by the thread that waits for
# the other to end, where valgrind names threads
between() {
	sed -n '/^begin$/,/^end$/p' "$work/trace" | grep -v '\[1\]'
}
strace -f -qq -o "$work/trace" "$record" 10000 2>"$work/out" ||
	fail "record: status $?"
thread=$(sed -n 's/^\([0-9]*\) .*"begin.*/\1/p' "$work/trace")
[ -n "$thread" ] || fail "no mark in the trace"
grep "^$thread " "$work/trace" | sed -n '/"begin/,/"end/p' >"$work/calls"
[ "$(grep -c '"begin\|"end' "$work/calls")" -eq 2 ] || fail "no two marks"
! grep -v '"begin\|"end\|write resumed' "$work/calls" ||
	fail "system calls while recording"

# traced WHAT OPTION...: valgrind sees no such thing, but does so outside.
traced() {
	what=$1
	shift
	valgrind -q "$@" "$record" 3 >"$work/trace" 2>&1 ||
		fail "valgrind: status $?: $(tail -n 5 "$work/trace")"
	grep -q "$what" "$work/trace" || fail "valgrind traces no $what"
	[ "$(between | grep -c '^begin$\|^end$')" -eq 2 ] ||
		fail "no marks in: $(tail -n 5 "$work/trace")"
	! between | grep -E 'malloc|alloc\(|free\(|mutex' ||
		fail "$what while recording"
}
traced 'malloc(' --trace-malloc=yes
traced 'mutex_lock' --tool=drd --trace-mutex=yes

DBGSHM=off
export DBGSHM
strace -f -qq -o "$work/trace" "$host" init=on add=1000 state >"$work/out"
said 'state: 0'
grep -E 'shm|clone|O_TMPFILE|memfd|sigaction' "$work/trace" &&
    fail "off is not off"
unset DBGSHM

# After dbgshm_sandbox() the library is silent for good.
strace -f -qq -o "$work/trace" "$host" init=on sandbox add=100000 tick tick \
    threads=2:1000 fill=100 >"$work/out"
said 'sandbox: 0'
said 'tick: 0'
sed -n '/sandbox: 0/,/host: done/p' "$work/trace" >"$work/after"
[ -s "$work/after" ] || fail "no trace"
grep -E 'open|stat|madvise\(.*POPULATE|getrusage|rename|unlink' "$work/after" &&
    fail "a system call after dbgshm_sandbox()"
exit 0
