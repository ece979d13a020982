# Sourced by ./dpo: benchmarks are small programs under bench/, one folder a layer.
run_bench() {
  local name=${1:-}
  if [ -z "$name" ] || [ "${name#-}" != "$name" ]; then
    say "Benchmarks: $(cd "$root/bench" && for p in */*.csproj; do dirname "$p"; done | tr '[:upper:]' '[:lower:]' | tr '\n' ' ')"
    return 0
  fi
  shift
  if [ "$name" = data ]; then
    # The whole data side in one table: cuts and statistics are programs of their own.
    name=dataload
    if [[ " $* " != *" --quick "* && " $* " != *" --part "* ]]; then
      mkdir -p "$artifacts"
      (run_bench versions --json "$artifacts/bench-versions.json") || [ -f "$artifacts/bench-versions.json" ] || return 1
      (run_bench agreement --json "$artifacts/bench-agreement.json") || [ -f "$artifacts/bench-agreement.json" ] || return 1
      set -- "$@" --also "$artifacts/bench-versions.json" --also "$artifacts/bench-agreement.json"
    fi
  fi
  local project
  project=$(find "$root/bench" -mindepth 2 -maxdepth 2 -name '*.csproj' | awk -F/ -v n="$name" 'tolower($(NF-1)) == tolower(n)' | head -n 1)
  [ -n "$project" ] || fail "There is no benchmark '$name'; ./dpo bench lists them."
  [ -f "$feed_props" ] || probe_feed auto
  install_run_packages
  install_packages python3-torch python3-numpy
  dotnet build "$project" -c Release -v q --nologo >"$artifacts/bench-build.log" 2>&1 || { grep error "$artifacts/bench-build.log" | sort -u | head -n 10 >&2; fail "The benchmark does not build."; }
  OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ORLEANS_DPO_ROOT="$root" exec dotnet run --project "$project" -c Release --no-build -- "$@"
}
