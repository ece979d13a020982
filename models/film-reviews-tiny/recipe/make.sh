#!/usr/bin/env bash
# Makes model.safetensors of the demo policy: texts from the demo's grammar, two runs of supervised fine-tuning on one thread.
# Usage: models/film-reviews-tiny/recipe/make.sh [work folder]     (default artifacts/film-reviews-tiny; the same folder again goes on where it stopped)
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
model="$root/models/film-reviews-tiny"
work="${1:-$root/artifacts/film-reviews-tiny}"
mkdir -p "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1

dotnet build "$root/samples/FilmReviews/FilmReviews.csproj" -c Release -v q --nologo -o "$work/bin/film-reviews"
dotnet build "$root/src/Trainer/Trainer.csproj" -c Release -v q --nologo -o "$work/bin/trainer"
texts() { dotnet "$work/bin/film-reviews/Orleans.Dpo.Samples.FilmReviews.dll" texts --count "$1" --seed "$2" --out "$work/$3"; }
train() {
  dotnet "$work/bin/trainer/Orleans.Dpo.Trainer.dll" train --stage sft --batch-size 32 --bucket-steps 20 --max-length 128 --warmup-share 0.05 \
    --weight-decay 0.05 --adam-beta2 0.95 --threads 1 --checkpoint-every 125 --validation "$work/validation.jsonl" "$@"
}

texts 60000 11 first.jsonl
texts 38400 12 second.jsonl
texts 1000 13 validation.jsonl
train --model "$model" --init random --seed 1 --data "$work/first.jsonl" --out "$work/first" --learning-rate 3e-3
train --model "$work/first/policy" --seed 2 --data "$work/second.jsonl" --out "$work/second" --learning-rate 2e-3
cp "$work/second/policy/model.safetensors" "$model/model.safetensors"
