#!/bin/sh
# dbgtop-profiles(7) has a section for each shape of the library, with its columns
# in order, and for each profile of the agent and of a process that it watches;
# and none for what is not there.  The agent uses every shape.
. tests/cli/agent/lib.sh
need python3

page=man/dbgtop-profiles.7
start_target name=calm threads=1 files=1 tcp=1
target=$pid
start_agent --debug --cpu-limit 2% --watch "$target"
wait_for get "$target" coverage:missing
# One of each shape that has nothing but columns of the library.
mkfifo "$dir/words"
start sh -c 'exec "$0" <"$1" >/dev/null' "$B/examples/workshop" "$dir/words"
shop=$pid
exec 9>"$dir/words"
wait_for watched "$shop"
# All of them: what a process lacks for the moment comes with the next sample.
wait_for told "$target" "profiles['cgroup'] and profiles['limits']"
for of in "$agent_pid" "$target" "$shop"; do
	"$dbgtop" show -j -l debug "$(region "$of")" >"$dir/$of.json" ||
		die "show: exit $?"
done

cat >"$dir/compare.py" <<'END'
import ctypes, json, os, re, sys

page, library, *shown = sys.argv[1:]
agent, target, shop = (json.load(open(name))["profiles"] for name in shown)
faults = []


def compare(what, there, told):
    for name in sorted(there - told):
        faults.append(f"{what}: the manual lacks {name}")
    for name in sorted(told - there):
        faults.append(f"{what}: nothing has {name}, which the manual tells of")


# Sections of the page: heading, then name, then lines.
sections, chapter, lines = {}, None, []
for line in open(page):
    if line.startswith(".Sh "):
        chapter = sections.setdefault(line[4:].strip(), {})
        lines = []
    elif line.startswith(".Ss "):
        lines = chapter.setdefault(line[4:].strip(), [])
    else:
        lines.append(line.strip())
shapes = sections["SHAPES"]
every = set(sections["PROFILES OF EVERY PROGRAM"])


def columns(lines):
    found = []
    for tag in (".It Stored", ".It Derived"):
        for line in lines[lines.index(tag) + 1:]:
            if line.startswith((".It", ".El")):
                break
            if line.startswith(".Va"):
                found += line[4:].split(" , ")
    return found


if os.path.exists(library):
    name_of = ctypes.CDLL(library).dbgshm_shape_name
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.c_uint16]
    names = {(name_of(number) or b"unknown").decode() for number in range(100)}
    names -= {"unknown"}
    compare("shapes", names | {"events"}, set(shapes))

compare("agent", {p["path"] for p in agent},
        set(sections["PROFILES OF THE AGENT"]) | every)
compare("watched", {p["path"] for p in target},
        set(sections["PROFILES OF A WATCHED PROCESS"]) | {"dbgshm"} & {
            p["path"] for p in target})

# The columns of each shape, as a program has them.
checked = set()
for profile in shop + agent:
    table = profile.get("table")
    shape = table and table.get("shape") or "plain"
    if shape == "plain" or shape not in shapes:
        continue
    there = [c["name"] for c in table["columns"]]
    told = columns(shapes[shape])
    if shape == "object":
        there = there[-1:]
    if there != told:
        faults.append(f"{shape}: has {there}, the manual {told}")
    checked.add(shape)
compare("columns", set(shapes) - {"plain", "events"}, checked)

# Every shape is used by the agent, and its section says which it is.
used = set()
for profile in agent:
    table = profile.get("table")
    shape = table and table.get("shape") or "plain"
    used.add(shape)
    lines = sections["PROFILES OF THE AGENT"].get(profile["path"])
    if lines is None or shape == "plain":
        continue
    if lines[0] != "Shape:" or lines[1].split()[1] != shape:
        faults.append(f"{profile['path']}: is of the shape {shape}, "
                      f"the manual says {lines[:2]}")
compare("shapes of the agent", used - {"plain"},
        set(shapes) - {"plain", "events"})
if not any("events" in p for p in agent):
    faults.append("the agent has no events")

# Each has its question; each shape an example and what to do next.
for chapter in sections.values():
    for name, lines in chapter.items():
        if chapter is not sections["DESCRIPTION"] and name != "plain" and \
                not any("?" in line for line in lines) and name != "dbgshm":
            faults.append(f"{name}: no question")
for name, lines in shapes.items():
    if name not in ("plain",) and ".Bd -literal" not in lines:
        faults.append(f"{name}: no example")
    if name not in ("plain", "events") and \
            not any(line.startswith("Next:") for line in lines):
        faults.append(f"{name}: nothing to do next")
print("\n".join(faults))
sys.exit(len(faults) > 0)
END
python3 "$dir/compare.py" "$page" "$B/libdbgshm.so" "$dir/$agent_pid.json" \
    "$dir/$target.json" "$dir/$shop.json" >"$dir/faults" ||
	die "$(cat "$dir/faults")"
exec 9>&-
stop_agent
exit 0
