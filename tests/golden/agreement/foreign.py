"""The same statistics by other people's code, on the data of coefficients.json: statsmodels, scikit-learn and SciPy (Debian 12: python3-statsmodels, python3-sklearn, python3-scipy). Writes foreign.json."""
import json
from pathlib import Path

import numpy as np
from scipy.stats import bootstrap, norm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa, to_table
from statsmodels.stats.multitest import multipletests

here = Path(__file__).parent
data = json.loads((here / "coefficients.json").read_text())
golden = {"fleiss": float(fleiss_kappa(np.array(data["fleiss"]["counts"])))}

first, second = data["cohen"]["first"], data["cohen"]["second"]
table = to_table(np.array([first, second]).T, bins=np.arange(-3.5, 4))[0]
golden["weighted_cohen"] = {"sklearn": float(cohen_kappa_score(first, second, weights="quadratic")), "statsmodels": float(cohens_kappa(table, wt="quadratic").kappa)}
golden["intra"] = float(cohen_kappa_score(*zip(*data["intra"]["repeats"])))


def strengths(battles, tol=1e-7):
    """Bradley-Terry as ridge-penalised logistic regression: a tie is half a win for each, C is the prior's variance."""
    rows, won, weight = [], [], []
    for i, j, c in battles:
        x = np.zeros(5)
        x[i], x[j] = 1, -1
        for outcome in ((1, 0) if c == 1 else (1,) if c == 0 else (0,)):
            rows.append(x)
            won.append(outcome)
            weight.append(0.5 if c == 1 else 1.0)
    fit = LogisticRegression(C=25, fit_intercept=False, tol=tol, max_iter=2000, solver="newton-cg").fit(np.array(rows), won, sample_weight=weight)
    return fit.coef_[0]


battles = np.array(data["bradley_terry"]["battles"])
interval = bootstrap((np.arange(len(battles)),), lambda at: strengths(battles[at.astype(int)]), vectorized=False, method="percentile", n_resamples=1500, random_state=np.random.default_rng(1)).confidence_interval
golden["bradley_terry"] = {"strengths": strengths(battles, tol=1e-12).tolist(), "low": interval.low.tolist(), "high": interval.high.tolist()}

by_unit = {}
for unit, value in data["ratings"]:
    by_unit.setdefault(unit, []).append(value)
units = [u for u in by_unit.values() if len(u) > 1]


def alpha(at):
    """Interval alpha as 1 - within / total mean squared difference, each value weighted as in a coincidence matrix."""
    chosen = [np.array(units[int(i)], float) for i in at]
    values = np.concatenate(chosen)
    within = sum(2 * len(u) * ((u - u.mean()) ** 2).sum() / (len(u) - 1) for u in chosen) / len(values)
    total = 2 * values.var(ddof=1)
    return 1 - within / total


limits = bootstrap((np.arange(len(units)),), alpha, vectorized=False, method="percentile", n_resamples=5000, random_state=np.random.default_rng(2)).confidence_interval
golden["interval_alpha"] = {"value": float(alpha(range(len(units)))), "low": float(limits.low), "high": float(limits.high)}

p = np.random.default_rng(3).uniform(size=200) ** 3
golden["false_discovery"] = {"p": p.tolist(), "believed": multipletests(p, alpha=0.05, method="fdr_bh")[0].tolist()}
z = np.linspace(-6, 8, 57)
golden["normal_tail"] = {"z": z.tolist(), "upper": norm.sf(z).tolist()}
(here / "foreign.json").write_text(json.dumps(golden) + "\n")
