#!/usr/bin/env python3
"""Runs our operations, the floor and the peers in turn, and writes one table.

    table.py [ROUNDS]

B in the environment is the build directory; it gets bench/table.txt and
bench/table.json as well.  A round asks each program for one, so that noise of the
machine hits all alike; the goals are in tests/bench/goals."""

import json
import os
import platform
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Program:
    """One that does a round for each line that it is given; see turns.h."""

    def __init__(self, argv, **more):
        self.name = argv[-1]
        self.run = subprocess.Popen(
            argv, env=dict(os.environ, **more), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def round(self, figures):
        try:
            self.run.stdin.write("\n")
            self.run.stdin.flush()
        except BrokenPipeError:
            pass
        for line in self.run.stdout:
            words = line.split()
            if words == ["."]:
                return True
            figures.setdefault(words[0] + "/" + words[1], []).append(
                float(words[2]))
        if self.run.wait() != 77:
            sys.exit("%s: status %d" % (self.name, self.run.returncode))
        print("no %s: make bench-peers gets it" % self.name, file=sys.stderr)
        return False

    def end(self):
        self.run.stdin.close()
        self.run.wait()


def measure(build, rounds):
    """Figures by name and threads: all samples of each."""
    bench = os.path.join(build, "tests", "bench")
    peers = os.path.join(HERE, "peers.sh")
    programs = [
        Program([bench + "/ops"]),
        Program([bench + "/ops"], DBGSHM="off"),
        Program(["sh", peers, "mmv"]),
        Program(["sh", peers, "ust"]),
        Program([bench + "/reads"]),
        Program([bench + "/starts"]),
    ]
    figures = {}
    for _ in range(rounds):
        programs = [p for p in programs if p.round(figures)]
    for program in programs:
        program.end()
    for _ in range(3):
        for line in subprocess.check_output(
                [bench + "/memory"], text=True).splitlines():
            name, threads, value = line.split()
            figures.setdefault(name + "/" + threads, []).append(float(value))
    return {name: sorted(samples) for name, samples in figures.items()}


def median(figures, name):
    samples = figures.get(name)
    return samples[len(samples) // 2] if samples else None


def row(line, figures):
    name, ours, floor, peer, goal = (part.strip() for part in line.split("|"))
    quoted = " quoted: " in peer
    values = {
        "ours": median(figures, ours),
        "floor": median(figures, floor),
        "peer": float(peer.split()[0]) if quoted else median(figures, peer),
    }

    def at(other):
        return median(figures, other)

    try:
        met = bool(eval(goal, {"at": at, "__builtins__": {}}, values))
    except TypeError:  # a peer is missing
        met = None
    samples = figures.get(ours, [])
    return dict(
        values, operation=name, goal=goal, met=met,
        least=samples[0] if samples else None,
        most=samples[-1] if samples else None,
        peer_name=peer.split(": ")[-1] + " (quoted)" if quoted else peer,
        ratio=values["ours"] / values["floor"]
        if values["ours"] and values["floor"] else None)


def number(value):
    if value is None:
        return "-"
    return "%.0f" % value if value >= 1000 else "%.2f" % value


def text(rows):
    yield "%-34s %9s %9s %9s %9s %6s %9s  %-32s %s" % (
        "operation", "ours", "least", "most", "floor", "ratio", "peer",
        "peer is", "goal")
    for it in rows:
        yield "%-34s %9s %9s %9s %9s %6s %9s  %-32s %s: %s" % (
            it["operation"], number(it["ours"]), number(it["least"]),
            number(it["most"]), number(it["floor"]), number(it["ratio"]),
            number(it["peer"]), it["peer_name"], it["goal"],
            {True: "met", False: "MISSED", None: "not known"}[it["met"]])


def machine():
    with open("/proc/cpuinfo") as info:
        model = [line.split(":")[1].strip() for line in info
                 if line.startswith("model name")]
    return {"processors": os.cpu_count(), "model": (model or ["?"])[0],
            "kernel": platform.release(), "load": os.getloadavg()}


def main():
    build = os.path.abspath(os.environ.get("B", "build"))
    os.environ["B"] = build
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    about = machine()
    figures = measure(build, rounds)
    with open(os.path.join(HERE, "goals")) as goals:
        rows = [row(line, figures) for line in goals
                if "|" in line and not line.startswith("#")]
    about["rounds"] = rounds
    lines = ["%(processors)d x %(model)s, Linux %(kernel)s, load %(load)s, "
             "%(rounds)d rounds; ns but where it says so" % about, ""]
    lines += text(rows)
    print("\n".join(lines))
    where = os.path.join(build, "bench")
    os.makedirs(where, exist_ok=True)
    with open(os.path.join(where, "table.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")
    with open(os.path.join(where, "table.json"), "w") as out:
        json.dump({"machine": about, "rows": rows, "samples": figures}, out,
                  indent=1)


main()
