#!/usr/bin/env bash
# Times Facet's training steps against the same networks in PyTorch, alternating
# in one run, and writes bench.json. Extra arguments go to the benchmark.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python="$("$root/scripts/python-env.sh")"
cd "$root"
# Alike for both sides: idle threads sleep instead of taking cores from the side that steps.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
exec swift run -c release --package-path Benchmarks facet-benchmarks \
  --python "$python" --peer Benchmarks/peers/train_step.py --output bench.json "$@"
