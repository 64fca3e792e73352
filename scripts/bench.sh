#!/usr/bin/env bash
# Times Facet against its peers in Python, alternating in one run, and writes
# bench.json. Extra arguments go to the benchmark.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Without the extra packages their rows are skipped.
python="$("$root/scripts/python-env.sh" bench || "$root/scripts/python-env.sh")"
cd "$root"
# Alike for both sides: idle threads sleep instead of taking cores from the side that steps.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
# The program that a row starts as a process.
swift build -c release --package-path Benchmarks --product facet
exec swift run -c release --package-path Benchmarks facet-benchmarks --python "$python" "$@"
