#!/usr/bin/env bash
# Makes the face detector that --detect needs: installs dlib where it is missing and
# compiles Detector/detector.cpp to .deps/detector/facet-detector.so, or into the
# folder that is named. Facet builds and runs without it.
# Written for bash 3.2, which macOS ships.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$root/scripts/common.sh"
folder="${1:-$root/.deps/detector}"

dlib_present() { have pkg-config && pkg-config --exists dlib-1; }

install_dlib() {
  if have apt-get; then
    apt_install libdlib-dev pkg-config
  elif have brew; then
    brew_install dlib pkg-config
  else
    fail "Neither apt-get nor brew was found. Install dlib's development files and pkg-config, then run this again."
  fi
  dlib_present || fail "pkg-config still does not find dlib-1. If dlib is installed, add the folder of its dlib-1.pc to" \
    "PKG_CONFIG_PATH."
}

compiler="${CXX:-}"
for candidate in clang++ g++ c++; do
  if [ -z "$compiler" ] && have "$candidate"; then compiler="$candidate"; fi
done
[ -n "$compiler" ] || fail "No C++ compiler was found. Install clang or g++, or name one in CXX."
dlib_present || install_dlib
mkdir -p "$folder"
library="$folder/facet-detector.so"
if [ "$library" -nt "$root/Detector/detector.cpp" ] && [ "$library" -nt "$root/Detector/unpack.cpp" ]; then
  say "nothing to do ($library)"
  exit
fi
say "compiling $library"
if [ "$(uname -s)" = Darwin ]; then
  link="$(pkg-config --libs dlib-1)"
else
  # Not pkg-config's --libs: Debian's list names development files that nothing here needs.
  folder_of_dlib="$(pkg-config --variable=libdir dlib-1)"
  link="-L$folder_of_dlib -Wl,-rpath,$folder_of_dlib -ldlib -ldl"
fi
unfinished="$folder/unfinished.so"
# shellcheck disable=SC2046,SC2086 # flags are words
"$compiler" -O2 -std=c++17 -fPIC -shared $(pkg-config --cflags dlib-1) "$root/Detector/detector.cpp" $link \
  -o "$unfinished" ||
  fail "$compiler could not compile Detector/detector.cpp; its messages are above. Name another compiler in CXX."
"$compiler" -std=c++17 "$root/Detector/unpack.cpp" -ldl -o "$folder/unpack"
"$folder/unpack" "$unfinished" "$library.weights" || fail "The weights could not be written to $library.weights."
rm "$folder/unpack"
mv "$unfinished" "$library"
say "ready"
