#!/usr/bin/env bash
# What is measured on a machine with a CUDA GPU that has PyTorch 2.11.0 but no Swift:
# - the five methods on IResNet-50 and MobileFaceNet at 112x112, CFP folds 1-8 with LFW, 3 seeds;
# - a training step of IResNet-50 in bfloat16 against PyTorch, eager under AMP and through torch.compile.
#
#   Benchmarks/gpu.sh pack [CFP LFW]   here: builds the programs for carrying, shrinks the photos: .gpu/{facet,cfp,lfw}.tar*
#   Benchmarks/gpu.sh bench OUTPUT     there, from the same folder: times the steps (programs alone are enough, some 5 minutes)
#   Benchmarks/gpu.sh run OUTPUT       there, from the same folder: trains and measures what is left, copies the results
#
# `run` goes on where it was cut off as long as runs/gpu stays. RECIPES and SEEDS choose less; BATCH (512) and ROUNDS (20)
# are of `bench`.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
packed="$root/.gpu"

pack() {
  local build="$root/.build/carry" bench="$root/.build/carry-bench"
  [ $# = 0 ] || [ $# = 2 ] || { echo "usage: Benchmarks/gpu.sh pack [CFP LFW]" >&2; exit 2; }
  swift build --package-path "$root" --scratch-path "$build" -c release -Xswiftc -static-stdlib --product facet
  swift build --package-path "$root/Benchmarks" --scratch-path "$bench" -c release -Xswiftc -static-stdlib \
    --product facet-benchmarks
  mkdir -p "$packed/lib"
  strip -o "$packed/facet" "$build/release/facet"
  strip -o "$packed/facet-benchmarks" "$bench/release/facet-benchmarks"
  # Image codecs travel along; LibTorch and the C library are the other machine's.
  ldd "$build/release/facet" | awk '$3 ~ /lib(turbojpeg|png|webp|sharpyuv|crypto)/ { print $3 }' | xargs -r cp -L -t "$packed/lib"
  # One file each: what carries them may take few files, or 64 MiB at a time.
  tar -C "$packed" -czf "$packed/facet.tar.gz" facet facet-benchmarks lib
  if [ $# = 2 ]; then
    [ -d "$packed/cfp" ] || "$build/release/facet" shrink "$1" --side 126 --quality 90 --output "$packed/cfp"
    [ -d "$packed/lfw" ] || "$build/release/facet" shrink "$2" --center-crop 0.6 --side 126 --quality 80 --output "$packed/lfw"
    for data in cfp lfw; do tar -C "$packed" -cf "$packed/$data.tar" "$data"; done
  fi
  du -h "$packed"/*.tar*
}

# Unpacks the named archives and finds LibTorch in Python's PyTorch.
prepare() {
  local archive torch
  for archive in "$@"; do
    if [ "$archive" = facet.tar.gz ]; then
      # The programs may be newer than what was unpacked before.
      tar -C "$packed" -xf "$packed/$archive"
    elif [ ! -e "$packed/${archive%.tar}" ]; then
      # Whole or not there, wherever this is cut off.
      rm -rf "$packed/unpacking"
      mkdir "$packed/unpacking"
      tar -C "$packed/unpacking" -xf "$packed/$archive"
      mv "$packed/unpacking/${archive%.tar}" "$packed/"
      rmdir "$packed/unpacking"
    fi
  done
  torch="$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')"
  export LD_LIBRARY_PATH="$torch:$packed/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  "$packed/facet" doctor
}

bench() {
  local output="${1:?usage: Benchmarks/gpu.sh bench OUTPUT}"
  prepare facet.tar.gz
  mkdir -p "$output"
  nvidia-smi >"$output/nvidia-smi.txt" 2>&1 || true
  # Alike for both sides, as in scripts/bench.sh.
  export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
  "$packed/facet-benchmarks" --only iresnet50-amp --only iresnet50-amp-compiled --batch "${BATCH:-512}" \
    --rounds "${ROUNDS:-20}" --threads "$(nproc)" --python python3 --peers "$root/Benchmarks/peers" \
    --output "$output/bench.json" | tee "$output/bench.txt"
}

# Copies the measurements of the trainings that have ended, and the table of those that all have.
collect() {
  local file
  (cd "$root/runs/gpu" && find . \( -name evaluation.json -o -path './full*' -name 'compare.*' -o -name '*.md' \)) |
    while read -r file; do
      mkdir -p "$1/$(dirname "$file")"
      cp "$root/runs/gpu/$file" "$1/$file"
    done
}

run() {
  local output="${1:?usage: Benchmarks/gpu.sh run OUTPUT}" recipe collector
  mkdir -p "$root/runs/gpu"
  # A call may be cut off: what has ended by then is kept.
  while sleep 15; do collect "$output"; done &
  collector=$!
  trap 'kill '"$collector"' || true; collect "'"$output"'"' EXIT
  prepare facet.tar.gz cfp.tar lfw.tar
  # The first recipe's methods are worth more than a second network's: one after the other.
  for recipe in ${RECIPES:-full full-mobilefacenet}; do
    "$packed/facet" compare "$root/Recipes/$recipe.json" \
      --vary channelLoss.kind=ecloss --vary channelLoss.kind=icnn --vary channelLoss.kind=sad \
      --vary channelLoss.kind=iccnn --seeds "${SEEDS:-3}" --data "$packed/cfp" --folds 1-8 --lfw "$packed/lfw" --set data.lfwCrop=1 \
      --test-data "$packed/cfp" --test-folds 9 --device cuda --output "$root/runs/gpu/$recipe" \
      --markdown "$root/runs/gpu/$recipe.md"
  done
}

case "${1:-}" in
  pack | bench | run) "$@" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
