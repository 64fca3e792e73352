#!/usr/bin/env bash
# The five methods on IResNet-50 and MobileFaceNet at 112x112, CFP folds 1-8 with LFW, 3 seeds, on a machine with a CUDA GPU
# that has PyTorch 2.11.0 but no Swift. Two steps:
#
#   Benchmarks/gpu.sh pack CFP LFW     here: builds facet for carrying, shrinks the photos: .gpu/{facet.tar.gz,cfp.tar,lfw.tar}
#   Benchmarks/gpu.sh run OUTPUT       there, from the same folder: trains and measures what is left, copies the results
#
# `run` goes on where it was cut off as long as runs/gpu stays. RECIPES and SEEDS choose less.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
packed="$root/.gpu"

pack() {
  local cfp="${1:?usage: Benchmarks/gpu.sh pack CFP LFW}" lfw="${2:?usage: Benchmarks/gpu.sh pack CFP LFW}"
  local build="$root/.build/carry"
  swift build --package-path "$root" --scratch-path "$build" -c release -Xswiftc -static-stdlib --product facet
  mkdir -p "$packed/lib"
  strip -o "$packed/facet" "$build/release/facet"
  # Image codecs travel along; LibTorch and the C library are the other machine's.
  ldd "$build/release/facet" | awk '$3 ~ /lib(turbojpeg|png|webp|sharpyuv)/ { print $3 }' | xargs -r cp -L -t "$packed/lib"
  [ -d "$packed/cfp" ] || "$build/release/facet" shrink "$cfp" --side 126 --quality 90 --output "$packed/cfp"
  [ -d "$packed/lfw" ] || "$build/release/facet" shrink "$lfw" --center-crop 0.6 --side 126 --quality 80 --output "$packed/lfw"
  # One file each: what carries them may take few files, or 64 MiB at a time.
  tar -C "$packed" -czf "$packed/facet.tar.gz" facet lib
  for data in cfp lfw; do tar -C "$packed" -cf "$packed/$data.tar" "$data"; done
  du -h "$packed"/*.tar*
}

run() {
  local output="${1:?usage: Benchmarks/gpu.sh run OUTPUT}"
  local torch archive
  for archive in facet.tar.gz cfp.tar lfw.tar; do
    [ -e "$packed/${archive%%.*}" ] || tar -C "$packed" -xf "$packed/$archive"
  done
  torch="$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')"
  export LD_LIBRARY_PATH="$torch:$packed/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  "$packed/facet" doctor
  # The first recipe's methods are worth more than a second network's: one after the other.
  for recipe in ${RECIPES:-full full-mobilefacenet}; do
    "$packed/facet" compare "$root/Recipes/$recipe.json" \
      --vary channelLoss.kind=ecloss --vary channelLoss.kind=icnn --vary channelLoss.kind=sad \
      --vary channelLoss.kind=iccnn --seeds "${SEEDS:-3}" --data "$packed/cfp" --folds 1-8 --lfw "$packed/lfw" --set data.lfwCrop=1 \
      --test-data "$packed/cfp" --test-folds 9 --device cuda --output "$root/runs/gpu/$recipe" \
      --markdown "$root/runs/gpu/$recipe.md"
    mkdir -p "$output/$recipe"
    cp "$root/runs/gpu/$recipe.md" "$root/runs/gpu/$recipe/compare.json" "$root/runs/gpu/$recipe/compare.html" \
      "$output/$recipe/"
  done
}

case "${1:-}" in
  pack | run) "$@" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
