# Sourced by ./dpo: what a machine needs, the package switch, and the published programs.
artifacts="${ArtifactsPath:-$root/artifacts}"
published="$artifacts/published"
feed_props="$root/eng/feed.local.props"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

say() { printf '%s\n' "$*" >&2; }
fail() { printf 'dpo: %s\n' "$*" >&2; exit 1; }

# One set-up at a time in one checkout; a second one waits.
take_lock() {
  mkdir -p "$artifacts"
  exec 9>"$artifacts/.setup.lock"
  flock 9
}

require_tools() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing: install it so that 'dotnet --version' answers 10.x."
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) || fail "'dotnet --version' fails here: the .NET SDK 10.0.100 or newer is needed (global.json)."
  case "$version" in 10.*) ;; *) fail "dotnet is $version; the .NET SDK 10 is needed." ;; esac
  command -v node >/dev/null || fail "Node.js 20 or newer is missing: the pages' libraries are installed with npm."
  command -v npm >/dev/null || fail "npm is missing: it comes with Node.js 20 or newer."
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "node is version $major; 20 or newer is needed."
}

has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

# Installs those of the named Debian packages that are missing.
install_packages() {
  local missing=() name
  command -v dpkg-query >/dev/null || { say "This is no Debian machine: $* must be installed by hand."; return 0; }
  for name in "$@"; do has_package "$name" || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || fail "apt-get is missing; install by hand: ${missing[*]}."
  [ "$(id -u)" -eq 0 ] || fail "These Debian packages are missing: ${missing[*]}. Run 'apt-get install ${missing[*]}' as root, then this again."
  say "Installing ${missing[*]} …"
  local log="$artifacts/apt.log"
  mkdir -p "$artifacts"
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    apt-get update >>"$log" 2>&1 || fail "apt-get update fails, so ${missing[*]} cannot be installed; see $log."
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 \
      || fail "apt-get could not install ${missing[*]}; see $log."
  fi
}

# libopenblas0-pthread: with the reference BLAS matrix products are more than ten times slower.
install_run_packages() {
  require_tools
  if [ "$(switch_of TorchSharp)" != nuget ]; then
    install_packages g++ cmake make libtorch-dev libopenblas0-pthread
  fi
}

switch_of() { sed -n "s:.*<$1Packages>\(.*\)</$1Packages>.*:\1:p" "$feed_props" 2>/dev/null | head -n 1; }

version_of() { sed -n "s:.*Include=\"$1\" Version=\"\([^\"]*\)\".*:\1:p" "$root/Directory.Packages.props"; }

# True when the feed restores all of the named packages, their dependencies included, in exactly our versions.
feed_carries() {
  local folder name status=0
  folder=$(mktemp -d)
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><WarningsAsErrors>NU1603</WarningsAsErrors></PropertyGroup>'
    echo '<ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" />'
    for name in "$@"; do echo "<PackageReference Include=\"$name\" Version=\"$(version_of "$name")\" />"; done
    echo '</ItemGroup></Project>'
  } > "$folder/probe.csproj"
  (cd "$folder" && dotnet restore probe.csproj -v q) >"$folder/log" 2>&1 || status=1
  if [ $status -ne 0 ] && grep -q 'NU1301' "$folder/log"; then
    say "The NuGet feed does not answer: $(grep -m1 NU1301 "$folder/log" | sed 's/.*NU1301: //' | cut -c1-160)"
    status=2
  fi
  rm -rf "$folder"
  return $status
}

# Records for each package whether it comes from the feed or from compat/.
probe_feed() {
  local mode=$1 group found line=""
  declare -A names=(
    [Orleans]="Microsoft.Orleans.Server Microsoft.Orleans.Client Microsoft.Orleans.Reminders Microsoft.Orleans.TestingHost"
    [TorchSharp]="TorchSharp TorchSharp-cpu"
    [Tokenizers]="Microsoft.ML.Tokenizers"
  )
  local props="<Project>\n  <!-- Written by ./dpo setup after probing the feed ($mode). -->\n  <PropertyGroup>\n"
  for group in Orleans TorchSharp Tokenizers; do
    found=compat
    if [ "$mode" != compat ]; then
      # shellcheck disable=SC2086
      if feed_carries ${names[$group]}; then found=nuget; fi
    fi
    if [ "$mode" = nuget ] && [ "$found" != nuget ]; then
      fail "--packages nuget: the feed does not carry ${names[$group]} in the versions of Directory.Packages.props with all dependencies."
    fi
    line="$line${line:+, }$group: $found"
    props="$props    <${group}Packages>$found</${group}Packages>\n"
  done
  printf '%b  </PropertyGroup>\n</Project>\n' "$props" > "$feed_props.new"
  if ! cmp -s "$feed_props.new" "$feed_props"; then mv "$feed_props.new" "$feed_props"; else rm "$feed_props.new"; fi
  say "Packages — $line (compat = the stand-ins in compat/)."
}

# The newest source decides: nothing is built when the published programs are younger.
sources_changed() {
  local stamp="$published/.stamp"
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$root/src" "$root/compat" "$root/samples" "$root/eng" "$root"/Directory.* "$root/global.json" \
    \( -name node_modules -o -name lib -path '*/wwwroot/*' -o -name 'build*' -path '*/native/*' \) -prune -o -type f -newer "$stamp" -print -quit)" ]
}

publish_programs() {
  take_lock
  if ! sources_changed; then return 0; fi
  local next="$artifacts/published.new" log="$artifacts/publish.log" started=$SECONDS
  local marker="$artifacts/.publish-started"
  touch "$marker"
  rm -rf "$next"
  say "Building …"
  if ! { dotnet restore "$root/Orleans.Dpo.sln" -v q &&
    dotnet publish "$root/src/Silo/Silo.csproj" -c Release --no-restore -o "$next/Silo" -v q -m &&
    dotnet publish "$root/src/Trainer/Trainer.csproj" -c Release --no-restore -o "$next/Trainer" -v q -m &&
    dotnet publish "$root/samples/FilmReviews/FilmReviews.csproj" -c Release --no-restore -o "$next/FilmReviews" -v q -m; } >"$log" 2>&1; then
    grep -E 'error|NU1' "$log" | sort -u | head -n 20 >&2
    fail "The build failed; the whole log is $log."
  fi
  touch -r "$marker" "$next/.stamp"
  rm -rf "$published"
  mv "$next" "$published"
  say "Built in $((SECONDS - started)) s."
}

ensure_ready() {
  if [ ! -f "$feed_props" ]; then
    install_run_packages
    probe_feed auto
  elif sources_changed; then
    install_run_packages
  fi
  publish_programs
  exec 9>&- || true
}

describe_machine() {
  say "dotnet $(cd "$root" && dotnet --version), node $(node --version), $(nproc) cores"
  say "packages: Orleans $(switch_of Orleans), TorchSharp $(switch_of TorchSharp), ML.Tokenizers $(switch_of Tokenizers)"
  if command -v update-alternatives >/dev/null; then
    say "BLAS: $(readlink -f "$(ldconfig -p | sed -n 's:.*libblas\.so\.3 .*=> ::p' | head -n 1)" 2>/dev/null || echo none found)"
  fi
}
