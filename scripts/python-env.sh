#!/usr/bin/env bash
# Makes .deps/python, a Python environment for development only: PyTorch as the
# peer of the benchmarks and the source of the test fixtures. Facet itself needs
# no Python. Safe to interrupt and to run again; prints the interpreter's path.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
environment="$root/.deps/python"
stamp="$environment/.installed"
requirements="torch==2.11.0 numpy safetensors tensorboard opencv-python-headless<5"

if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$requirements" ]; then
  if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo "python-env: Python 3.10 or newer with venv is needed." \
      "Install it (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python)." >&2
    exit 1
  fi
  # A Linux x86-64 wheel brings the CUDA libraries with it.
  free_kib="$(df -Pk "$root" | awk 'NR == 2 { print $4 }')"
  if [ "$free_kib" -lt $((9 * 1024 * 1024)) ]; then
    echo "python-env: 9 GB of free disk space are needed in $root; there are $((free_kib / 1024 / 1024)) GB." >&2
    exit 1
  fi
  mkdir -p "$root/.deps"
  # An environment that only lacks a package keeps the others.
  "$environment/bin/python" -c 'import pip' 2>/dev/null || python3 -m venv --clear "$environment"
  # shellcheck disable=SC2086 # one word per requirement
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check $requirements >&2
  echo "$requirements" >"$stamp"
fi
echo "$environment/bin/python"
