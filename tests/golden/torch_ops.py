#!/usr/bin/python3
"""Writes torch_ops.json: results and gradients of operations from Python's torch 1.13, which OperationTests compares with.

Run it from anywhere: /usr/bin/python3 tests/golden/torch_ops.py. The gradient is that of sum(result * w), w = 0.1, 0.2, ... in row-major order.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(20)
a, b = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
positive = torch.rand(2, 3, 4) + 0.1
square, row = torch.randn(2, 4, 4), torch.randn(4)
weight, bias = torch.randn(5, 4), torch.randn(5)
q, k, v = torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 4)
logits, classes = torch.randn(6, 5), torch.tensor([0, 4, 2, -100, 1, 3])
index3 = torch.tensor([[[0, 2], [1, 1], [3, 0]], [[2, 2], [0, 1], [1, 3]]])
rows = torch.tensor([2, 0, 2])
mask = a > 0

CASES = {
    "add": (lambda x, y: x + y, a, b), "sub": (lambda x, y: x - y, a, b), "mul": (lambda x, y: x * y, a, b), "div": (lambda x, y: x / y, a, positive),
    "scalar_mix": (lambda x: 2.5 / (1 - x * 3 + 0.25) - 7, positive), "pow": (lambda x: x ** 2.5, positive), "exp": (torch.exp, a), "log": (torch.log, positive),
    "log1p": (torch.log1p, positive), "sqrt": (torch.sqrt, positive), "rsqrt": (torch.rsqrt, positive), "tanh": (torch.tanh, a), "sigmoid": (torch.sigmoid, a),
    "erf": (torch.erf, a), "abs": (torch.abs, a), "sign": (torch.sign, a), "sin": (torch.sin, a), "cos": (torch.cos, a), "silu": (F.silu, a), "gelu": (F.gelu, a),
    "relu": (F.relu, a), "softplus": (F.softplus, a), "logsigmoid": (F.logsigmoid, a), "clamp": (lambda x: x.clamp(-0.5, 0.7), a),
    "minimum": (torch.minimum, a, b), "maximum": (torch.maximum, a, b), "lerp": (lambda x, y: torch.lerp(x, y, 0.3), a, b),
    "sum": (torch.sum, a), "sum_dims": (lambda x: x.sum([0, 2], keepdim=True), a), "mean": (lambda x: x.mean([-1], keepdim=True), a),
    "var": (lambda x: x.var([1], unbiased=False), a), "std": (lambda x: x.std(), a), "logsumexp": (lambda x: x.logsumexp(-1), a), "norm": (lambda x: x.norm(), a),
    "amax": (lambda x: x.amax([1]), a), "cumsum": (lambda x: x.cumsum(1), a), "max_dim": (lambda x: x.max(2)[0], a),
    "argmax": (lambda x: x.argmax(-1), a), "topk": (lambda x: x.topk(2)[0], a), "topk_where": (lambda x: x.topk(2)[1], a), "sort": (lambda x: x.sort(1, True)[0], a),
    "softmax": (lambda x: x.softmax(-1), a), "log_softmax": (lambda x: F.log_softmax(x, 1), a),
    "matmul": (torch.matmul, a, square), "bmm": (torch.bmm, a, square), "outer": (torch.outer, row, bias), "linear": (F.linear, a, weight, bias),
    "einsum": (lambda x, y: torch.einsum("bij,bjk->bki", x, y), a, square), "layer_norm": (lambda x, w, c: F.layer_norm(x, [4], w, c), a, row, row),
    "embedding": (lambda w: F.embedding(rows, w), weight), "cross_entropy": (lambda x: F.cross_entropy(x, classes), logits),
    "cross_entropy_smooth": (lambda x: F.cross_entropy(x, classes, reduction="none", label_smoothing=0.1), logits),
    "attention": (lambda x, y, z: torch._C._nn._scaled_dot_product_attention(x, y, z, None, 0.0, False, False)[0], q, k, v),
    "attention_causal": (lambda x, y, z: torch._C._nn._scaled_dot_product_attention(x, y, z, None, 0.0, False, True)[0], q, k, v),
    "triu": (lambda x: x.triu(1), square), "tril": (lambda x: x.tril(-1), square), "transpose": (lambda x: x.transpose(0, 2), a), "permute": (lambda x: x.permute(2, 0, 1), a),
    "narrow": (lambda x: x.narrow(2, 1, 2), a), "select": (lambda x: x.select(1, -1), a), "flatten": (lambda x: x.flatten(1), a), "expand": (lambda x: x.expand(3, 4), row),
    "repeat": (lambda x: x.repeat(2, 3), row), "repeat_interleave": (lambda x: x.repeat_interleave(2, 1), a), "cat": (lambda x, y: torch.cat([x, y], 1), a, b),
    "stack": (lambda x, y: torch.stack([x, y], 1), a, b), "chunk": (lambda x: x.chunk(2, -1)[1], a), "split": (lambda x: x.split([1, 2], 1)[1], a),
    "gather": (lambda x: x.gather(2, index3), a), "index_select": (lambda x: x.index_select(1, rows), a), "masked_fill": (lambda x: x.masked_fill(mask, 0.5), a),
    "masked_select": (lambda x: x.masked_select(mask), a), "where": (lambda x, y: torch.where(mask, x, y), a, b), "pad": (lambda x: F.pad(x, [1, 2, 0, 1], value=0.5), a),
    "slice_step": (lambda x: x[..., 1::2], a), "new_axis": (lambda x: x[:, None, -1], a), "tensor_index": (lambda x: x[:, rows], a), "flip": (lambda x: x.flip(0, 2), a),
}


def tensor(t):
    return {"shape": list(t.shape), "values": [round(float(x), 8) for x in t.detach().flatten().tolist()]}


cases = []
for name, (function, *inputs) in CASES.items():
    inputs = [x.clone().requires_grad_() for x in inputs]
    result = function(*inputs)
    case = {"name": name, "inputs": [tensor(x) for x in inputs], "result": tensor(result)}
    if result.requires_grad:
        weights = (torch.arange(result.numel()) + 1).reshape(result.shape) * 0.1
        case["gradients"] = [tensor(g) for g in torch.autograd.grad((result * weights).sum(), inputs)]
    cases.append(case)

start, losses, steps = torch.randn(4, 3), [], []
parameter = torch.nn.Parameter(start.clone())
optimizer = torch.optim.AdamW([parameter], lr=0.05, betas=(0.9, 0.95), eps=1e-6, weight_decay=0.1)
for step in range(5):
    optimizer.zero_grad()
    ((parameter * (step + 1)).sin() ** 2).sum().backward()
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    optimizer.step()
    steps.append(tensor(parameter))

path = pathlib.Path(__file__).with_name("torch_ops.json")
header = {"torch": torch.__version__, "adamw": {"start": tensor(start), "steps": steps}}
lines = ",\n".join(json.dumps(c) for c in cases)
path.write_text('{"header": ' + json.dumps(header) + ',\n"cases": [\n' + lines + "\n]}\n")
