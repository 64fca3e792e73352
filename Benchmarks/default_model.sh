#!/usr/bin/env bash
# Measures anew what the model's card, README.md and docs/ say of the model that comes with Facet, on CFP's fold 9.
#
#   Benchmarks/default_model.sh FACET CFP OUTPUT [MODEL]
#
# FACET is the program. One log a figure in OUTPUT, those that are there already are left. An hour of one core, most of it CorrRISE's;
# what needs Python is skipped where scripts/python-env.sh has not been run (bench and onnx).
set -euo pipefail

[ $# -ge 3 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
facet="$1" cfp="$2" output="$3" model="${4:-$root/Models/facet-small.safetensors}"
python="$root/.deps/python/bin/python" onnx="$root/.deps/python-onnx/bin/python"
a="$cfp/Data/Images/405/frontal/01.jpg" b="$cfp/Data/Images/405/profile/02.jpg"
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
mkdir -p "$output"

# log NAME COMMAND...: what the command prints, whole or not there.
log() {
  local name="$1"
  shift
  [ ! -e "$output/$name.txt" ] || return 0
  echo "$name: $*"
  "$@" >"$output/$name.part" 2>&1 || { echo "$name failed: see $output/$name.part" >&2; return 1; }
  mv "$output/$name.part" "$output/$name.txt"
}

log evaluate "$facet" evaluate "$model" --data "$cfp" --folds 9 --threads 1 --json "$output/evaluate.json"
log channels "$facet" channels "$model" --saved --top 1000 --json "$output/channels.json"
for far in 0.1 0.05; do log "verify-far-$far" "$facet" verify "$a" "$b" --model "$model" --far "$far"; done
log explain "$facet" explain "$a" "$b" --model "$model" --output "$output/why" --counterfactual --tensors "$output/why/tensors.safetensors"
log hidden "$facet" channels "$model" --data "$cfp" --folds 9 --hidden --threads 1
[ ! -x "$python" ] || {
  log check-explanation "$python" "$root/Benchmarks/check_explanation.py" "$model" "$output/why"
  log same-parts "$python" "$root/Benchmarks/same_parts.py" "$model" "$output/why" "$cfp"
  threshold="$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["threshold"])' "$output/why/explanation.json")"
  log decoding "$python" "$root/Benchmarks/decoding.py" "$facet" "$model" "$cfp" "$threshold"
}
[ ! -x "$onnx" ] || log onnx "$onnx" "$root/Benchmarks/check_onnx.py" models --data "$cfp" --facet "$facet" "$model"
rivals=account,difference,gradcam,gradcam-signed,gradient
log faithfulness-200 "$facet" faithfulness "$model" --data "$cfp" --folds 9 --pairs 200 --seed 3 --sanity-pairs 0 --threads 1 \
  --explainers "$rivals" --json "$output/faithfulness-200.json"
log faithfulness-40 "$facet" faithfulness "$model" --data "$cfp" --folds 9 --pairs 40 --seed 2 --sanity-pairs 0 --threads 1 \
  --explainers "$rivals,corrrise,random" --json "$output/faithfulness-40.json"
log faithfulness-200-corrrise "$facet" faithfulness "$model" --data "$cfp" --folds 9 --pairs 200 --seed 3 --sanity-pairs 0 --threads 1 \
  --explainers corrrise,account --json "$output/faithfulness-200-corrrise.json"
