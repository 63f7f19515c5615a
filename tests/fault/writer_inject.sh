#!/bin/sh
# The n-th system call of init fails, once and from then on: the program ends
# well, no file and no descriptor is left behind.
# limit: 600
. tests/fault/lib.sh
need strace

name=inject-$$
cp "$host" "$work/$name" # an executable of its own: its own count
host=$work/$name

# The loader's calls come first: count them, so that only ours are hit.
count() {
	strace -f -qq -c -e trace="$1" -o "$work/count" "$host" "$2" \
	    >/dev/null 2>&1
	awk -v call="$1" '$NF == call { print $4 }' "$work/count"
}

runs=0
for pair in openat:EMFILE openat:EACCES openat:ENOSPC mkdirat:EACCES \
    mkdirat:ENOSPC fstat:EIO newfstatat:EIO fstatfs:EIO ftruncate:ENOSPC \
    ftruncate:EINTR mmap:ENOMEM madvise:EFAULT madvise:ENOMEM fcntl:EINVAL \
    fcntl:EAGAIN fchmod:EPERM linkat:EEXIST linkat:ENOENT statfs:EIO \
    getdents64:EIO read:EIO readlink:EACCES getrandom:ENOSYS clone3:EAGAIN \
    pread64:EIO renameat2:ENOENT renameat2:EXDEV getrusage:EFAULT \
    sched_getaffinity:EINVAL; do
	call=${pair%:*} error=${pair#*:}
	loader=$(count "$call" state)
	all=$(count "$call" init=on)
	first=$((${loader:-0} + 1))
	last=${all:-0}
	n=$first
	while [ "$n" -le "$last" ] || [ "$n" -eq "$first" ]; do
		for when in "$n" "$n+"; do
			# EINTR for ever is not an error but a hang by request.
			[ "$error$when" = "EINTR$n+" ] && continue
			ran strace -f -qq -o /dev/null \
			    -e inject="$call:error=$error:when=$when" \
			    "$host" init=on add=100 flip=1 state
			runs=$((runs + 1))
		done
		n=$((n + 1))
	done
done
echo "$runs runs"
[ "$(mine | wc -l)" -le 3 ] || fail "files were left behind"
