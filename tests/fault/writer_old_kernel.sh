#!/bin/sh
# A kernel without MADV_POPULATE_WRITE (before 5.14): fixed size, still right.
. tests/fault/lib.sh
need strace

ran strace -f -qq -o /dev/null -e inject=madvise:error=EINVAL:when=1 \
    "$host" init=on add=1000 threads=8:1000 events=8:1000 fork=10 flip=3 \
    fill=1000000 reason
said 'init: 0'
said 'log: 0'
said 'fill: No space left'
said 'flip: 0 failures'
