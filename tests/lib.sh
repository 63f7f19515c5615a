# lib.sh - for all shell tests: cleans up after programs that a test let die.
# shellcheck shell=sh

# forget PROGRAM: removes what its dead processes left, of this very file.
forget() {
	for region in /dev/shm/dbgtop-"$(id -u)"/*.dbg \
	    /dev/shm/dbgtop-"$(id -u)"/dark/*.dbg; do
		[ -f "$region" ] && [ "$(tail -c +209 "$region" |
		    head -c 64 | tr -d '\0')" = "$(basename "$1")" ] &&
			grep -qF "$1" "$region" &&
			"$B/dbgtop" show -j "$region" process 2>/dev/null |
			grep -q '"state":"dead"' && rm -f "$region"
	done
	:
}
