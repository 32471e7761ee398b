# Shared by ./dev, ./logstore and the scripts of ci/. Sourced, not run.

fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# need_packages COMMAND=PACKAGE...: installs the Debian packages whose command is missing, or says what to install.
need_packages() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null 2>&1 ||
      missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# need_files FILE=PACKAGE...: the same, for packages that bring a file and no command.
need_files() {
  local missing=() pair
  for pair in "$@"; do [ -e "${pair%%=*}" ] || missing+=("${pair#*=}"); done
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

install_packages() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    fail "missing: $*. Install these Debian/Ubuntu packages (or your system's equivalents) and run this again."
  fi
  printf 'installing: %s\n' "$*" >&2
  local log; log=$(mktemp)
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >"$log" 2>&1 || { tail -n 20 "$log" >&2; rm -f "$log"; fail "could not install: $*"; }
  rm -f "$log"
}

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK 10.0 is missing: see https://dotnet.microsoft.com/download"
  dotnet --version >/dev/null 2>&1 || fail "the .NET SDK named in global.json is missing; installed: $(dotnet --list-sdks | tr '\n' ' ')"
}
