"""Batched generation with a key/value cache as model libraries do it: left-padded prompts, one forward a token for the whole batch, the cache grown by
concatenation, until every sequence has ended. Each sample has its own row. One thread, float32.

Usage: generate_reference.py JOB.json --serve    each input line {"prompts": [[ids]], "limits": [tokens of each], "greedy": bool, "seed": n} gives one line
       {"seconds", "tokens": [[ids]]}. A sequence ends at its limit, so that both sides write the same lengths.

JOB.json: {model, batch, threads}
"""
import json
import sys
import time

import torch

import llama


def pad_left(prompts):
    longest = max(map(len, prompts))
    ids = torch.zeros(len(prompts), longest, dtype=torch.long)
    present = torch.zeros(len(prompts), longest, dtype=torch.long)
    for i, prompt in enumerate(prompts):
        ids[i, longest - len(prompt) :] = torch.tensor(prompt)
        present[i, longest - len(prompt) :] = 1
    return ids, present


@torch.no_grad()
def generate(model, prompts, limits, greedy):
    ids, present = pad_left(prompts)
    cache = [None] * model.c["num_hidden_layers"]
    limits = torch.tensor(limits)
    written = []
    while len(written) < int(limits.max()):
        logits = model(ids, present, cache)[:, -1]
        token = logits.argmax(-1) if greedy else torch.multinomial(torch.softmax(logits, -1), 1).squeeze(1)
        written.append(token)
        ids = token.unsqueeze(1)
        present = torch.cat((present, torch.ones(len(prompts), 1, dtype=torch.long)), 1)
    rows = torch.stack(written, 1).tolist()
    return [row[:limit] for row, limit in zip(rows, limits.tolist())]


def main():
    with open(sys.argv[1]) as f:
        job = json.load(f)
    torch.set_num_threads(job.get("threads", 1))
    model = llama.load(job["model"])
    for line in sys.stdin:
        request = json.loads(line)
        torch.manual_seed(request.get("seed", 0))
        start = time.perf_counter()
        tokens = []
        for first in range(0, len(request["prompts"]), job["batch"]):
            part = slice(first, first + job["batch"])
            tokens += generate(model, request["prompts"][part], request["limits"][part], request["greedy"])
        print(json.dumps({"seconds": time.perf_counter() - start, "tokens": tokens}), flush=True)


main()
