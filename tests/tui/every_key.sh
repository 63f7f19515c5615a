#!/bin/sh
# Every name of every key, once, on a real terminal of 80x24: it does what the
# table says.  The list of names comes from viewer/keys.tbl; one without a line
# here fails the test.
#
# limit: 300

. tests/tui/lib.sh

set -f # a key is called *
# What the table names: one "name<blank>action" a line.
sed -n 's/^KEY(\([A-Z_0-9]*\), "[^"]*", "\([^"]*\)",.*/\1 \2/p' viewer/keys.tbl |
	while read -r action names; do
		for name in $names; do
			echo "$name $action"
		done
	done | sed 's/^\\\\/\\/' | sort >"$dir/wanted"
[ "$(wc -l <"$dir/wanted")" -gt 80 ] || die "few keys: $(cat "$dir/wanted")"

mkfifo "$dir/words"
LD_LIBRARY_PATH=$PWD/$B DBGSHM=on $B/examples/workshop <"$dir/words" >/dev/null 2>&1 &
pid=$!
started="$started $pid"
exec 5>"$dir/words"
echo "log first words" >&5
echo "lose" >&5

# What R writes is no file of anybody's.
dbgtop=$PWD/$B/dbgtop
start 80x24 "cd $dir; $dbgtop $pid"
wait_for_text '> process'
wait_for_text '[0-9] *%' # rates are there

# from the overview, with the tree selected
home() {
	key Escape Escape Escape
	wait_for_text '\[1 Overview\]'
}

