#!/bin/sh
# Wrong arguments are said in one line and exit with 2; help and version with 0.
. tests/cli/agent/lib.sh

# refused SENTENCE ARGUMENT...
refused() {
	sentence=$1
	shift
	"$agent" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	[ $status -eq 2 ] || die "$*: exit $status, not 2"
	[ ! -s "$dir/out" ] || die "$*: something on standard output"
	grep -qxF "dbgtop-agent: $sentence" "$dir/err" ||
		die "$*: says $(cat "$dir/err")"
}

refused '--bogus: no such option' --bogus
refused '-x: no such option' -x
refused '--watch: needs an argument' --watch
refused '--watch: empty name' --watch ''
refused '--watch 0: too small' --watch 0
refused '--watch 99999999999: too large' --watch 99999999999
refused '--interval 1ms: not a time from 100ms to 1h' --interval 1ms
refused '--interval 2h: not a time from 100ms to 1h' --interval 2h
refused '--interval fast: not a time from 100ms to 1h' --interval fast
refused '--interval -1s: not a time from 100ms to 1h' --interval -1s
refused '--interval nan: not a time from 100ms to 1h' --interval nan
refused '--cpu-limit 2: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit 2
refused '--cpu-limit 5x%: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit 5x%
refused '--cpu-limit -1%: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit -1%
refused '--cpu-limit nan%: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit nan%
refused '--cpu-limit 0.05%: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit 0.05%
refused '--cpu-limit 2000%: not a share of a processor from 0.1% to 1000%, or 0' \
    --cpu-limit 2000%
refused 'redis: unexpected argument' redis
refused '\x1b[31m: unexpected argument' "$(printf '\033[31m')"
refused '--private and --region-fd belong together' --private 1
refused '--private and --region-fd belong together' --region-fd 3
refused '--private stands alone' --private 1 --region-fd 3 --debug
refused '--region-fd 0: not a socket of the viewer' --private 1 --region-fd 0
refused '--region-fd 77: not a socket of the viewer' --private 1 --region-fd 77

"$agent" --help >"$dir/help" 2>"$dir/err" || die "--help: exit $?"
[ ! -s "$dir/err" ] || die "--help: $(cat "$dir/err")"
for option in cpu-limit debug foreground interval pidfile user watch private \
    region-fd help version; do
	grep -q -- "--$option" "$dir/help" || die "--help has no --$option"
	grep -q "Fl $option\\|Fl -$option" man/dbgtop-agent.8 ||
		grep -q -- "-$option" man/dbgtop-agent.8 ||
		die "the manual has no --$option"
done
"$agent" -V | grep -qE '^dbgtop-agent [0-9]+\.[0-9]+\.[0-9]+$' || die "-V"
"$agent" --help >/dev/full 2>/dev/null && die "--help did not see a full disk"
exit 0
