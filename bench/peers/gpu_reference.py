"""The GPU peer: PyTorch with transformers where it is installed, else with bench/peers/llama.py. bfloat16, scaled-dot-product attention, fused AdamW.

Usage: gpu_reference.py JOB.json    prints one line of JSON. JOB.json: {what, model, device, type, rows, steps, beta, prompts, tokens, samples}
  what = train:    preference training as TRL does it (padded, reference online, log_softmax of all scores in float32); seconds of each step
  what = generate: sampled tokens with a cache, the whole batch at once; seconds and tokens
  what = ceiling:  the fastest matrix product of this device and type, in TFLOP/s
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

import llama

try:
    import transformers
except ImportError:
    transformers = None


def load(job):
    kind = getattr(torch, job["type"])
    if transformers is None:
        return llama.load(job["model"]).to(job["device"], kind), "llama.py"
    model = transformers.AutoModelForCausalLM.from_pretrained(job["model"], torch_dtype=kind, attn_implementation="sdpa")
    return model.to(job["device"]), f"transformers {transformers.__version__}"


def wait(job):
    if job["device"].startswith("cuda"):
        torch.cuda.synchronize()


def logits_of(model, ids, present):
    return model(ids, present) if isinstance(model, llama.Llama) else model(input_ids=ids, attention_mask=present, use_cache=False).logits


def batch_of(rows, device):
    sequences = [(row["prompt"] + row[side], len(row["prompt"])) for side in ("chosen", "rejected") for row in rows]
    longest = max(len(ids) for ids, _ in sequences)
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    present, counted = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    for i, (sequence, start) in enumerate(sequences):
        ids[i, : len(sequence)] = torch.tensor(sequence)
        present[i, : len(sequence)] = 1
        counted[i, start : len(sequence)] = True
    return ids.to(device), present.to(device), counted.to(device)


def log_probabilities(model, ids, present, counted):
    logits = logits_of(model, ids, present)[:, :-1].float()
    return (F.log_softmax(logits, -1).gather(2, ids[:, 1:].unsqueeze(2)).squeeze(2) * counted[:, 1:]).sum(1)


def train(job):
    (model, name), (reference, _) = load(job), load(job)
    model.eval()
    reference.eval().requires_grad_(False)
    with open(job["rows"]) as f:
        rows = [json.loads(line) for line in f]
    fused = {"fused": True} if job["device"].startswith("cuda") else {}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, betas=(0.9, 0.99), weight_decay=0.0, **fused)
    seconds, losses = [], []
    for numbers in job["steps"]:
        wait(job)
        start = time.perf_counter()
        ids, present, counted = batch_of([rows[number] for number in numbers], job["device"])
        half = len(ids) // 2
        with torch.no_grad():
            compared = log_probabilities(reference, ids, present, counted)
        ratio = log_probabilities(model, ids, present, counted) - compared
        loss = -F.logsigmoid(job["beta"] * (ratio[:half] - ratio[half:])).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        wait(job)
        seconds.append(time.perf_counter() - start)
    peak = torch.cuda.max_memory_allocated() if job["device"].startswith("cuda") else 0
    return {"peer": name, "seconds": seconds, "losses": losses, "peak": peak}


@torch.no_grad()
def generate(job):
    model, name = load(job)
    model.eval()
    ids = torch.tensor([prompt for prompt in job["prompts"] for _ in range(job["samples"])]).to(job["device"])
    best = None
    for _ in range(2):
        wait(job)
        start = time.perf_counter()
        if isinstance(model, llama.Llama):
            cache, present, token = [None] * model.c["num_hidden_layers"], torch.ones_like(ids), ids
            for _ in range(job["tokens"]):
                token = torch.multinomial(torch.softmax(model(token, present, cache)[:, -1].float(), -1), 1)
                present = torch.cat((present, torch.ones_like(token)), 1)
        else:
            model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_k=0, top_p=1.0, eos_token_id=None, pad_token_id=0,
                           min_new_tokens=job["tokens"], max_new_tokens=job["tokens"])
        wait(job)
        taken = time.perf_counter() - start
        best = taken if best is None else min(best, taken)
    return {"peer": name, "seconds": best, "tokens": ids.shape[0] * job["tokens"]}


def ceiling(job):
    kind, best = getattr(torch, job["type"]), 0.0
    for size in (4096, 8192) if job["device"].startswith("cuda") else (128,):
        a, b = torch.randn(size, size).to(job["device"], kind), torch.randn(size, size).to(job["device"], kind)
        for _ in range(5):
            a @ b
        wait(job)
        start = time.perf_counter()
        for _ in range(20):
            a @ b
        wait(job)
        best = max(best, 20 * 2 * size**3 / (time.perf_counter() - start) / 1e12)
    return {"tflops": best, "torch": torch.__version__, "device": torch.cuda.get_device_name() if job["device"].startswith("cuda") else "CPU"}


with open(sys.argv[1]) as f:
    JOB = json.load(f)
print(json.dumps({"train": train, "generate": generate, "ceiling": ceiling}[JOB["what"]](JOB)))
