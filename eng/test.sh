# Sourced by ./dpo: the tiers of tests. The last line counts them.
test_projects=(Architecture.Tests Compat.Tests Grains.Tests Trainer.Tests FilmReviews.Tests AnnotatorUi.Tests Silo.Tests)

run_tests() {
  local only="" all=false passed=0 failed=0 started=$SECONDS project log counts
  while [ $# -gt 0 ]; do
    case "$1" in
      --all) all=true; shift ;;
      --only) only=${2:-}; shift 2 || fail "--only needs the name of a test project or e2e." ;;
      *) fail "test does not know '$1'; it takes --all and --only NAME." ;;
    esac
  done
  [ -f "$feed_props" ] || { install_run_packages; probe_feed auto; }
  install_run_packages
  install_packages chromium strace
  $all && export ORLEANS_DPO_TESTS=all
  publish_programs
  mkdir -p "$artifacts/test-logs"
  say "Building the tests …"
  dotnet build "$root/Orleans.Dpo.sln" -c Release -v q -m >"$artifacts/test-logs/build.log" 2>&1 || {
    grep -E 'error|NU1' "$artifacts/test-logs/build.log" | sort -u | head -n 20 >&2
    fail "The build failed; the whole log is $artifacts/test-logs/build.log."
  }
  export ORLEANS_DPO_PUBLISHED="$published" ORLEANS_DPO_ROOT="$root" ORLEANS_DPO_FAULT_REPORT="$artifacts/test-logs/faults.txt"
  for project in "${test_projects[@]}"; do
    [ -z "$only" ] || [ "$only" = "$project" ] || continue
    log="$artifacts/test-logs/$project.log"
    : >"$ORLEANS_DPO_FAULT_REPORT"
    local begun=$SECONDS
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 dotnet test "$root/tests/$project/$project.csproj" -c Release --no-build --nologo >"$log" 2>&1 || true
    counts=$(sed -n 's/.*Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\).*/\1 \2 \3/p' "$log" | tail -n 1)
    if [ -z "$counts" ]; then
      say "$project ran no test; see $log"; tail -n 20 "$log" >&2; failed=$((failed + 1)); continue
    fi
    read -r f p s <<<"$counts"
    [ "$s" -eq 0 ] || { say "$project skipped $s tests; a skipped test counts as failed."; f=$((f + s)); }
    [ "$f" -eq 0 ] || grep -E '^\s*(Failed |\[xUnit|Error Message:)' -A 12 "$log" | head -n 120 >&2
    sed 's/^/  /' "$ORLEANS_DPO_FAULT_REPORT" >&2
    say "$project: $p passed, $f failed ($((SECONDS - begun)) s)"
    passed=$((passed + p)); failed=$((failed + f))
  done
  if [ -z "$only" ] || [ "$only" = e2e ]; then
    log="$artifacts/test-logs/e2e.log"
    local begun=$SECONDS
    if (cd "$root/tests/e2e" && npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 && node run.mjs >>"$log" 2>&1); then :; fi
    counts=$(sed -n 's/^e2e: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
    if [ -z "$counts" ]; then
      say "e2e ran no test; see $log"; tail -n 30 "$log" >&2; failed=$((failed + 1))
    else
      read -r p f <<<"$counts"
      [ "$f" -eq 0 ] || tail -n 60 "$log" >&2
      say "e2e: $p passed, $f failed ($((SECONDS - begun)) s)"
      passed=$((passed + p)); failed=$((failed + f))
    fi
  fi
  say "Tests took $((SECONDS - started)) s."
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
