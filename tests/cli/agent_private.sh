#!/bin/sh
# --private: the protocol with the viewer, and that nothing is left running.
. tests/cli/agent/lib.sh
need python3
DIR=$dir
DBGTOP=$dbgtop
export DIR DBGTOP

start_target threads=3
viewer() {
	python3 "$here/viewer.py" "$agent" libshm/python "$1" "$2" \
		>"$dir/viewer.log" 2>&1 || die "$2: exit $?"
}
viewer "$pid" good
not_watched "$pid" || die "a private region has a name"
viewer "$pid" parent
viewer 4194304 missing
viewer "$pid" exits
exit 0
