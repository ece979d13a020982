"""Correctly rounded values of exp, log, log1p, expm1, sigmoid and the normal tail, from 60-digit decimal arithmetic. Writes mathematics.json."""
import json
import math
import random
from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 60
draw = random.Random(7)


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def expm1(x):
    return x.exp() - 1 if abs(x) > Decimal("1e-20") else x + x * x / 2


def log1p(x):
    return (1 + x).ln() if abs(x) > Decimal("1e-25") else x - x * x / 2


def arguments(name):
    near = [s * m for s in (1, -1) for m in (1e-300, 1e-17, 1e-9, 1e-4, 0.1, 0.34657, 0.34658, 0.5, 0.6931471805599453, 1.0397, 1.5, 2.0, 10.0, 36.7, 37.5)]
    if name == "exp":
        return near + [-745.0, -744.0, -708.5, 709.5] + [draw.uniform(-700, 700) for _ in range(150)] + [draw.uniform(-2, 2) for _ in range(150)]
    if name == "expm1":
        return near + [-39.0, 60.5, 700.0] + [draw.uniform(-5, 5) for _ in range(200)] + [draw.uniform(-0.01, 0.01) for _ in range(100)]
    if name == "log":
        return [5e-324, 2.3e-308, 1e-5, 0.999999999, 1.0, 1.000000001, math.sqrt(2), 1.5, 1.7e308] + [10 ** draw.uniform(-300, 300) for _ in range(150)] + [draw.uniform(0.3, 3) for _ in range(200)]
    if name == "log1p":
        return [x for x in near if x > -1] + [1e20, -0.999999] + [draw.uniform(-0.9, 5) for _ in range(200)] + [draw.uniform(-1e-3, 1e-3) for _ in range(100)]
    return near + [draw.uniform(-40, 40) for _ in range(200)]


functions = {"exp": Decimal.exp, "expm1": expm1, "log": Decimal.ln, "log1p": log1p, "sigmoid": sigmoid}
golden = {name: [[x.hex(), float(f(Decimal(x))).hex()] for x in map(float, arguments(name))] for name, f in functions.items()}
golden["upper"] = [[z.hex(), (0.5 * math.erfc(z / math.sqrt(2))).hex()] for z in [-3.5, -1.0, 0.0, 0.3, 1.0, 1.96, 2.5, 2.99, 3.0, 3.5, 5.0, 8.0]]
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=0) + "\n")
