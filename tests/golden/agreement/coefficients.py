"""Agreement coefficients, Dawid-Skene and Bradley-Terry from their textbook definitions, written apart from the C#. Writes coefficients.json. Needs numpy."""
import itertools
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(5)


def alpha(units, metric):
    """By pairs of values, not by a coincidence matrix: D_o within units, D_e over all pairs of comparable values."""
    units = [u for u in units.values() if len(u) > 1]
    values = [v for u in units for v in u]
    n = len(values)

    def distance(c, k):
        if metric == "nominal":
            return float(c != k)
        if metric == "interval":
            return (c - k) ** 2
        low, high = min(c, k), max(c, k)
        return (sum(low <= v <= high for v in values) - (values.count(c) + values.count(k)) / 2) ** 2

    table = {(c, k): distance(c, k) for c in set(values) for k in set(values)}
    observed = sum(sum(table[p] for p in itertools.permutations(u, 2)) / (len(u) - 1) for u in units) / n
    expected = sum(table[p] for p in itertools.permutations(values, 2)) / (n * (n - 1))
    return 1 - observed / expected


def ratings():
    rows = []
    for unit in range(40):
        truth = rng.normal(0, 1.5)
        for _ in range(rng.integers(1, 6)):
            rows.append([unit, int(np.clip(round(truth + rng.normal(0, 1)), -3, 3))])
    return rows


rows = ratings()
by_unit = {}
for unit, value in rows:
    by_unit.setdefault(unit, []).append(value)
# Krippendorff 2011, section C and D: four observers, twelve units; nominal 0.743, ordinal 0.815, interval 0.849.
published = """1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .""".split("\n")
reference = [[unit, int(v)] for line in published for unit, v in enumerate(line.split()) if v != "."]
reference_units = {}
for unit, value in reference:
    reference_units.setdefault(unit, []).append(value)
golden = {
    "ratings": rows, "alpha": {m: alpha(by_unit, m) for m in ("nominal", "ordinal", "interval")},
    "reference": reference, "reference_alpha": {m: alpha(reference_units, m) for m in ("nominal", "ordinal", "interval")},
}

first = rng.integers(-3, 4, 50)
second = np.clip(first + rng.integers(-2, 3, 50), -3, 3)
o, levels = np.zeros((7, 7)), np.arange(7)
np.add.at(o, (first + 3, second + 3), 1 / 50)
w = (levels[:, None] - levels[None, :]) ** 2 / 36
golden["cohen"] = {"first": first.tolist(), "second": second.tolist(), "kappa": float(1 - (w * o).sum() / (w * np.outer(o.sum(1), o.sum(0))).sum())}

# Fleiss 1971, the table of 30 patients is long; this one is the ten-subject, fourteen-rater example in wide use, kappa 0.210.
table = np.array([[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]])
share = table.sum(0) / table.sum()
agree = ((table ** 2).sum(1) - 14) / (14 * 13)
golden["fleiss"] = {"counts": table.tolist(), "kappa": float((agree.mean() - (share ** 2).sum()) / (1 - (share ** 2).sum()))}

again = [(int(c), int(c) if rng.random() < 0.7 else int(rng.integers(4))) for c in rng.integers(0, 4, 40)]
po = np.mean([x == y for x, y in again])
pe = sum(np.mean([x == c for x, _ in again]) * np.mean([y == c for _, y in again]) for c in range(4))
golden["intra"] = {"repeats": again, "kappa": float((po - pe) / (1 - pe))}


def dawid_skene(votes, items, annotators):
    """Full 3x3 confusion matrices in log space, tied by averaging a matrix with its mirror image."""
    said = np.zeros((items, annotators, 3))
    for i, k, c in votes:
        said[i, k, c] = 1
    q = said.sum(1) / said.sum((1, 2))[:, None]
    for _ in range(100):
        counts = np.einsum("it,iks->kts", q, said)
        counts = counts + counts[:, ::-1, ::-1]
        pseudo = np.array([[2, 0.5, 0.5], [1, 2, 1], [0.5, 0.5, 2]])
        counts = counts + np.array([[2, 0.5, 0.5], [1, 2, 1], [0.5, 0.5, 2]])
        confusion = counts / counts.sum(2, keepdims=True)
        tie = (q[:, 1].sum() + 1) / (items + 2)
        log_q = np.log([(1 - tie) / 2, tie, (1 - tie) / 2]) + np.einsum("iks,kts->it", said, np.log(confusion))
        q = np.exp(log_q - log_q.max(1, keepdims=True))
        q /= q.sum(1, keepdims=True)
    return q, confusion, tie


votes = []
skill = [0.9, 0.75, 0.6, 0.15, 0.8]
for i in range(50):
    truth = rng.choice([0, 1, 2], p=[0.4, 0.2, 0.4])
    for k in rng.choice(5, 4, replace=False):
        votes.append([i, int(k), int(truth if rng.random() < skill[k] else rng.choice([c for c in range(3) if c != truth]))])
q, confusion, tie = dawid_skene(votes, 50, 5)
golden["dawid_skene"] = {"votes": votes, "items": q.tolist(), "right": confusion[:, 0, 0].tolist(), "tie": confusion[:, 0, 1].tolist(), "wrong": confusion[:, 0, 2].tolist(), "tie_on_tie": confusion[:, 1, 1].tolist(), "tie_rate": float(tie)}


def bradley_terry(battles, policies, davidson):
    """Gradient ascent on the penalised likelihood until it stands still."""
    i, j, c = np.array(battles).T
    x = np.zeros(policies + 1)
    x[-1] = np.log(0.5)
    for _ in range(40000):
        eta = x[i] - x[j]
        u, v = np.exp(eta / 2), np.exp(-eta / 2)
        nu = np.exp(x[-1]) if davidson else 0.0
        z = u + v + nu
        target = (c == 0) * 1.0 - (c == 2)
        slope = 0.5 * target - 0.5 * (u - v) / z
        g = np.zeros_like(x)
        np.add.at(g, i, slope)
        np.add.at(g, j, -slope)
        g[:-1] -= x[:-1] / 25
        g[-1] = ((c == 1) - nu / z).sum() - (x[-1] - np.log(0.5)) if davidson else 0
        x = x + g * (6 / len(battles))
        if np.abs(g).max() < 1e-11:
            break
    return x[:-1], float(np.exp(x[-1]))


theta = np.array([0.0, 0.5, -0.4, 1.0, -1.1])
battles = []
for _ in range(300):
    i, j = rng.choice(5, 2, replace=False)
    u = np.exp((theta[i] - theta[j]) / 2)
    p = np.array([u, 0.4, 1 / u])
    battles.append([int(i), int(j), int(rng.choice(3, p=p / p.sum()))])
half, davidson = bradley_terry(battles, 5, False), bradley_terry(battles, 5, True)
golden["bradley_terry"] = {"battles": battles, "half": half[0].tolist(), "davidson": davidson[0].tolist(), "tie_weight": davidson[1]}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
