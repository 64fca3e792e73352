#!/usr/bin/env bash
# Prepares this machine to build Facet: checks the Swift toolchain, installs the
# system libraries that are missing and puts the pinned LibTorch under .deps/.
#
# Safe to interrupt and to run again; when nothing is missing it changes nothing.
# Set LIBTORCH to a folder with LibTorch's include/ and lib/ to use that one.
# Written for bash 3.2, which macOS ships.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$root/scripts/common.sh"
deps="$root/.deps"
checksums="$root/scripts/wheels.sha256"
stamp="$deps/.wheels-installed"
torch_version=2.11.0

# The end of the file names of this machine's wheels; empty where there is none.
wheel_platform() {
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64") echo x86_64 ;;
    "Linux aarch64" | "Linux arm64") echo aarch64 ;;
    "Darwin arm64") echo macosx_11_0_arm64 ;;
  esac
}

# The lines of the checksum file that concern this machine; also the stamp's text.
wanted_wheels() {
  local platform
  platform="$(wheel_platform)"
  [ -z "$platform" ] || grep "_${platform}\.whl\$\|-${platform}\.whl\$" "$checksums" || true
}

# Homebrew keeps OpenSSL's files off pkg-config's path, where SwiftPM looks by itself.
libraries_present() {
  have pkg-config || return 1
  pkg-config --exists libturbojpeg libpng libwebp && { pkg-config --exists libcrypto || brewed_crypto; }
}
brewed_crypto() { have brew && [ -f "$(brew --prefix openssl@3 2>/dev/null)/lib/pkgconfig/libcrypto.pc" ]; }
wheels_present() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted_wheels)" ] && [ -d "$deps/torch/lib" ]; }
# What downloads and unpacks the wheels.
tools_present() { have unzip && have python3 && python3 -m pip --version >/dev/null 2>&1; }
torch_present() { [ -n "${LIBTORCH:-}" ] || wheels_present; }

check_libtorch_variable() {
  if [ ! -f "$LIBTORCH/include/ATen/ATen.h" ] || ! ls "$LIBTORCH"/lib/libtorch_cpu.* >/dev/null 2>&1; then
    fail "LIBTORCH is '$LIBTORCH', which has no include/ATen/ATen.h or lib/libtorch_cpu." \
      "Set it to an unpacked LibTorch $torch_version, or unset it to have one downloaded."
  fi
  if [ -f "$LIBTORCH/build-version" ]; then
    case "$(cat "$LIBTORCH/build-version")" in
      "$torch_version"*) ;;
      *) say "warning: LIBTORCH holds $(cat "$LIBTORCH/build-version"); Facet is tested with $torch_version." ;;
    esac
  fi
}

check_swift() {
  local advice version major
  advice="Install Swift 6.0 or newer from https://www.swift.org/install (macOS: Xcode 16 or newer) and put it on PATH."
  have swift || fail "Swift was not found. $advice"
  version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
  major="${version%%.*}"
  [ -n "$major" ] && [ "$major" -ge 6 ] || fail "Swift ${version:-of an unknown version} is too old. $advice"
}

install_with_apt() {
  local package missing=""
  for package in libturbojpeg0-dev libpng-dev libwebp-dev libssl-dev pkg-config unzip; do
    if ! dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
      missing="$missing $package"
    fi
  done
  torch_present || tools_present || missing="$missing python3-pip"
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # one word per package
  apt_install $missing
}

install_with_brew() {
  local formula missing=""
  for formula in jpeg-turbo libpng webp openssl@3; do
    brew list --formula "$formula" >/dev/null 2>&1 || missing="$missing $formula"
  done
  have pkg-config || missing="$missing pkg-config"
  torch_present || tools_present || missing="$missing python"
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # one word per formula
  brew_install $missing
}

install_libraries() {
  if have apt-get; then
    install_with_apt
  elif have brew; then
    install_with_brew
  else
    fail "Neither apt-get nor brew was found. Install the development files of libjpeg-turbo (with TurboJPEG)," \
      "libpng, libwebp and OpenSSL, and pkg-config and unzip, then run this again."
  fi
  libraries_present || fail "pkg-config still does not find libturbojpeg, libpng, libwebp and libcrypto. If they are installed," \
    "add the folder of their .pc files to PKG_CONFIG_PATH."
}

