#!/bin/sh
# limit: 300
# Every command of the README works, its program is the one in examples/, and its
# picture of a program that hangs is what dbgtop shows.  Its examples of shapes:
# manual_examples.sh.
. tests/cli/lib.sh

hello=readme$$ # there may be other programs of that name
group=
# What a block starts with & stays in its process group.
end_group() {
	[ -z "$group" ] || kill -- "-$group" 2>/dev/null
	group=
}
trap 'end_group; forget "$dir/$hello"; cleanup' EXIT

# The fenced blocks of one language, each into its own file.
blocks() {
	awk -v language="$1" -v stem="$dir/$1" '
		/^```/ {
			if (inside) { inside = 0; close(file); next }
			if ($0 == "```" language) {
				inside = 1; file = stem "." ++n
			}
			next
		}
		inside { print >file }
		END { exit !n }' README.md || die "README has no $1 block"
}

blocks c
cmp "$dir/c.1" tests/examples/hello.c ||
	die "the program of the README is not tests/examples/hello.c"
lines=$(grep -c . tests/examples/hello.c)
[ "$lines" -le 20 ] || die "the program has $lines lines"

blocks sh
ran=0
for block in "$dir"/sh.*; do
	# `make check` is running this.  The build directory may be another.
	{
		echo 'set -e'
		grep -vxF 'make check' "$block" |
			sed -e "s|build/hello|$dir/$hello|g" \
			    -e "s| get hello | get $hello |" \
			    -e "s|build/|$B/|g" -e "s|^make |make B=$B |"
	} >"$block.run"
	[ "$(wc -l <"$block.run")" -gt 1 ] || continue
	HOME=$dir setsid sh "$block.run" >"$block.said" 2>&1 </dev/null &
	group=$!
	wait $group || {
		cat "$block.run" "$block.said"
		die "this block of the README fails"
	}
	end_group
	[ -s "$block.said" ] || die "a block says nothing: $(cat "$block.run")"
	ran=$((ran + 1))
done
[ $ran -ge 2 ] || die "only $ran blocks ran"

# What hangs: after the commands, since there may be other programs of that name.
mkfifo "$dir/words"
cp "$B/examples/workshop" "$dir/workshop$$"
LD_LIBRARY_PATH=$PWD/$B "$dir/workshop$$" <"$dir/words" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
exec 3>"$dir/words"
wait_for "$dbgtop" path "$pid"
blocks text
grep -lxF '$ dbgtop show -q workshop work steps health files' "$dir"/text.* \
    >"$dir/names" || die "the README does not show workshop"
expect_shown "$(cat "$dir/names")" workshop
