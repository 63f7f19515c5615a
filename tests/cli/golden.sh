#!/bin/sh
# What every release has written is read by this one, and tells the same: regions,
# snapshots and recordings in tests/golden.  What a newer minor version adds is
# skipped; a newer major version and another byte order are refused in one line.
. tests/cli/lib.sh
command -v jq >/dev/null || skip "no jq"
golden=$PWD/tests/golden

# timeless JSON: without when it was looked, and what follows from that
timeless() {
	jq -cS 'walk(if type == "object" then del(.time, .age_ns, .since,
	    .reason, .path, .alerts, .user, .name_of_user) else . end)'
}

# tell COMMAND NAME FILE: what it says, to $dir/told
tell() {
	case $1 in
	show) run "$dbgtop" show -j "$3" ;;
	tail) run "$dbgtop" tail "$3" --since 10000d -O jsonl ;;
	log) run "$dbgtop" log "$3" -O jsonl ;;
	check) run "$dbgtop" check "$3" ;;
	esac
	{
		if [ "$1" = check ]; then
			sed "s|$dir/||g" "$dir/out"
		else
			timeless <"$dir/out"
		fi
		sed "s|$dir/||g" "$dir/err"
		echo "exit $status"
	} >"$dir/told"
}

seen=0
for file in "$golden"/*.dbg.gz "$golden"/*.zip "$golden"/*.rec; do
	[ -f "$file" ] || continue
	name=$(basename "$file" .gz)
	case $file in
	*.gz) gzip -dc "$file" >"$dir/$name" || die "$file" ;;
	*) cp "$file" "$dir/$name" ;;
	esac
	case $name in
	*.dbg) commands="show tail log check" ;;
	*) commands="show tail log" ;;
	esac
	for command in $commands; do
		tell $command "$name" "$dir/$name"
		stored=$golden/$name.$command.gz
		[ -e "$stored" ] || [ -z "${STORE:-}" ] ||
			gzip -9n <"$dir/told" >"$stored"
		gzip -dc "$stored" >"$dir/stored" || die "no $stored"
		diff "$dir/stored" "$dir/told" >"$dir/difference" ||
			die "$command $name: stored (<), now (>):" \
			    "$(head -c 3000 "$dir/difference")"
		seen=$((seen + 1))
	done
done
[ $seen -ge 16 ] || die "only $seen were compared"

# patched NAME OFFSET BYTES: a copy of the newest with other bytes there
newest=$(find "$golden" -name '[0-9].[0-9].dbg.gz' | sort | tail -n 1)
patched() {
	gzip -dc "$newest" >"$dir/$1"
	printf "$3" | dd of="$dir/$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
# refused NAME WHY
refused() {
	for command in show check tail log describe; do
		expect_exit 5 "$dbgtop" $command "$dir/$1"
		expect_out ''
		expect_err "$2"
		[ "$(wc -l <"$dir/err")" -le 2 ] || die "$(cat "$dir/err")"
	done
}
# The byte order is at 8, the major version at 16, the minor one at 18.
patched minor 18 '\377\0'
expect_exit 0 "$dbgtop" check "$dir/minor"
expect_match 'format 1\.255'
expect_exit 0 "$dbgtop" get "$dir/minor" net/peers:sent
patched major 16 '\2\0'
refused major 'major\|version\|newer'
patched order 8 '\1\2\3\4\5\6\7\10'
refused order 'byte order'
