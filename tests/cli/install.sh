#!/bin/sh
# limit: 300
# `make install` gives a complete tree that a stranger can build against, and
# `make uninstall` takes all of it away.
. tests/cli/lib.sh

make=${MAKE:-make}
root=$dir/root

$make B="$B" install DESTDIR="$root" prefix=/usr >"$dir/said" 2>&1 ||
	{ cat "$dir/said"; die "make install failed"; }

# Modes and names; what is not here must not be there either.
(cd "$root" && find . ! -type d | sed 's|^\./||' | sort) >"$dir/found"
sort >"$dir/wanted" <<'LIST'
usr/bin/dbgtop
usr/bin/dbgtop-agent
usr/include/dbgshm/atomic.h
usr/include/dbgshm/events.h
usr/include/dbgshm/feed.h
usr/include/dbgshm/format.h
usr/include/dbgshm/frame.h
usr/include/dbgshm/reader.h
usr/include/dbgshm/shapes.h
usr/include/dbgshm/writer.h
usr/lib/libdbgshm.a
usr/lib/libdbgshm.so
usr/lib/libdbgshm.so.0
usr/lib/pkgconfig/dbgshm.pc
usr/share/doc/dbgtop/CHANGES.md
usr/share/doc/dbgtop/FORMAT.md
usr/share/doc/dbgtop/LICENSE
usr/share/doc/dbgtop/README.md
usr/share/doc/dbgtop/SECURITY.md
usr/share/doc/dbgtop/dbgshm/__init__.py
usr/share/doc/dbgtop/dbgshm/__main__.py
usr/share/doc/dbgtop/dbgshm/checksum.py
usr/share/doc/dbgtop/dbgshm/coder.py
usr/share/doc/dbgtop/dbgshm/documents.py
usr/share/doc/dbgtop/dbgshm/events.py
usr/share/doc/dbgtop/dbgshm/files.py
usr/share/doc/dbgtop/dbgshm/header.py
usr/share/doc/dbgtop/dbgshm/histogram.py
usr/share/doc/dbgtop/dbgshm/layout.py
usr/share/doc/dbgtop/dbgshm/mirror.py
usr/share/doc/dbgtop/dbgshm/past.py
usr/share/doc/dbgtop/dbgshm/process.py
usr/share/doc/dbgtop/dbgshm/recording.py
usr/share/doc/dbgtop/dbgshm/region.py
usr/share/doc/dbgtop/dbgshm/schema.py
usr/share/doc/dbgtop/dbgshm/shapes.py
usr/share/doc/dbgtop/dbgshm/snapshot.py
usr/share/doc/dbgtop/dbgshm/targets.py
usr/share/doc/dbgtop/dbgshm/text.py
usr/share/doc/dbgtop/dbgshm/view.py
usr/share/doc/dbgtop/dbgshm.py
usr/share/man/man1/dbgtop.1
usr/share/man/man3/dbgshm-history.3
usr/share/man/man3/dbgshm-shapes.3
usr/share/man/man3/dbgshm.3
usr/share/man/man7/dbgtop-profiles.7
usr/share/man/man8/dbgtop-agent.8
LIST
diff "$dir/wanted" "$dir/found" || die "the installed tree is not as wanted"
[ "$(stat -c %a "$root/usr/bin/dbgtop")" = 755 ] || die "mode of dbgtop"
[ "$(stat -c %a "$root/usr/lib/libdbgshm.so.0")" = 644 ] || die "mode of .so"

# Nothing in it remembers where it was built.
here=$PWD
! grep -rlF "$here/" "$root/usr/lib/pkgconfig" "$root/usr/share" ||
	die "a path of the build tree was installed"

"$root/usr/bin/dbgtop" --version >"$dir/version" || die "dbgtop --version"
"$root/usr/bin/dbgtop-agent" --version >>"$dir/version" || die "agent --version"
[ "$(grep -cF "$($make -s print-list list=VERSION)" "$dir/version")" = 2 ] ||
	die "versions differ: $(cat "$dir/version")"

# A stranger's program, with nothing of the source tree but its own text.
cp tests/examples/hello.c "$dir/"
PKG_CONFIG_PATH=$root/usr/lib/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
build() {
	# shellcheck disable=SC2046 # words on purpose
	(cd "$dir" && "$@" hello.c -o hello \
	    $(PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
	    pkg-config --cflags --libs dbgshm))
}
build cc -Wall -Wextra -Werror ||
	die "hello.c does not build against the installed library"

seen() {
	"$root/usr/bin/dbgtop" path "$pid" >/dev/null 2>&1
}
LD_LIBRARY_PATH=$root/usr/lib DBGSHM=on "$dir/hello" >"$dir/said" 2>&1 &
pid=$!
started=$pid
tries=200
until seen; do
	tries=$((tries - 1))
	kill -0 "$pid" 2>/dev/null || { cat "$dir/said"; die "hello ended"; }
	[ $tries -gt 0 ] || die "the installed dbgtop does not see hello"
	sleep 0.05
done
kill "$pid"
wait "$pid" 2>/dev/null
pid=

$make B="$B" uninstall DESTDIR="$root" prefix=/usr >"$dir/said" 2>&1 ||
	{ cat "$dir/said"; die "make uninstall failed"; }
left=$(find "$root" ! -type d)
[ -z "$left" ] || die "uninstall left: $left"
