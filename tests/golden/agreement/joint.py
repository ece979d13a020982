"""The joint model fitted another way: BFGS on the marginal posterior, with its own data, against JointPairModel. Writes joint.json. Needs numpy."""
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(11)
ITEMS, ANNOTATORS, VOTES = 60, 7, 4
GRID = (np.arange(24) - 11.5) * 0.4
PRIOR = np.exp(-0.5 * (GRID / 1.5) ** 2)
PRIOR /= PRIOR.sum()


def planted():
    d = rng.normal(0, 1.5, ITEMS)
    style = rng.uniform(-0.8, 0.8, ITEMS).round(3)
    a = np.array([1.5, 1.0, 0.8, 1.2, -1.3, 0.0, 1.0])
    b = np.array([0, 0, 0.2, 0, 0, 0, 1.4])
    rows = []
    for item in range(ITEMS):
        for k in rng.choice(ANNOTATORS, VOTES, replace=False):
            left = bool(rng.integers(2))
            side = 1 if left else -1
            eta = a[k] * d[item] + side * b[k] + 0.6 * style[item]
            p = np.array([np.exp(eta / 2), np.exp(-eta / 2), 0.5])
            choice = rng.choice(["A", "B", "Tie"], p=p / p.sum()) if rng.random() > 0.05 else "BothBad"
            rows.append([item, int(k), str(choice), left])
    return style, rows


style, rows = planted()
decided = [row for row in rows if row[2] != "BothBad"]
item = np.array([row[0] for row in decided])
who = np.array([row[1] for row in decided])
said = np.array([["A", "B", "Tie"].index(row[2]) for row in decided])
side = np.array([1.0 if row[3] else -1.0 for row in decided])


def tables(parameters):
    a, b, c = parameters[:ANNOTATORS], parameters[ANNOTATORS:2 * ANNOTATORS], parameters[2 * ANNOTATORS:3 * ANNOTATORS]
    gamma, tau = parameters[-2:]
    eta = a[who][:, None] * GRID + (side * b[who] + (gamma + c[who]) * style[item])[:, None]
    stack = np.stack([eta / 2, -eta / 2, np.full_like(eta, tau)])
    log_p = stack - np.logaddexp.reduce(stack, axis=0)
    return log_p


def weights(log_p):
    chosen = log_p[said, np.arange(len(said))]
    total = np.tile(np.log(PRIOR), (ITEMS, 1))
    np.add.at(total, item, chosen)
    evidence = np.logaddexp.reduce(total, axis=1)
    return np.exp(total - evidence[:, None]), evidence


def objective(parameters):
    """Minus log posterior and its gradient."""
    log_p = tables(parameters)
    w, evidence = weights(log_p)
    p = np.exp(log_p)
    d_eta = 0.5 * ((said == 0).astype(float) - (said == 1))[:, None] - 0.5 * (p[0] - p[1])
    mean = (w[item] * d_eta).sum(axis=1)
    by_d = (w[item] * d_eta * GRID).sum(axis=1)
    d_tau = ((said == 2) - (w[item] * p[2]).sum(axis=1)).sum()
    gradient = np.concatenate([np.bincount(who, by_d, ANNOTATORS), np.bincount(who, side * mean, ANNOTATORS), np.bincount(who, style[item] * mean, ANNOTATORS), [(style[item] * mean).sum(), d_tau]])
    centre = np.concatenate([np.ones(ANNOTATORS), np.zeros(2 * ANNOTATORS), [0, np.log(0.5)]])
    precision = np.concatenate([np.ones(ANNOTATORS), 4 * np.ones(ANNOTATORS), np.ones(ANNOTATORS), [1, 1]])
    off = parameters - centre
    return -(evidence.sum() - 0.5 * (precision * off * off).sum()), -(gradient - precision * off)


def bfgs(x):
    h = np.eye(len(x)) * 0.05
    f, g = objective(x)
    for _ in range(500):
        step, scale = -h @ g, 1.0
        while True:
            f_new, g_new = objective(x + scale * step)
            if f_new <= f + 1e-4 * scale * (g @ step) or scale < 1e-12:
                break
            scale *= 0.5
        s, y = scale * step, g_new - g
        x, f, g = x + s, f_new, g_new
        if np.abs(g).max() < 1e-9:
            break
        if y @ s > 1e-14:
            r = 1 / (y @ s)
            v = np.eye(len(x)) - r * np.outer(s, y)
            h = v @ h @ v.T + r * np.outer(s, s)
    return x


best = bfgs(np.concatenate([np.ones(ANNOTATORS), np.zeros(2 * ANNOTATORS), [0, np.log(0.5)]]))
assert np.abs(objective(best)[1]).max() < 1e-6
# P(d > 0) by a much finer integral than the C# one.
GRID = np.linspace(-9, 9, 36001)
PRIOR = np.exp(-0.5 * (GRID / 1.5) ** 2)
PRIOR /= PRIOR.sum()
better = []
for one in range(ITEMS):
    keep = item == one
    a, b, c = best[:ANNOTATORS], best[ANNOTATORS:2 * ANNOTATORS], best[2 * ANNOTATORS:3 * ANNOTATORS]
    log_w = np.log(PRIOR)
    for n in np.flatnonzero(keep):
        eta = a[who[n]] * GRID + side[n] * b[who[n]] + (best[-2] + c[who[n]]) * style[one]
        stack = np.stack([eta / 2, -eta / 2, np.full_like(eta, best[-1])])
        log_w = log_w + stack[said[n]] - np.logaddexp.reduce(stack, axis=0)
    w = np.exp(log_w - log_w.max())
    better.append(float((w[GRID > 0].sum() + 0.5 * w[GRID == 0].sum()) / w.sum()))
golden = {
    "annotators": ANNOTATORS, "style": style.tolist(), "judgments": rows, "reliability": best[:ANNOTATORS].tolist(), "position": best[ANNOTATORS:2 * ANNOTATORS].tolist(),
    "style_bias": (best[2 * ANNOTATORS:3 * ANNOTATORS] + best[-2]).tolist(), "common_style": float(best[-2]), "tie_weight": float(np.exp(best[-1])), "a_better": better,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
