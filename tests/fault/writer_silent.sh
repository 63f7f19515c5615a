#!/bin/sh
# Recording makes no system call, and nothing at all happens when off.
. tests/fault/lib.sh
need strace

trace() {
	strace -f -qq -o "$work/trace" "$host" "$@" >/dev/null 2>&1
	grep -vcE 'exit|futex|clock|getrusage|write|lstat|resumed|---|\+\+\+' \
	    "$work/trace"
}

few=$(trace init=tick add=1)
many=$(trace init=tick add=1000000)
[ "$few" = "$many" ] || fail "$few calls with one addition, $many with a million"

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
