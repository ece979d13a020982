"""An independent peer of the trainer: a small Llama in plain PyTorch, float64, written from the formulas of the papers.

Usage: /usr/bin/python3 make_golden.py      (PyTorch 1.13 and numpy; a few seconds; writes everything beside itself, the same bytes every time)

Writes tied/ and untied/ (config.json + model.safetensors in Hugging Face layout) and, for each, golden.json with logits, per-token log-probabilities,
the DPO loss and ten training steps, and gradients.safetensors with the gradient of that loss.
"""
import json
import math
import os
import struct

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)
BETA = 0.5


def write_safetensors(path, tensors):
    """The layout of Hugging Face's own writer: sorted by name, header padded with spaces to 8 bytes."""
    header, offset, blobs = {"__metadata__": {"format": "pt"}}, 0, []
    for name in sorted(tensors):
        blob = np.ascontiguousarray(tensors[name], dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path):
    with open(path, "rb") as f:
        raw = f.read()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__")
    return {
        name: np.frombuffer(raw[8 + size + entry["data_offsets"][0] : 8 + size + entry["data_offsets"][1]], "<f4").reshape(entry["shape"]).copy()
        for name, entry in header.items()
    }


def make_folder(name, config, seed):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(config, f, indent=2)
        f.write("\n")
    random = np.random.RandomState(seed)
    hidden, inner, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head

    def matrix(rows, columns):
        return (random.standard_normal((rows, columns)) / math.sqrt(columns)).astype("<f4")

    def gain():
        return (1 + 0.1 * random.standard_normal(hidden)).astype("<f4")

    weights = {"model.embed_tokens.weight": (0.5 * random.standard_normal((config["vocab_size"], hidden))).astype("<f4"), "model.norm.weight": gain()}
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        weights[p + "self_attn.q_proj.weight"] = matrix(queries, hidden)
        weights[p + "self_attn.k_proj.weight"] = matrix(keys, hidden)
        weights[p + "self_attn.v_proj.weight"] = matrix(keys, hidden)
        weights[p + "self_attn.o_proj.weight"] = matrix(hidden, queries)
        weights[p + "mlp.gate_proj.weight"] = matrix(inner, hidden)
        weights[p + "mlp.up_proj.weight"] = matrix(inner, hidden)
        weights[p + "mlp.down_proj.weight"] = matrix(hidden, inner)
        weights[p + "input_layernorm.weight"] = gain()
        weights[p + "post_attention_layernorm.weight"] = gain()
    if not config["tie_word_embeddings"]:
        weights["lm_head.weight"] = matrix(config["vocab_size"], hidden)
    write_safetensors(os.path.join(folder, "model.safetensors"), weights)
    return folder


def norm(x, weight, epsilon):
    return x / torch.sqrt((x ** 2).mean(-1, keepdim=True) + epsilon) * weight


def rotate(x, base):
    """x [T, heads, D]: the pair (i, i + D/2) turns by position * base^(-2i/D)."""
    length, _, size = x.shape
    half = size // 2
    angle = torch.arange(length, dtype=x.dtype)[:, None] * base ** (-2 * torch.arange(half, dtype=x.dtype)[None, :] / size)
    cos, sin = torch.cos(angle)[:, None, :], torch.sin(angle)[:, None, :]
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def logits(w, config, ids):
    """One sequence, no padding, no cache, head by head."""
    heads, shared, size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    epsilon, base = config["rms_norm_eps"], config["rope_theta"]
    length = len(ids)
    x = w["model.embed_tokens.weight"][torch.tensor(ids)]
    hidden_from = torch.ones(length, length, dtype=torch.bool).triu(1)
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        h = norm(x, w[p + "input_layernorm.weight"], epsilon)
        q = rotate((h @ w[p + "self_attn.q_proj.weight"].T).view(length, heads, size), base)
        k = rotate((h @ w[p + "self_attn.k_proj.weight"].T).view(length, shared, size), base)
        v = (h @ w[p + "self_attn.v_proj.weight"].T).view(length, shared, size)
        mixed = []
        for head in range(heads):
            source = head // (heads // shared)
            scores = (q[:, head] @ k[:, source].T / math.sqrt(size)).masked_fill(hidden_from, float("-inf"))
            mixed.append(torch.softmax(scores, -1) @ v[:, source])
        x = x + torch.cat(mixed, -1) @ w[p + "self_attn.o_proj.weight"].T
        h = norm(x, w[p + "post_attention_layernorm.weight"], epsilon)
        gate = h @ w[p + "mlp.gate_proj.weight"].T
        x = x + (gate * torch.sigmoid(gate) * (h @ w[p + "mlp.up_proj.weight"].T)) @ w[p + "mlp.down_proj.weight"].T
    return norm(x, w["model.norm.weight"], epsilon) @ w.get("lm_head.weight", w["model.embed_tokens.weight"]).T


