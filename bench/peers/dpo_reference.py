"""Preference training as TRL does it by default, in plain PyTorch: right-padded to the longest sequence of the batch, chosen and rejected
concatenated, the reference forwarded online, log_softmax over the whole [B, T, V] logits and a gather, AdamW. One thread, float32.

Usage: dpo_reference.py JOB.json     prints one line of JSON: seconds, cpu seconds, losses, peak_kib
       dpo_reference.py JOB.json --serve   reads a number of steps from each input line, runs them and prints their seconds

JOB.json: {model, rows (token ids), steps: [[row numbers] of each step], epochs_of_steps…, rates: [learning rate of each step], beta, clip, out, threads}
"""
import copy
import json
import os
import resource
import shutil
import sys
import time

import torch
import torch.nn.functional as F

import llama


def read_rows(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


def batch_of(rows):
    sequences = [row["prompt"] + row[side] for side in ("chosen", "rejected") for row in rows]
    starts = [len(row["prompt"]) for _ in (0, 1) for row in rows]
    longest = max(map(len, sequences))
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    present = torch.zeros(len(sequences), longest, dtype=torch.long)
    counted = torch.zeros(len(sequences), longest, dtype=torch.bool)
    for i, (sequence, start) in enumerate(zip(sequences, starts)):
        ids[i, : len(sequence)] = torch.tensor(sequence)
        present[i, : len(sequence)] = 1
        counted[i, start : len(sequence)] = True
    return ids, present, counted


def log_probabilities(model, ids, present, counted):
    logits = model(ids, present)[:, :-1]
    picked = F.log_softmax(logits, -1).gather(2, ids[:, 1:].unsqueeze(2)).squeeze(2)
    return (picked * counted[:, 1:]).sum(1)


class Loop:
    def __init__(self, job):
        self.job = job
        self.rows = read_rows(job["rows"])
        self.model = llama.load(job["model"])
        self.reference = copy.deepcopy(self.model).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1.0, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.0)
        self.losses = []

    def step(self):
        number = len(self.losses)
        ids, present, counted = batch_of([self.rows[row] for row in self.job["steps"][number % len(self.job["steps"])]])
        half = len(ids) // 2
        with torch.no_grad():
            reference = log_probabilities(self.reference, ids, present, counted)
        policy = log_probabilities(self.model, ids, present, counted)
        ratio = policy - reference
        loss = -F.logsigmoid(self.job["beta"] * (ratio[:half] - ratio[half:])).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.job["clip"])
        for group in self.optimizer.param_groups:
            group["lr"] = self.job["rates"][number % len(self.job["rates"])]
        self.optimizer.step()
        self.losses.append(loss.item())

    def save(self):
        os.makedirs(self.job["out"], exist_ok=True)
        llama.write_safetensors(os.path.join(self.job["out"], "model.safetensors"), dict(self.model.named_parameters()))
        shutil.copy(os.path.join(self.job["model"], "config.json"), self.job["out"])


def main():
    with open(sys.argv[1]) as f:
        job = json.load(f)
    torch.set_num_threads(job.get("threads", 1))
    if "--serve" in sys.argv:
        loop = Loop(job)
        for line in sys.stdin:
            start = time.perf_counter()
            for _ in range(int(line)):
                loop.step()
            print(json.dumps({"seconds": time.perf_counter() - start, "loss": loop.losses[-1]}), flush=True)
        return
    start, cpu = time.perf_counter(), time.process_time()
    loop = Loop(job)
    for _ in job["rates"]:
        loop.step()
    loop.save()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "losses": loop.losses, "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


main()
