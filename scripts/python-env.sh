#!/usr/bin/env bash
# Makes a Python environment for development only; Facet itself needs no Python. Safe to
# interrupt and to run again; prints the interpreter's path.
#
#   scripts/python-env.sh         .deps/python: PyTorch, the peer of the benchmarks and the source of the test fixtures
#   scripts/python-env.sh onnx    .deps/python-onnx: onnxruntime, which runs exported networks in a test and a check
#   scripts/python-env.sh bench   .deps/python, and in it the benchmarks' other peers: onnxruntime, Pillow, OpenCV, torchvision
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
oldest=10
extras=""
case "${1:-}" in
  "" | bench)
    environment="$root/.deps/python"
    requirements="torch==2.11.0 numpy safetensors tensorboard"
    # A Linux x86-64 wheel brings the CUDA libraries with it.
    gigabytes=9
    [ "${1:-}" = bench ] && extras="onnxruntime==1.32.0 pillow==13.0.0 opencv-python-headless==5.0.0.93 torchvision==0.26.0" && oldest=11
    ;;
  onnx)
    environment="$root/.deps/python-onnx"
    requirements="onnxruntime==1.32.0 onnx==1.23.2 numpy safetensors"
    oldest=11
    gigabytes=1
    ;;
  *)
    sed -n '5,7s/^#  *//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
stamp="$environment/.installed"

if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$requirements" ]; then
  if ! python3 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $oldest))" 2>/dev/null; then
    echo "python-env: Python 3.$oldest or newer with venv is needed." \
      "Install it (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python)." >&2
    exit 1
  fi
  free_kib="$(df -Pk "$root" | awk 'NR == 2 { print $4 }')"
  if [ "$free_kib" -lt $((gigabytes * 1024 * 1024)) ]; then
    echo "python-env: $gigabytes GB of free disk space are needed in $root;" \
      "there are $((free_kib / 1024 / 1024)) GB." >&2
    exit 1
  fi
  mkdir -p "$root/.deps"
  # An environment that only lacks a package keeps the others.
  "$environment/bin/python" -c 'import pip' 2>/dev/null || python3 -m venv --clear "$environment"
  # shellcheck disable=SC2086 # one word per requirement
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check $requirements >&2
  echo "$requirements" >"$stamp"
fi
stamp="$environment/.installed-extras"
if [ -n "$extras" ] && { [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$extras" ]; }; then
  # shellcheck disable=SC2086 # one word per requirement
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check $extras >&2
  echo "$extras" >"$stamp"
fi
echo "$environment/bin/python"