def token_logps(w, config, prompt, response):
    """log p of each response token given all before it."""
    ids = prompt + response
    scores = logits(w, config, ids)
    return torch.stack([scores[t - 1, ids[t]] - torch.logsumexp(scores[t - 1], -1) for t in range(len(prompt), len(ids))])


def dpo_losses(w, config, pairs):
    losses = []
    for pair in pairs:
        chosen = token_logps(w, config, pair["prompt"], pair["chosen"]).sum() - pair["reference_chosen"]
        rejected = token_logps(w, config, pair["prompt"], pair["rejected"]).sum() - pair["reference_rejected"]
        losses.append(torch.log1p(torch.exp(-BETA * (chosen - rejected))))
    return torch.stack(losses)


def train(w, config, pairs, steps):
    """AdamW with linear warm-up of 2 steps to 1e-3 and a straight line to a tenth at the last step; clip 1; decay 0.01 on matrices only."""
    matrices, vectors = [t for t in w.values() if t.dim() == 2], [t for t in w.values() if t.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.99), eps=1e-8)
    trail = []
    for step in range(steps):
        rate = 1e-3 * (step + 1) / 2 if step < 2 else 1e-3 * (1 - (step - 2) / (steps - 3) * 0.9)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = dpo_losses(w, config, pairs).mean()
        loss.backward()
        size = torch.nn.utils.clip_grad_norm_(list(w.values()), 1.0)
        optimizer.step()
        trail.append({"loss": loss.item(), "grad_norm": size.item(), "learning_rate": rate})
    return trail


def main():
    shape = {
        "model_type": "llama", "vocab_size": 61, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 6,
        "num_key_value_heads": 2, "head_dim": 4, "hidden_act": "silu", "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000,
        "bos_token_id": 60, "eos_token_id": 60,
    }
    for name, tied, seed in (("tied", True, 1), ("untied", False, 2)):
        config = dict(shape, tie_word_embeddings=tied)
        folder = make_folder(name, config, seed)
        random = np.random.RandomState(10 + seed)
        w = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in read_safetensors(os.path.join(folder, "model.safetensors")).items()}

        def some(n):
            return [int(i) for i in random.randint(0, 60, n)]

        ids = [60] + some(13)
        pairs = [{"prompt": [60] + some(p), "chosen": some(c) + [60], "rejected": some(r) + [60]} for p, c, r in ((3, 5, 9), (6, 11, 2), (1, 1, 4), (4, 7, 7))]
        answers = []
        for pair in pairs:
            for side in ("chosen", "rejected"):
                values = token_logps(w, config, pair["prompt"], pair[side]).detach()
                answers.append(values.tolist())
                # The reference is near the policy, not equal, so that loss and gradient are not those of step 0.
                pair["reference_" + side] = values.sum().item() + round(float(random.uniform(-2, 2)), 3)
        losses = dpo_losses(w, config, pairs)
        losses.mean().backward()
        write_safetensors(os.path.join(folder, "gradients.safetensors"), {k: v.grad.numpy() for k, v in w.items()})
        golden = {
            "ids": ids,
            "logits": logits(w, config, ids).detach().flatten().tolist(),
            "beta": BETA,
            "pairs": pairs,
            "answers": answers,
            "losses": losses.tolist(),
            "steps": train(w, config, pairs, 10),
        }
        write_safetensors(os.path.join(folder, "after-ten-steps.safetensors"), {k: v.detach().numpy() for k, v in w.items()})
        with open(os.path.join(folder, "golden.json"), "w") as f:
            json.dump(golden, f, separators=(",", ":"))
            f.write("\n")


main()
