#!/usr/bin/env bash
# Parity and speed of the trainer on a GPU, beside PyTorch, in one run. For a machine with a GPU and Python torch (transformers if there is), but no .NET:
#   where .NET is:   bench/gpu/run.sh --pack app.tar.gz          carries the trainer and this bench along, self-contained
#   on the machine:  bench/gpu/run.sh --app app.tar.gz [--json FILE]
#   anywhere:        bench/gpu/run.sh --self-test                the same course on the CPU with tiny shapes; its figures mean nothing
# The native binding and the kernels are built here, against the libtorch of the Python wheel. Needs cmake and a C++ compiler.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${ArtifactsPath:-$root/artifacts}/gpu-bench
app="" pack="" json="" self=false
while [ $# -gt 0 ]; do
  case "$1" in
    --app) app=$2; shift 2 ;;
    --pack) pack=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --self-test) self=true; shift ;;
    *) echo "run.sh does not know '$1'; it takes --app FILE, --pack FILE, --json FILE and --self-test." >&2; exit 2 ;;
  esac
done
fail() { echo "$1" >&2; exit 1; }
mkdir -p "$work"

publish() {
  dotnet publish "$root/bench/Trainer/Trainer.Bench.csproj" -c Release -r linux-x64 --self-contained -v q --nologo -p:BuildShim=false -p:BuildKernels=false -o "$work/app" >"$work/publish.log" 2>&1 \
    || { tail -n 20 "$work/publish.log" >&2; fail "The bench cannot be published."; }
}

if [ -n "$pack" ]; then
  publish
  tar -czf "$pack" -C "$work/app" .
  echo "$pack: $(du -h "$pack" | cut -f1). Take it and this repository's bench/, compat/TorchSharp/native, src/Trainer/Native and models/film-reviews-tiny along."
  exit 0
fi

# A Python that has torch: the one on the path, else the system's.
python=""
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import torch' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "No python3 with torch is here."
torch=$("$python" -c 'import torch; print(torch.__path__[0])')
if [ -d "$torch/include/ATen" ]; then export TORCH_ROOT=$torch; fi
if $self; then device=cpu; else device=cuda:0; "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' || fail "PyTorch sees no GPU; --self-test runs on the CPU."; fi

if [ -n "$app" ]; then rm -rf "$work/app"; mkdir -p "$work/app"; tar -xzf "$app" -C "$work/app"; else command -v dotnet >/dev/null || fail "Without .NET give --app, a file that --pack made."; publish; fi
bash "$root/compat/TorchSharp/native/build.sh" "$work/native/torch"
bash "$root/src/Trainer/Native/kernels/build.sh" "$work/native/kernels"
[ -e "$work/native/torch/libOrleansDpoTorch.so" ] || fail "The binding was not built; see $work/native/torch/build.log."
cp "$work/native/torch/libOrleansDpoTorch.so" "$work/app/"
if [ -e "$work/native/kernels/libOrleansDpoKernels.so" ]; then cp "$work/native/kernels/libOrleansDpoKernels.so" "$work/app/"; fi

# The runtime inside the package looks for no other and needs no ICU.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 ORLEANS_DPO_ROOT="$root" ArtifactsPath="$work" PYTHONPATH="$root/bench/peers"
if $self; then export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1; fi
exec "$work/app/Orleans.Dpo.Trainer.Bench" --gpu "$device" --python "$python" ${json:+--json "$json"}
