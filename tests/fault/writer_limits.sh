#!/bin/sh
# A program whose limits are too small for telemetry goes on without it.
. tests/fault/lib.sh

for blocks in 0 1 8 64; do
	ran sh -c "(ulimit -f $blocks; exec $host init=on add=1000 reason) | cat"
	said 'init: -1 File too large'
	said 'reason: the limit on file size'
done
for kib in 12000 20000 40000; do
	ran sh -c "ulimit -v $kib; exec $host init=on add=1000 reason"
done
for files in 4 5 6 7; do # the loader needs one
	ran sh -c "exec 3>&- 4>&-; ulimit -Sn $files
	    exec $host init=on add=1000 reason"
done
for kib in 0 4; do
	ran sh -c "ulimit -l $kib; exec $host init=on add=1000 reason"
	said 'init: 0'
done
