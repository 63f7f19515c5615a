# tests/lint/lib.sh - what the lint scripts share.  Sourced from the root.
# shellcheck shell=sh

B=${B:-build}
faults=0

# One thing that is wrong: where and what to do.
fault() {
	echo "$*"
	faults=$((faults + 1))
}

# Ends a script with its verdict.
done_linting() {
	[ $faults -eq 0 ] && exit 0
	echo "$faults faults"
	exit 1
}

# skip REASON: a tool is not there.
skip() {
	echo "$*"
	exit 77
}

# All sources of the tree, committed or not; build directories are ignored.
tree() {
	find . \( -name .git -o -name build -o -name 'build-*' \
	    -o -name __pycache__ \) -prune -o -type f -print |
	    sed 's|^\./||' | sort
}

sources() {
	tree | grep -E '\.(c|h|cpp|hpp)$' | grep -v '^tests/bench/floor/'
}

# Lines that are not comments or empty.
strip_comments() {
	sed -e '/^[[:space:]]*#/d' -e '/^[[:space:]]*$/d' "$1"
}

# make_list NAME: what a list of the Makefile holds.
make_list() {
	${MAKE:-make} -s --no-print-directory print-list list="$1"
}
