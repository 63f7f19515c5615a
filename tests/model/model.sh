#!/bin/sh
# limit: 600
# All executions of the protocols under a weak memory model, by the library's own
# code: nothing torn is ever accepted, and each order that is taken out is caught
# or stands in tests/model/free with the reason why it need not be there.
B=${B:-build}
. tests/lib.sh
orders=$B/tests/model/orders
[ -x "$orders" ] || { # a build with sanitisers has none
	echo "no $orders"
	exit 77
}
trap 'forget "$(realpath "$orders")"' EXIT

"$orders" tests/model/free
