"""A Llama in plain PyTorch as model libraries write it: separate projections, additive masks, a cache that grows by concatenation."""
import json
import math
import os
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

TYPES = {"F32": ("<f4", torch.float32), "F16": ("<f2", torch.float16)}


def read_safetensors(path):
    raw = np.fromfile(path, dtype=np.uint8)
    size = struct.unpack("<Q", raw[:8].tobytes())[0]
    header = json.loads(raw[8 : 8 + size].tobytes())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = torch.from_numpy(raw[first:last].view(TYPES[entry["dtype"]][0]).reshape(entry["shape"]).copy())
    return tensors


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name in sorted(tensors):
        size = tensors[name].numel() * 4
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            f.write(tensors[name].detach().float().contiguous().numpy().tobytes())


class RmsNorm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        return self.weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon)).to(x.dtype)


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat((-x[..., half:], x[..., :half]), -1)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.shared, self.size = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        self.q_proj = nn.Linear(c["hidden_size"], self.heads * self.size, bias=c.get("attention_bias", False))
        self.k_proj = nn.Linear(c["hidden_size"], self.shared * self.size, bias=c.get("attention_bias", False))
        self.v_proj = nn.Linear(c["hidden_size"], self.shared * self.size, bias=c.get("attention_bias", False))
        self.o_proj = nn.Linear(self.heads * self.size, c["hidden_size"], bias=False)

    def forward(self, x, cos, sin, mask, cache, layer):
        batch, length, _ = x.shape
        q = self.q_proj(x).view(batch, length, self.heads, self.size).transpose(1, 2)
        k = self.k_proj(x).view(batch, length, self.shared, self.size).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, self.shared, self.size).transpose(1, 2)
        q, k = q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
        if cache is not None:
            if cache[layer] is not None:
                k, v = torch.cat((cache[layer][0], k), 2), torch.cat((cache[layer][1], v), 2)
            cache[layer] = (k, v)
        if self.shared != self.heads:
            k, v = k.repeat_interleave(self.heads // self.shared, 1), v.repeat_interleave(self.heads // self.shared, 1)
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.clamp(min=torch.finfo(q.dtype).min).to(q.dtype))
        else:
            mixed = torch.softmax((q @ k.transpose(2, 3) / math.sqrt(self.size)).float() + mask, -1).to(v.dtype) @ v
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.up_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.down_proj = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = FeedForward(c)

    def forward(self, x, *context):
        x = x + self.self_attn(self.input_layernorm(x), *context)
        return x + self.mlp(self.post_attention_layernorm(x))


class Stack(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Block(c) for _ in range(c["num_hidden_layers"]))
        self.norm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])


class Llama(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.model = Stack(c)
        self.lm_head = None if c["tie_word_embeddings"] else nn.Linear(c["hidden_size"], c["vocab_size"], bias=False)

    def forward(self, ids, present=None, cache=None):
        """ids [B, T]; present [B, keys] is 1 where a key is a token; with a cache, ids are the newest tokens. Returns logits [B, T, V]."""
        batch, length = ids.shape
        total = length if present is None else present.shape[1]
        if present is None:
            present = torch.ones(batch, total, dtype=torch.long, device=ids.device)
        x = self.model.embed_tokens(ids)
        positions = (present.cumsum(1) - 1).clamp(min=0)[:, total - length :]
        frequencies = self.c["rope_theta"] ** (-torch.arange(0, self.c["head_dim"], 2, device=ids.device).float() / self.c["head_dim"])
        angles = positions.float().unsqueeze(-1) * frequencies
        angles = torch.cat((angles, angles), -1).unsqueeze(1)
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        rows = torch.arange(total - length, total, device=ids.device).view(-1, 1)
        hidden = (torch.arange(total, device=ids.device).view(1, -1) > rows).unsqueeze(0) | (present == 0).unsqueeze(1)
        mask = torch.zeros(batch, 1, length, total, device=ids.device).masked_fill(hidden.unsqueeze(1), torch.finfo(torch.float32).min)
        for number, layer in enumerate(self.model.layers):
            x = layer(x, cos, sin, mask, cache, number)
        x = self.model.norm(x)
        return F.linear(x, self.model.embed_tokens.weight) if self.lm_head is None else self.lm_head(x)


def load(folder):
    with open(os.path.join(folder, "config.json")) as f:
        config = json.load(f)
    config.setdefault("head_dim", config["hidden_size"] // config["num_attention_heads"])
    model = Llama(config)
    model.load_state_dict(read_safetensors(os.path.join(folder, "model.safetensors")))
    return model
