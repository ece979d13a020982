"""An independent peer of the trainer: small models of every family in plain PyTorch, float64, written from the formulas of the papers.

Usage: /usr/bin/python3 make_golden.py      (PyTorch 1.13 and numpy; a few seconds; writes everything beside itself, the same bytes every time)

Writes a folder for each model (config.json + model.safetensors in Hugging Face layout) with golden.json (logits, per-token log-probabilities, the DPO loss,
ten training steps) and gradients.safetensors (the gradient of that loss); and, for two of them, a LoRA adapter in PEFT's layout with the same numbers.
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
    make = gpt2_weights if config["model_type"] == "gpt2" else llama_weights
    write_safetensors(os.path.join(folder, "model.safetensors"), make(config, random))
    return folder


def head_size(config):
    return config["head_dim"] or config["hidden_size"] // config["num_attention_heads"]


def llama_weights(config, random):
    hidden, inner, head = config["hidden_size"], config["intermediate_size"], head_size(config)
    queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    family = config["model_type"]

    def matrix(rows, columns):
        return (random.standard_normal((rows, columns)) / math.sqrt(columns)).astype("<f4")

    def gain(size=hidden):
        return (1 + 0.1 * random.standard_normal(size)).astype("<f4")

    def bias(size):
        return (0.3 * random.standard_normal(size)).astype("<f4")

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
        if family == "qwen2" or config.get("attention_bias"):
            weights[p + "self_attn.q_proj.bias"], weights[p + "self_attn.k_proj.bias"], weights[p + "self_attn.v_proj.bias"] = bias(queries), bias(keys), bias(keys)
        if config.get("attention_bias"):
            weights[p + "self_attn.o_proj.bias"] = bias(hidden)
        if config.get("mlp_bias"):
            weights[p + "mlp.gate_proj.bias"], weights[p + "mlp.up_proj.bias"], weights[p + "mlp.down_proj.bias"] = bias(inner), bias(inner), bias(hidden)
        if family == "qwen3":
            weights[p + "self_attn.q_norm.weight"], weights[p + "self_attn.k_norm.weight"] = gain(head), gain(head)
    if not config["tie_word_embeddings"]:
        weights["lm_head.weight"] = matrix(config["vocab_size"], hidden)
    return weights


def gpt2_weights(config, random):
    """Matrices of the layers are [in, out]."""
    hidden = config["n_embd"]

    def table(rows, size=0.5):
        return (size * random.standard_normal((rows, hidden))).astype("<f4")

    def linear(name, inputs, outputs):
        weights[name + ".weight"] = (random.standard_normal((inputs, outputs)) / math.sqrt(inputs)).astype("<f4")
        weights[name + ".bias"] = (0.3 * random.standard_normal(outputs)).astype("<f4")

    def norms(name):
        weights[name + ".weight"] = (1 + 0.1 * random.standard_normal(hidden)).astype("<f4")
        weights[name + ".bias"] = (0.1 * random.standard_normal(hidden)).astype("<f4")

    weights = {"transformer.wte.weight": table(config["vocab_size"]), "transformer.wpe.weight": table(config["n_positions"], 0.2)}
    for i in range(config["n_layer"]):
        p = f"transformer.h.{i}."
        norms(p + "ln_1")
        linear(p + "attn.c_attn", hidden, 3 * hidden)
        linear(p + "attn.c_proj", hidden, hidden)
        norms(p + "ln_2")
        linear(p + "mlp.c_fc", hidden, 4 * hidden)
        linear(p + "mlp.c_proj", 4 * hidden, hidden)
    norms("transformer.ln_f")
    return weights


def norm(x, weight, epsilon):
    return x / torch.sqrt((x ** 2).mean(-1, keepdim=True) + epsilon) * weight


def frequencies(config):
    """base^(-2i/D), slowed down for long waves where the config scales them as Llama 3.1 does."""
    size = head_size(config)
    rope = config.get("rope_parameters") or {"rope_theta": config["rope_theta"], **(config.get("rope_scaling") or {})}
    plain = rope["rope_theta"] ** (-2 * torch.arange(size // 2, dtype=torch.float64)[None, :] / size)
    if rope.get("rope_type", rope.get("type", "default")) == "default":
        return plain
    scaled = []
    for f in plain[0].tolist():
        wave = 2 * math.pi / f
        low, high = rope["original_max_position_embeddings"] / rope["low_freq_factor"], rope["original_max_position_embeddings"] / rope["high_freq_factor"]
        s = (rope["original_max_position_embeddings"] / wave - rope["low_freq_factor"]) / (rope["high_freq_factor"] - rope["low_freq_factor"])
        scaled.append(f / rope["factor"] if wave > low else f if wave < high else (1 - s) * f / rope["factor"] + s * f)
    return torch.tensor([scaled], dtype=torch.float64)


def rotate(x, turns):
    """x [T, heads, D]: the pair (i, i + D/2) turns by position * its frequency."""
    length, _, size = x.shape
    half = size // 2
    angle = torch.arange(length, dtype=x.dtype)[:, None] * turns
    cos, sin = torch.cos(angle)[:, None, :], torch.sin(angle)[:, None, :]
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def product(w, name, x):
    """x Wᵀ + b, and scale · (x Aᵀ) Bᵀ where there is an adapter."""
    y = x @ w[name + ".weight"].T
    if name + ".bias" in w:
        y = y + w[name + ".bias"]
    return y + adapter(w, name, x)


def adapter(w, name, x):
    if name + ".lora_A.weight" not in w:
        return 0
    return w["lora_scale"] * ((x @ w[name + ".lora_A.weight"].T) @ w[name + ".lora_B.weight"].T)


def hidden_from(length, window):
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    return later if window is None else later | torch.ones(length, length, dtype=torch.bool).tril(-window)


def logits(w, config, ids):
    """One sequence, no padding, no cache, head by head."""
    if config["model_type"] == "gpt2":
        return gpt2_logits(w, config, ids)
    heads, shared, size = config["num_attention_heads"], config["num_key_value_heads"], head_size(config)
    epsilon, turns = config["rms_norm_eps"], frequencies(config)
    length = len(ids)
    x = w["model.embed_tokens.weight"][torch.tensor(ids)]
    unseen = hidden_from(length, config.get("sliding_window"))
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        h = norm(x, w[p + "input_layernorm.weight"], epsilon)
        q, k = product(w, p + "self_attn.q_proj", h).view(length, heads, size), product(w, p + "self_attn.k_proj", h).view(length, shared, size)
        if config["model_type"] == "qwen3":
            q, k = norm(q, w[p + "self_attn.q_norm.weight"], epsilon), norm(k, w[p + "self_attn.k_norm.weight"], epsilon)
        q, k = rotate(q, turns), rotate(k, turns)
        v = product(w, p + "self_attn.v_proj", h).view(length, shared, size)
        mixed = []
        for head in range(heads):
            source = head // (heads // shared)
            scores = (q[:, head] @ k[:, source].T / math.sqrt(size)).masked_fill(unseen, float("-inf"))
            mixed.append(torch.softmax(scores, -1) @ v[:, source])
        x = x + product(w, p + "self_attn.o_proj", torch.cat(mixed, -1))
        h = norm(x, w[p + "post_attention_layernorm.weight"], epsilon)
        gate = product(w, p + "mlp.gate_proj", h)
        x = x + product(w, p + "mlp.down_proj", gate * torch.sigmoid(gate) * product(w, p + "mlp.up_proj", h))
    return norm(x, w["model.norm.weight"], epsilon) @ w.get("lm_head.weight", w["model.embed_tokens.weight"]).T


def gpt2_logits(w, config, ids):
    heads, hidden, length = config["n_head"], config["n_embd"], len(ids)
    size = hidden // heads

    def norm2(name, x):
        mean = x.mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(((x - mean) ** 2).mean(-1, keepdim=True) + config["layer_norm_epsilon"]) * w[name + ".weight"] + w[name + ".bias"]

    def linear(name, x):
        return x @ w[name + ".weight"] + w[name + ".bias"] + adapter(w, name, x)

    x = w["transformer.wte.weight"][torch.tensor(ids)] + w["transformer.wpe.weight"][:length]
    for i in range(config["n_layer"]):
        p = f"transformer.h.{i}."
        q, k, v = linear(p + "attn.c_attn", norm2(p + "ln_1", x)).split(hidden, -1)
        mixed = []
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            scores = (q[:, part] @ k[:, part].T / math.sqrt(size)).masked_fill(hidden_from(length, None), float("-inf"))
            mixed.append(torch.softmax(scores, -1) @ v[:, part])
        x = x + linear(p + "attn.c_proj", torch.cat(mixed, -1))
        h = linear(p + "mlp.c_fc", norm2(p + "ln_2", x))
        h = 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h ** 3)))
        x = x + linear(p + "mlp.c_proj", h)
    return norm2("transformer.ln_f", x) @ w["transformer.wte.weight"].T


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


def train(w, config, pairs, steps, trained):
    """AdamW with linear warm-up of 2 steps to 1e-3 and a straight line to a tenth at the last step; clip 1; decay 0.01 on matrices only."""
    tensors = [w[name] for name in trained]
    matrices, vectors = [t for t in tensors if t.dim() == 2], [t for t in tensors if t.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.01}] + ([{"params": vectors, "weight_decay": 0.0}] if vectors else [])
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), eps=1e-8)
    trail = []
    for step in range(steps):
        rate = 1e-3 * (step + 1) / 2 if step < 2 else 1e-3 * (1 - (step - 2) / (steps - 3) * 0.9)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = dpo_losses(w, config, pairs).mean()
        loss.backward()
        size = torch.nn.utils.clip_grad_norm_(tensors, 1.0)
        optimizer.step()
        trail.append({"loss": loss.item(), "grad_norm": size.item(), "learning_rate": rate})
    return trail


def write_golden(folder, config, seed, w, trained, file_name=lambda name: name):
    """Numbers of a model, some of whose tensors are trained."""
    random = np.random.RandomState(10 + seed)
    last = config["vocab_size"] - 1

    def some(n):
        return [int(i) for i in random.randint(0, last, n)]

    ids = [last] + some(13)
    pairs = [{"prompt": [last] + some(p), "chosen": some(c) + [last], "rejected": some(r) + [last]} for p, c, r in ((3, 5, 9), (6, 11, 2), (1, 1, 4), (4, 7, 7))]
    answers = []
    for pair in pairs:
        for side in ("chosen", "rejected"):
            values = token_logps(w, config, pair["prompt"], pair[side]).detach()
            answers.append(values.tolist())
            # The reference is near the policy, not equal, so that loss and gradient are not those of step 0.
            pair["reference_" + side] = values.sum().item() + round(float(random.uniform(-2, 2)), 3)
    losses = dpo_losses(w, config, pairs)
    losses.mean().backward()
    write_safetensors(os.path.join(folder, "gradients.safetensors"), {file_name(k): w[k].grad.numpy() for k in trained})
    golden = {
        "ids": ids,
        "logits": logits(w, config, ids).detach().flatten().tolist(),
        "beta": BETA,
        "pairs": pairs,
        "answers": answers,
        "losses": losses.tolist(),
        "steps": train(w, config, pairs, 10, trained),
    }
    write_safetensors(os.path.join(folder, "after-ten-steps.safetensors"), {file_name(k): w[k].detach().numpy() for k in trained})
    with open(os.path.join(folder, "golden.json"), "w") as f:
        json.dump(golden, f, separators=(",", ":"))
        f.write("\n")


def read_weights(folder, trained):
    tensors = read_safetensors(os.path.join(folder, "model.safetensors"))
    return {k: torch.tensor(v, dtype=torch.float64, requires_grad=trained) for k, v in tensors.items()}


def write_adapter(name, base, config, seed, rank, alpha, targets, sizes):
    """ΔW = alpha / rank · B A on every module whose name ends with a target (arXiv:2106.09685, Eq. 3)."""
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "adapter_config.json"), "w") as f:
        json.dump({"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": f"../{base}", "r": rank, "lora_alpha": alpha, "lora_dropout": 0.05,
                   "bias": "none", "use_rslora": False, "fan_in_fan_out": config["model_type"] == "gpt2", "modules_to_save": None, "rank_pattern": {},
                   "target_modules": targets, "inference_mode": True}, f, indent=2)
        f.write("\n")
    random = np.random.RandomState(seed)
    w = read_weights(os.path.join(HERE, base), False)
    matrices = {}
    for module in sorted(k[: -len(".weight")] for k in w if k.endswith(".weight") and k[: -len(".weight")].split(".")[-1] in targets):
        inputs, outputs = sizes(w[module + ".weight"])
        matrices[module + ".lora_A.weight"] = (random.standard_normal((rank, inputs)) / math.sqrt(inputs)).astype("<f4")
        matrices[module + ".lora_B.weight"] = (0.3 * random.standard_normal((outputs, rank))).astype("<f4")
    write_safetensors(os.path.join(folder, "adapter_model.safetensors"), {"base_model.model." + k: v for k, v in matrices.items()})
    w.update({k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in matrices.items()})
    w["lora_scale"] = alpha / rank
    write_golden(folder, config, seed, w, list(matrices))


def main():
    shape = {
        "model_type": "llama", "vocab_size": 61, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 6,
        "num_key_value_heads": 2, "head_dim": 4, "hidden_act": "silu", "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000,
        "bos_token_id": 60, "eos_token_id": 60,
    }
    small = {
        "vocab_size": 41, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 4,
        "hidden_act": "silu", "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "bos_token_id": 40, "eos_token_id": [39, 40],
    }
    scaling = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 128}
    newer = {k: v for k, v in small.items() if k != "rope_theta"}
    gpt2 = {
        "model_type": "gpt2", "vocab_size": 41, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 64, "n_inner": None, "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5, "bos_token_id": 40, "eos_token_id": 40,
    }
    models = {
        "tied": dict(shape, tie_word_embeddings=True),
        "untied": dict(shape, tie_word_embeddings=False),
        "llama3": dict(small, model_type="llama", head_dim=8, rope_scaling=scaling, attention_bias=True, mlp_bias=True, torch_dtype="float32", tie_word_embeddings=True),
        "llama3-v5": dict(newer, model_type="llama", head_dim=8, rope_parameters=dict(scaling, rope_theta=10000.0), dtype="float32", tie_word_embeddings=False),
        "mistral": dict(small, model_type="mistral", sliding_window=5, head_dim=None, tie_word_embeddings=False),
        "qwen2": dict(small, model_type="qwen2", use_sliding_window=False, sliding_window=None, tie_word_embeddings=True),
        "qwen3": dict(newer, model_type="qwen3", head_dim=8, rope_parameters={"rope_type": "default", "rope_theta": 1e6}, attention_bias=False, tie_word_embeddings=True),
        "gpt2": gpt2,
    }
    for seed, (name, config) in enumerate(models.items(), 1):
        folder = make_folder(name, config, seed)
        w = read_weights(folder, True)
        write_golden(folder, config, seed, w, list(w))
    write_adapter("lora-qwen2", "qwen2", models["qwen2"], 21, 3, 6, ["q_proj", "v_proj", "down_proj"], lambda weight: weight.T.shape)
    write_adapter("lora-gpt2", "gpt2", models["gpt2"], 22, 2, 2, ["c_attn", "c_proj"], lambda weight: weight.shape)


main()
