#!/bin/sh
# Death after each instruction of each recording call, of registration and of
# ticks leaves what was before or what comes after; so does a signal handler that
# records after any of them.
# limit: 900
#	STEPS=N rounds of all calls (2), a tenth of that with handlers
. tests/fault/lib.sh
rounds=${STEPS:-2}

# Every recording call there is.
for call in $(sed -n '/--- recording ---/,$p' libshm/include/dbgshm/writer.h |
    cat - libshm/include/dbgshm/shapes.h libshm/include/dbgshm/events.h |
    grep -v '^ \*' | grep -oE '\bdbgshm_[a-z0-9]+[a-z0-9_]*\(' | tr -d '(' |
    grep -vE '_create$|^dbgshm_region_|^dbgshm_log_vprintf$' | sort -u); do
	grep -q "\b$call(" tests/fault/calls.h ||
		fail "$call is not in tests/fault/calls.h"
done

for program in steps nested; do
	cp "$B/tests/fault/$program" "$work/$program-$$" || exit 1
done
"$work/steps-$$" die "$rounds" >"$work/out" 2>&1
status=$?
[ $status -ne 77 ] || {
	cat "$work/out"
	exit 77
}
[ $status -eq 0 ] || fail "death after an instruction: status $status"
cat "$work/out"
"$work/steps-$$" kill $((rounds * 50)) >"$work/out" 2>&1 ||
	fail "killed in the middle"
cat "$work/out"
"$work/nested-$$" $(((rounds + 9) / 10)) >"$work/out" 2>&1 ||
	fail "a handler after an instruction"
cat "$work/out"
