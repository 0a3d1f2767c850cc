# SPDX-License-Identifier: GPL-2.0-only
"""From samples to figures: medians, ratios by round, their intervals, and words for them."""

import random
import statistics

from workloads import figure

RESAMPLES = 4000


def interval(values, seed=1):
    """Bootstrap 95 % interval of the median; the same for the same values."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(values, k=len(values)))
                     for _ in range(RESAMPLES))
    return medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]


def goal_verdict(low, high, bound, more):
    """met or missed by the whole interval, else unresolved."""
    if more:
        low, high, bound = -high, -low, -bound
    if high <= bound:
        return "met"
    return "missed" if low > bound else "unresolved"


def difference(low, high, more):
    if low <= 1 <= high:
        return "unresolved"
    return "better" if (low > 1) == more else "worse"


class Samples:
    """workload, figure, back end -> {round: value}"""

    def __init__(self):
        self.rows = []

    def add(self, workload, backend, turn, values):
        for name, value in values.items():
            self.rows.append({"workload": workload, "figure": name, "backend": backend,
                              "round": turn, "value": value})

    def table(self):
        found = {}
        for row in self.rows:
            by_backend = found.setdefault((row["workload"], row["figure"]), {})
            by_backend.setdefault(row["backend"], {})[row["round"]] = row["value"]
        return found


def _spread(key, values, bound, what):
    low, high = interval(values)
    row = dict(key, median=statistics.median(values), low=low, high=high, rounds=len(values))
    if bound is not None:
        row["goal"] = bound
        row["verdict"] = goal_verdict(low, high, bound, what.more)
    return row


def figures(samples):
    """Every figure of every back end, and its ratio to each back end before it."""
    out = []
    for (workload, name), by_backend in samples.table().items():
        what = figure(workload, name)
        goals = {goal.ref: goal.bound for goal in what.goals}
        before = []
        for backend, rounds in by_backend.items():
            mine = backend == "xswitch"
            key = {"workload": workload, "figure": name, "unit": what.unit, "backend": backend}
            out.append(_spread(key, list(rounds.values()), goals.get("") if mine else None, what))
            for ref in before:
                base = by_backend[ref]
                ratios = [rounds[turn] / base[turn] for turn in rounds if base.get(turn)]
                if not ratios or what.unit == "%":
                    continue
                row = _spread(dict(key, unit="ratio", ref=ref), ratios,
                              goals.get(ref) if mine else None, what)
                row["difference"] = difference(row["low"], row["high"], what.more)
                out.append(row)
            before.append(backend)
    return out


def number(value):
    if value == int(value) and abs(value) >= 100:
        return "%d" % value
    return "%.*f" % (0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else
                     2 if abs(value) >= 10 else 3, value)


def text(rows):
    """One line a figure or ratio."""
    lines = [("workload", "figure", "back end", "median", "95 %", "", "goal", "")]
    for row in rows:
        name = "%s %s" % (row["figure"], "ratio" if "ref" in row else "[%s]" % row["unit"])
        backend = row["backend"] + ("/" + row["ref"] if "ref" in row else "")
        goal = "" if "goal" not in row else number(row["goal"])
        lines.append((row["workload"], name, backend, number(row["median"]),
                      "%s .. %s" % (number(row["low"]), number(row["high"])),
                      row.get("difference", ""), goal, row.get("verdict", "")))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip()
                     for line in lines)