# name|keys before (tmux)|keys that are the name (tmux)|text that comes|keys after
# NAME as the table has it; "-" for keys: none.
cat >"$dir/cases" <<'END'
Tab PANE|-|Tab|METRIC  *VALUE|Escape
Shift-Tab PANE_BACK|-|BTab|│> *cpu_user|Escape
Enter OPEN|-|Enter|> *cpu_user|Escape
Esc BACK|4|Escape|\[1 Overview\]|-
Backspace BACK|4|BSpace|\[1 Overview\]|-
/ FILTER|-|/|Filter: |Escape
\ FILTER|-|\|Filter: |Escape
F4 FILTER|-|F4|Filter: |Escape
F3 SEARCH|-|F3|Search: |Escape
n SEARCH_NEXT|Home F3 w o r k Enter Home|n|> *work|Home
N SEARCH_BACK|Home F3 p r o c Enter End|N|> *process|Home
= CLEAR|/ w o r k Enter|=|caches|Home
> SORT_NEXT|Down Up Right|>|METRIC [▲▼]|= Escape
< SORT_BACK|Right > >|<|METRIC [▲▼]|= Escape
F6 SORT|Right|F6|Sort by: |Escape Escape
r REVERSE|Right >|r|METRIC [▲▼]|= Escape
I REVERSE|Right >|I|METRIC [▲▼]|= Escape
Space PAUSE|-|Space|PAUSED|Z
z PAUSE|-|z|PAUSED|z
Z LIVE|Space|Z|LIVE|-
[ STEP_BACK|-|[|PAST|)
T STEP_BACK|-|T|PAST|)
] STEP|[ [ [|]|PA|)
t STEP|[ [ [|t|PA|)
{ LEAP_BACK|-|{|PAST|)
} LEAP|{ {|}|PA|)
( OLDEST|-|(|PAST|)
) NEWEST|(|)|LIVE|-
b GOTO|-|b|Go to: |Escape
e EVENT|(|e|PAST|)
E EVENT_BACK|-|E|PAST|)
A ALERTS|-|A|SINCE|Escape
s SLOWEST|-|s|slowest operations|Escape
w CHANGES|-|w|what changed|Escape
5 VIEW_5|-|5|\[5 Changes\]|1
0 BASELINE|-|0|baseline|0
D COMPARE|0|D|baseline|0
1 VIEW_1|4|1|\[1 Overview\]|-
2 VIEW_2|-|2|\[2 Tables\]|1
3 VIEW_3|-|3|\[3 Histo\]|1
4 VIEW_4|-|4|\[4 Events\]|1
6 VIEW_6|-|6|\[6 Info\]|1
7 VIEW_7|-|7|\[7 Ops\]|1
8 VIEW_8|-|8|\[8 Errors\]|1
x ZOOM|Right|x|METRIC  *VALUE|x Escape
v LEVEL_UP|-|v|level detail|V
V LEVEL_DOWN|v v|V|level detail|V
d ZEROS|Home|d|process:cpu_user|d
u UNITS|Right|u|rss_peak  *[0-9]*  |u Escape
@ MOMENT|4|@|PAST|) 1
L LOGARITHMIC|Right Enter|L|, logarithmic|L Escape Escape
- WIDER|Right Enter|-|last 5 min|+ Escape Escape
+ NARROWER|Right Enter -|+|last 1 min|Escape Escape
+ UNFOLD|Home -|+|    connections|Home
- FOLD|Home|-|net +1|+
* FOLD_ALL|-|*|net +1|*
m MARK|Right|m|[*]process:|m Escape
p PIN|Right|p|process:|p Escape
F FOLLOW|7|F| follow |F 1
i INTERVAL|-|i|Interval: |Escape
S SNAPSHOT|-|S|Snapshot to: |Escape
R RECORD|-|R|recording to dbgtop-|R
Ctrl-S SAVE|-|C-s|Save to: |Escape
y COPY|-|y|:set clipboard on|-
o OTHER|-|o|processes  on|Escape
: COMMAND|-|:|Tab complete|Escape
Up UP|End|Up|> *files|Home
k UP|End|k|> *files|Home
Down DOWN|Home|Down|> *process|Home
j DOWN|Home|j|> *process|Home
Left LEFT|Right|Left|PROFILE|Escape
Right RIGHT|-|Right|exactly|Escape
PgUp PAGE_UP|End|PPage|> *process|Home
Ctrl-B PAGE_UP|End|C-b|> *process|Home
PgDn PAGE_DOWN|Home|NPage|> *!*[a-z]|Home
Ctrl-F PAGE_DOWN|Home|C-f|> *!*[a-z]|Home
Ctrl-U HALF_UP|End|C-u|> *!*[a-z]|Home
Ctrl-D HALF_DOWN|Home|C-d|> *!*[a-z]|Home
Home FIRST|End|Home|>.*ALL|-
g FIRST|End|g|>.*ALL|-
End LAST|-|End|> *log|Home
G LAST|-|G|> *log|Home
F2 SETTINGS|-|F2|SETTING  *VALUE|Escape
W REMEMBER|-|W|settings written|-
Ctrl-L REDRAW|-|C-l|.|-
Ctrl-Z SUSPEND|-|C-z|Stopped|-
? HELP|-|?|WHAT IT DOES|Escape
h HELP|-|h|WHAT IT DOES|Escape
F1 HELP|-|F1|WHAT IT DOES|Escape
q QUIT|-|q|status 0|-
F10 QUIT|-|F10|status 0|-
Ctrl-C QUIT|-|C-c|status 0|-
END

cut -d'|' -f1 "$dir/cases" | sort >"$dir/tested"
diff "$dir/wanted" "$dir/tested" ||
	die "keys of the table (<) against those tested (>)"

# Keys are sent to tmux one by one, as it names them.
press() {
	for one in $1; do
		case $one in
		- | \;) tm send-keys -l -- "$one" ;;
		*) tm send-keys -- "$one" ;;
		esac || die "key $one"
	done
}

key q
wait_for_text 'status 0'
again() {
	type_line "clear; $dbgtop $pid; echo status \$?"
	wait_for_text '> process\|>.*ALL'
}
again

while IFS='|' read -r name first keys text after; do
	[ "$first" = - ] || press "$first"
	press "$keys"
	wait_for_text "$text"
	case $name in
	*QUIT)
		expect_restored "$name"
		again
		continue
		;;
	*SUSPEND)
		expect_restored "$name"
		type_line 'fg; echo status $?'
		wait_for_text 'LIVE'
		;;
	esac
	[ "$after" = - ] || press "$after"
	# It is where it was: what was opened is closed.
	wait_for_text '\[1 Overview\]'
	wait_for_no_text 'Filter: \|Search: \|Go to: \|Sort by: \|Save to: '
	[ -n "$(viewer)" ] || die "after $name the viewer is gone: $(screen)"
done <"$dir/cases" || exit 1
