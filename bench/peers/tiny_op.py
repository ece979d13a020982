"""The peer of bench/TorchSharp in Python: the same two loops, one thread. Prints CPU seconds for each, as JSON."""
import json
import sys
import time

import torch
import torch.nn.functional as F


def elementwise(rounds):
    with torch.no_grad():
        x, one = torch.ones(1), torch.ones(1)
        start = time.process_time()
        for _ in range(rounds):
            ((x + one) * x).view(1, 1)
        return time.process_time() - start


def training(rounds):
    weight, x = torch.ones(2, 2, requires_grad=True), torch.ones(1, 2)
    start = time.process_time()
    for _ in range(rounds):
        F.silu(F.linear(x, weight)).sum().backward()
        weight.grad
        weight.grad = None
    return time.process_time() - start


torch.set_num_threads(1)
count = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
elementwise(count // 10)
training(count // 100)
print(json.dumps({"elementwise": elementwise(count), "training": training(count // 10)}))