check_download_tools() {
  have unzip || fail "unzip was not found. Install it (Debian, Ubuntu: apt-get install unzip; macOS ships it)."
  have python3 || fail "python3 was not found; its pip downloads LibTorch. Install it" \
    "(Debian, Ubuntu: apt-get install python3-pip; macOS: brew install python) or set LIBTORCH."
  python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip. Install it" \
    "(Debian, Ubuntu: apt-get install python3-pip; elsewhere: python3 -m ensurepip) or set LIBTORCH."
  local free_kib
  free_kib="$(df -Pk "$deps" | awk 'NR == 2 { print $4 }')"
  [ "$free_kib" -ge $((4 * 1024 * 1024)) ] ||
    fail "LibTorch needs 4 GB of free disk space for a while; $root has $((free_kib / 1024)) MB." \
      "Free some, or set LIBTORCH."
}

sha256_of() {
  if have sha256sum; then sha256sum "$1" | cut -d ' ' -f 1; else shasum -a 256 "$1" | cut -d ' ' -f 1; fi
}

# Downloads one wheel into .deps/.downloads unless it is there and whole. Its file
# name is the pin: name, version, interpreter, ABI and platforms, separated by "-".
download_wheel() {
  local checksum="$1" file="$2" folder="$deps/.downloads" name version platforms platform
  if [ -f "$folder/$file" ] && [ "$(sha256_of "$folder/$file")" = "$checksum" ]; then return 0; fi
  rm -f "$folder/$file"
  name="$(echo "$file" | cut -d - -f 1 | tr _ -)"
  version="$(echo "$file" | cut -d - -f 2)"
  platforms=""
  for platform in $(echo "${file%.whl}" | cut -d - -f 5 | tr . ' '); do
    platforms="$platforms --platform $platform"
  done
  say "downloading $name $version"
  # shellcheck disable=SC2086 # one word per argument
  python3 -m pip download --quiet --disable-pip-version-check --no-input --no-deps --only-binary=:all: \
    --python-version 3.12 --implementation cp $platforms --dest "$folder" "$name==$version" </dev/null ||
    fail "pip could not download $name $version. Check the network and pip's index settings, then run this again."
  [ -f "$folder/$file" ] || fail "pip downloaded another file than $file for $name $version."
  [ "$(sha256_of "$folder/$file")" = "$checksum" ] || {
    rm -f "$folder/$file"
    fail "$file does not have the expected SHA-256 checksum ($checksum); it was deleted. Run this again."
  }
}

# Two runs at a time must not write to .deps together: the later one waits.
take_lock() {
  local lock="$deps/.lock" owner waited=0
  until mkdir "$lock" 2>/dev/null; do
    # Just after mkdir the owner's number is not written yet.
    owner="$(cat "$lock/pid" 2>/dev/null || true)"
    if { [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; } || { [ -z "$owner" ] && [ "$waited" -ge 5 ]; }; then
      rm -rf "$lock"
      continue
    fi
    [ "$waited" -gt 0 ] || say "waiting for another bootstrap (process ${owner:-just started})"
    waited=$((waited + 1))
    sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$deps/.lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# The stamp goes first and comes back last, so a run cut short at any point is
# seen as not installed and the next run replaces whatever it left.
install_wheels() {
  local wheels checksum file entry staging="$deps/.staging"
  wheels="$(wanted_wheels)"
  [ -n "$wheels" ] || fail "There is no pinned LibTorch for $(uname -s) $(uname -m)." \
    "Set LIBTORCH to a folder with LibTorch $torch_version (include/ and lib/)."
  mkdir -p "$deps"
  take_lock
  if wheels_present; then return 0; fi
  check_download_tools
  rm -rf "$stamp" "$staging"
  mkdir -p "$staging" "$deps/.downloads"
  while read -r checksum file; do
    download_wheel "$checksum" "$file"
    say "unpacking $file"
    unzip -q -o "$deps/.downloads/$file" -d "$staging" </dev/null
  done <<WHEELS
$wheels
WHEELS
  for entry in "$staging"/*; do
    rm -rf "${deps:?}/$(basename "$entry")"
    mv "$entry" "$deps/"
  done
  echo "$wheels" >"$stamp.new"
  mv "$stamp.new" "$stamp"
  rm -rf "$staging" "$deps/.downloads"
}

main() {
  if [ -n "${LIBTORCH:-}" ]; then check_libtorch_variable; fi
  if have swift && libraries_present && torch_present; then
    say "nothing to do (LibTorch in ${LIBTORCH:-.deps})"
    return
  fi
  check_swift
  libraries_present || install_libraries
  if ! torch_present; then
    tools_present || { ! have apt-get && ! have brew; } || install_libraries
    install_wheels
  fi
  say "ready (LibTorch in ${LIBTORCH:-.deps})"
}

main
