#!/bin/sh
# tests/proofs/run.sh - takes out each protection of tests/proofs/table in a copy of
# the tree, and says whether its test notices.  ONLY=WORD: those whose line has it.
#
#	B=build sh tests/proofs/run.sh
B=${B:-build}
tree=$B/proofs
mkdir -p "$tree"
tar -cf - --exclude=./.git --exclude='./build*' . | tar -xf - -C "$tree"
cd "$tree" || exit 1
make=${MAKE:-make}
unset MAKEFLAGS MAKELEVEL
$make -s -j"$(nproc)" all examples build/tests/fault/host \
	build/tests/fault/fates >make.log 2>&1 || {
	tail make.log
	exit 1
}
failed=0
grep "${ONLY:-|}" tests/proofs/table | grep -v '^#' | grep . | while IFS= read -r line; do
	field() { printf '%s\n' "$line" | sed 's/ | /\n/g' | sed -n "$1p"; }
	file=$(field 2) test=$(field 4)
	cp "$file" kept
	sed -E -i "$(field 3)" "$file"
	if cmp -s kept "$file"; then
		echo "STALE  $(field 1): nothing in $file is like that any more"
		failed=1
	else
		case $test in
		*.sh) needs="all examples build/tests/fault/host build/tests/fault/fates" ;;
		*) needs=build/tests/unit/$test test=build/tests/unit/$test ;;
		esac
		# shellcheck disable=SC2086 # words
		if ! $make -s -j"$(nproc)" $needs >make.log 2>&1; then
			echo "STALE  $(field 1): does not compile"
			failed=1
		elif B=build tests/run "$test" >test.log 2>&1; then
			echo "UNSEEN $(field 1): $test passes without it"
			failed=1
		else
			echo "seen   $(field 1): $test"
		fi
	fi
	mv kept "$file"
	touch "$file"
	echo $failed >failed
done
[ "$(cat failed)" = 0 ]
