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
    sudo "$@"
  else
    fail "Administrator rights are needed. Run as root: $*"
  fi
}

# Installs Debian packages by name.
apt_install() {
  say "installing $*"
  as_root apt-get update -qq </dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# Installs Homebrew formulas by name.
brew_install() {
  say "installing $*"
  brew install --quiet "$@" </dev/null
}
