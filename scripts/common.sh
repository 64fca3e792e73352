# What the set-up scripts share. Sourced; written for bash 3.2, which macOS ships.
task="$(basename "$0" .sh)"

say() { echo "$task: $*"; }
fail() {
  echo "$task: $*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    # sudo forgets where the proxy is.
    local settings=() name
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
      if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
    done
    # Bash 3.2 calls an empty array unset.
    sudo env ${settings[@]+"${settings[@]}"} "$@"
  else
    fail "Administrator rights are needed. Run as root: $*"
  fi
}

# Installs Debian packages by name.
apt_install() {
  say "installing $*"
  # One source that cannot be reached need not be the one that has them.
  as_root apt-get update -qq </dev/null || say "apt-get update failed; going on with the lists that are there"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null ||
    fail "apt-get cannot install $*. Install them by hand, then run this again."
}

# Installs Homebrew formulas by name.
brew_install() {
  say "installing $*"
  brew install --quiet "$@" </dev/null
}
