#!/usr/bin/env bash
# Builds the shim into the folder given. Without a libtorch or a compiler it says so once and succeeds: the managed part needs neither.
set -u
out=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

library=$out/libOrleansDpoTorch.so
stamp=$out/libtorch.stamp

# The libtorch that the shim is linked with: a package upgrade puts other files under the same names.
libtorch_of() {
  echo "TORCH_ROOT=${TORCH_ROOT:-}"
  ldd "$1" | sed -n 's:.* => \(.*/\(libtorch\|libc10\)[^ ]*\) .*:\1:p' | sort | xargs -r stat -L -c '%n %s %Y'
}

if [ -e "$library" ] && [ -e "$stamp" ]; then
  if [ "$(libtorch_of "$library")" != "$(cat "$stamp")" ]; then
    rm -rf "$out/build"
  elif [ -z "$(find "$here" -maxdepth 1 -type f -newer "$library" -print -quit)" ]; then
    exit 0
  fi
fi

say() { echo "TorchSharp stand-in: $1; tensor code will not run. ./dpo setup installs what is missing." >&2; }
command -v cmake >/dev/null && command -v c++ >/dev/null || { say "no cmake or C++ compiler"; exit 0; }

# A wheel's own folder (TORCH_ROOT) goes past find_package.
configure=(-S "$here" -B "$out/build" -DCMAKE_BUILD_TYPE=Release "-DTORCH_ROOT=${TORCH_ROOT:-}")
if ! cmake "${configure[@]}" >"$out/configure.log" 2>&1; then
  wheel=$(python3 -c 'import torch; print(torch.__path__[0])' 2>/dev/null || true)
  if [ -z "$wheel" ] || [ ! -d "$wheel/include" ] || ! cmake "${configure[@]}" "-DTORCH_ROOT=$wheel" >>"$out/configure.log" 2>&1; then
    say "no libtorch found"
    exit 0
  fi
fi

if ! cmake --build "$out/build" -j2 >"$out/build.log" 2>&1; then
  tail -n 30 "$out/build.log" >&2
  echo "TorchSharp stand-in: the shim does not compile with this libtorch; the whole log is in build.log beside it." >&2
  exit 1
fi

cp "$out/build/libOrleansDpoTorch.so" "$out/.new.$$" && mv -f "$out/.new.$$" "$library"
libtorch_of "$library" >"$stamp"
