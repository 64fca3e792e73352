#!/usr/bin/env bash
# What is measured on a machine with a CUDA GPU that has PyTorch 2.11.0 but no Swift:
# - the five methods on IResNet-50 and MobileFaceNet at 112x112, CFP folds 1-8 with LFW, 3 seeds;
# - a training step of IResNet-50 in bfloat16 against PyTorch, eager under AMP and through torch.compile.
#
#   Benchmarks/gpu.sh pack [CFP LFW]   here: builds the programs for carrying, shrinks the photos: .gpu/{facet,cfp,lfw}.tar.gz
#   Benchmarks/gpu.sh bench OUTPUT     there, from the same folder: times the steps (programs alone are enough, some 5 minutes)
#   Benchmarks/gpu.sh smoke OUTPUT     there: one epoch of each method on procedural faces, to see that all of it runs
#   Benchmarks/gpu.sh unpack NAME...   there: unpacks cfp or lfw, where they do not travel together
#   Benchmarks/gpu.sh run OUTPUT       there, from the same folder: trains and measures what is left
#
# `run` goes on where it was cut off as long as RUNS (runs/gpu; /dev/shm/facet spares the disk some 200 MB an epoch) stays, and keeps
# what has ended in OUTPUT/results.tar.gz. RECIPES and SEEDS choose less, JOBS (2) trains several at once; BATCH (512) and
# ROUNDS (20) are of `bench`. A training or method that fails keeps no other from running.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
packed="$root/.gpu"
runs="${RUNS:-$root/runs/gpu}"

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
    for data in cfp lfw; do tar -C "$packed" -czf "$packed/$data.tar.gz" "$data"; done
  fi
  du -h "$packed"/*.tar.gz
}

# Unpacks photos that are not unpacked yet.
unpack() {
  local data
  for data in "$@"; do
    [ ! -e "$packed/$data" ] || continue
    # Whole or not there, wherever this is cut off.
    rm -rf "$packed/unpacking"
    mkdir -p "$packed/unpacking"
    tar -C "$packed/unpacking" -xzf "$packed/$data.tar.gz"
    mv "$packed/unpacking/$data" "$packed/"
    rmdir "$packed/unpacking"
  done
}

# Unpacks the programs, which may be newer than what was unpacked before, and finds LibTorch in Python's PyTorch.
prepare() {
  local torch found
  tar -C "$packed" -xzf "$packed/facet.tar.gz"
  torch="$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')"
  export LD_LIBRARY_PATH="$torch:$packed/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  # Alike for both sides of a measurement, as in scripts/bench.sh.
  export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
  found="$("$packed/facet" doctor)" || { printf '%s\n' "$found" >&2; exit 1; }
  printf '%s\n' "$found"
  # Rows and trainings for a GPU are skipped without one, and nothing would have been measured.
  grep -qE '^CUDA +[0-9]+ device' <<<"$found" || { echo "gpu.sh: no GPU here that LibTorch can use" >&2; exit 1; }
}

bench() {
  local output="${1:?usage: Benchmarks/gpu.sh bench OUTPUT}"
  prepare
  mkdir -p "$output"
  nvidia-smi >"$output/nvidia-smi.txt" 2>&1 || true
  "$packed/facet-benchmarks" --only iresnet50-amp --only iresnet50-amp-compiled --batch "${BATCH:-512}" \
    --rounds "${ROUNDS:-20}" --threads "$(nproc)" --python python3 --peers "$root/Benchmarks/peers" \
    --output "$output/bench.json" | tee "$output/bench.txt"
}

methods=(--vary channelLoss.kind=ecloss --vary channelLoss.kind=icnn --vary channelLoss.kind=sad --vary channelLoss.kind=iccnn)

smoke() {
  local output="${1:?usage: Benchmarks/gpu.sh smoke OUTPUT}" failed=0
  prepare
  mkdir -p "$output"
  {
    smoke_one full head.sampled=1 "${methods[@]}" || failed=1
    smoke_one full head.sampled=0.1 "${methods[@]}" || failed=1
    # Its grouped and depthwise convolutions are the ones that differ most between libraries.
    smoke_one full-mobilefacenet head.sampled=1 --vary channelLoss.kind=ecloss || failed=1
    exit "$failed"
  } 2>&1 | tee "$output/smoke.txt"
}

# One epoch of a recipe's methods on procedural faces: RECIPE SETTING OPTIONS...
smoke_one() {
  local folder="$root/runs/smoke-$1-$2"
  # What an earlier program trained says nothing of this one.
  rm -rf "$folder"
  "$packed/facet" compare "$root/Recipes/$1.json" "${@:3}" --seeds 1 --set training.epochs=1 --set "$2" \
    --set data.identities=64 --test-identities 20 --device cuda --output "$folder"
}

# Keeps measurements, logs and tables in one file: what carries it back may take few. $2 tells those who collect apart. Logs that
# grow meanwhile make tar end with 1, and are taken as far as they were.
collect() {
  local part="$1/results.part-$2" status=0
  (cd "$runs" && find . \( -name evaluation.json -o -name recipe.json -o -name log.jsonl -o -name '*.log' -o -name diverged.json \
    -o -name 'compare.*' -o -name '*.md' \) -print0 |
    tar -czf "$part" --ignore-failed-read --null -T -) || status=$?
  if [ "$status" -le 1 ]; then mv "$part" "$1/results.tar.gz"; else rm -f "$part"; fi
}

run() {
  local output="${1:?usage: Benchmarks/gpu.sh run OUTPUT}" recipe collector failed=0
  mkdir -p "$runs" "$output"
  output="$(cd "$output" && pwd)"
  # A call may be cut off: what has ended by then is kept.
  while sleep 15; do collect "$output" loop || true; done >/dev/null 2>&1 &
  collector=$!
  trap 'kill '"$collector"' || true; wait '"$collector"' 2>/dev/null || true; rm -f "'"$output"'"/results.part-loop; collect "'"$output"'" end || true' EXIT
  unpack cfp lfw
  prepare
  # The first recipe's methods are worth more than a second network's: one after the other.
  for recipe in ${RECIPES:-full full-mobilefacenet}; do
    "$packed/facet" compare "$root/Recipes/$recipe.json" "${methods[@]}" --seeds "${SEEDS:-3}" --jobs "${JOBS:-2}" \
      --data "$packed/cfp" --folds 1-8 --lfw "$packed/lfw" --set data.lfwCrop=1 \
      --test-data "$packed/cfp" --test-folds 9 --device cuda --output "$runs/$recipe" \
      --markdown "$runs/$recipe.md" || failed=1
  done
  return "$failed"
}

case "${1:-}" in
  pack | bench | smoke | unpack | run) "$@" ;;
  *) sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
