"""A preference file with log-uniform lengths and shared prompts, over a given tokenizer; seeded. Plain Python, no packages.

Usage: python3 preferences.py TOKENIZER_FOLDER OUT.jsonl --rows N [--seed N] [--prompt 16:256] [--response 8:256] [--per-prompt 2]

OUT.jsonl has {prompt, chosen, rejected} as texts. OUT.jsonl.ids has the same rows as token ids {prompt, chosen, rejected, ids included}, for a
peer that brings no tokenizer of its own (so a peer pays nothing for tokenising). Lengths count tokens: a prompt's with its begin token,
a response's with its end token. A text is a sequence of words that are one token each, so texts and ids agree whoever tokenises.
"""
import argparse
import json
import math
import os
import random
import re


def span(text):
    low, high = text.split(":")
    return int(low), int(high)


def log_uniform(chance, bounds):
    low, high = bounds
    return min(high, int(math.exp(chance.uniform(math.log(low), math.log(high + 1)))))


def merge_rules(model):
    return {tuple(rule) if isinstance(rule, list) else tuple(rule.split(" ", 1)): rank for rank, rule in enumerate(model["merges"])}


def is_one_token(word, rules):
    """Byte-pair merging of one word, best rank first, as byte-level BPE does it."""
    parts = list(word)
    while len(parts) > 1:
        best = min(range(len(parts) - 1), key=lambda i: rules.get((parts[i], parts[i + 1]), len(rules)))
        if (parts[best], parts[best + 1]) not in rules:
            return False
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tokenizer")
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prompt", type=span, default=(16, 256))
    parser.add_argument("--response", type=span, default=(8, 256))
    parser.add_argument("--per-prompt", type=int, default=2)
    options = parser.parse_args()

    with open(os.path.join(options.tokenizer, "tokenizer.json"), encoding="utf-8") as f:
        file = json.load(f)
    with open(os.path.join(options.tokenizer, "tokenizer_config.json"), encoding="utf-8") as f:
        config = json.load(f)
    specials = {token["content"]: token["id"] for token in file["added_tokens"]}
    end = specials[config["eos_token"]]
    begin = [specials[config["bos_token"]]] if config.get("add_bos_token") else []
    rules = merge_rules(file["model"])
    words = sorted((token, number) for token, number in file["model"]["vocab"].items() if re.fullmatch("\u0120[A-Za-z]{2,}", token) and is_one_token(token, rules))
    chance = random.Random(options.seed)

    def draw(count):
        picked = [words[chance.randrange(len(words))] for _ in range(count)]
        return "".join(" " + word[1:] for word, _ in picked), [number for _, number in picked]

    with open(options.out, "w") as texts, open(options.out + ".ids", "w") as ids:
        for row in range(options.rows):
            if row % options.per_prompt == 0:
                prompt, prompt_ids = draw(log_uniform(chance, options.prompt) - len(begin))
            chosen, chosen_ids = draw(log_uniform(chance, options.response) - 1)
            rejected, rejected_ids = draw(log_uniform(chance, options.response) - 1)
            json.dump({"pair_id": f"pr_{row}", "prompt_id": f"p_{row // options.per_prompt}", "prompt": prompt, "chosen": chosen, "rejected": rejected}, texts)
            json.dump({"prompt": begin + prompt_ids, "chosen": chosen_ids + [end], "rejected": rejected_ids + [end]}, ids)
            texts.write("\n")
            ids.write("\n")


main()
