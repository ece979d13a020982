#!/usr/bin/env bash
# Builds the optional kernels into the folder given. Without a libtorch or a compiler it succeeds silently: the trainer has a managed form of all of them.
set -u
out=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9
library=$out/libOrleansDpoKernels.so
torch_root=${TORCH_ROOT:-}

# The libtorch that the kernels are linked with: a package upgrade puts other files under the same names.
libtorch_of() {
  echo "TORCH_ROOT=$torch_root"
  ldd "$1" | sed -n 's:.* => \(.*/\(libtorch\|libc10\)[^ ]*\) .*:\1:p' | sort | xargs -r stat -L -c '%n %s %Y'
}

if [ -e "$library" ] && [ "$(libtorch_of "$library")" = "$(cat "$out/libtorch.stamp" 2>/dev/null)" ] \
  && [ -z "$(find "$here" -maxdepth 1 -type f -newer "$library" -print -quit)" ]; then
  exit 0
fi
command -v cmake >/dev/null && command -v c++ >/dev/null || exit 0
rm -rf "$out/build"
if ! cmake -S "$here" -B "$out/build" -DCMAKE_BUILD_TYPE=Release "-DTORCH_ROOT=$torch_root" >"$out/configure.log" 2>&1; then
  torch_root=$(python3 -c 'import torch; print(torch.__path__[0])' 2>/dev/null || true)
  [ -n "$torch_root" ] && cmake -S "$here" -B "$out/build" -DCMAKE_BUILD_TYPE=Release "-DTORCH_ROOT=$torch_root" >>"$out/configure.log" 2>&1 || exit 0
fi
cmake --build "$out/build" >"$out/build.log" 2>&1 || { echo "The trainer's optional kernels do not compile with this libtorch ($out/build.log); the managed forms are used." >&2; exit 0; }
cp "$out/build/libOrleansDpoKernels.so" "$out/.new.$$" && mv -f "$out/.new.$$" "$library"
libtorch_of "$library" >"$out/libtorch.stamp"
