#!/usr/bin/env bash
# Trains the plain and the ECLoss recipe on CFP folds 1-8 and measures both on fold 9, once a seed: the numbers of
# docs/results.md. What is done already is not repeated; a training that was cut off goes on.
#
#   scripts/cfp.sh DATA OUTPUT [SEED...]
set -euo pipefail

data="${1:?usage: scripts/cfp.sh DATA OUTPUT [SEED...]}"
output="${2:?usage: scripts/cfp.sh DATA OUTPUT [SEED...]}"
shift 2
[ $# -gt 0 ] || set -- 0 1 2

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
swift build --package-path "$root" -c release --product facet
facet="$root/.build/release/facet"

for seed in "$@"; do
  for method in plain ecloss; do
    run="$output/$method-$seed"
    [ -f "$run/model.safetensors" ] || "$facet" train --recipe "$root/Recipes/cfp-$method.json" --data "$data" \
      --folds 1-8 --seed "$seed" --output "$run" --threads "${THREADS:-1}" --resume
    [ -f "$run/evaluation.json" ] || "$facet" evaluate "$run/model.safetensors" --data "$data" --folds 9 \
      --threads "${THREADS:-1}" --json "$run/evaluation.json"
  done
done
