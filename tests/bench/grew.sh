#!/bin/sh
# Which function is it?  What was counted for few and for many, as instructions of
# each function for one, beside those that tests/bench/functions keeps.
#
#	grew.sh NAME FEW MANY ROUNDS	those that grew, most first; FEW and MANY
#					are files of callgrind
#	KEEP=1 grew.sh ...		keeps them instead
kept=tests/bench/functions
functions() {
	callgrind_annotate --auto=no --threshold=100 --show-percs=no "$1" |
		sed -n 's/^ *\([0-9,]*\)  *[^ ]*:\([A-Za-z_][^ ]*\).*/\2 \1/p' |
		tr -d ,
}
{
	functions "$2" | sed 's/^/few /'
	functions "$3" | sed 's/^/many /'
} | awk -v name="$1" -v rounds="$4" -v kept=$kept -v keep="${KEEP:-}" '
	BEGIN {
		while ((getline line <kept) > 0) {
			split(line, word, " ")
			if (word[1] == name)
				was[word[2]] = word[3]
		}
	}
	{ n[$2] += $1 == "many" ? $3 : -$3 }
	END {
		for (it in n) {
			now = n[it] / rounds
			if (keep != "") {
				if (now >= 0.005)
					printf("%s %s %.2f\n", name, it, now)
			} else if (now > was[it] + 0.05)
				printf("%10.2f more in %s: %.2f, was %.2f\n",
				    now - was[it], it, now, was[it])
		}
	}' | if [ -n "${KEEP:-}" ]; then
	grep -sv "^$1 " $kept >$kept.new
	LC_ALL=C sort - >>$kept.new && mv $kept.new $kept
else
	sort -rn | sed -n '1,8p'
fi
