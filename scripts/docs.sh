#!/usr/bin/env bash
# Writes the API documentation of every library target, with its DocC catalog where
# there is one, as one static website into .build/docs. Needs no SwiftPM plugin.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

find_docc() {
  if command -v docc; then return; fi
  if command -v xcrun >/dev/null && xcrun --find docc 2>/dev/null; then return; fi
  echo "docs: docc was not found. It comes with the Swift toolchain from swift.org and with Xcode." >&2
  exit 1
}
docc="$(find_docc)"

work=".build/docs-work"
rm -rf "$work"
mkdir -p "$work/archives"
swift package dump-symbol-graph --skip-synthesized-members --minimum-access-level public
graphs="$(find .build/ -maxdepth 3 -type d -name symbolgraph | head -n 1)"
if [ -z "$graphs" ]; then
  echo "docs: swift package dump-symbol-graph wrote no symbol graphs under .build." >&2
  exit 1
fi

for source in Sources/*/; do
  target="$(basename "$source")"
  # C targets have no Swift symbols; the command line has its own --help.
  [ -f "$graphs/$target.symbols.json" ] && [ "$target" != facet ] || continue
  mkdir -p "$work/$target"
  # "Target@Other.symbols.json" holds what Target adds to Other's types.
  cp "$graphs/$target".symbols.json "$work/$target/"
  cp "$graphs/$target"@*.symbols.json "$work/$target/" 2>/dev/null || true
  catalog="Sources/$target/$target.docc"
  if [ ! -d "$catalog" ]; then catalog=""; fi
  echo "docs: $target"
  # shellcheck disable=SC2086 # no argument at all where there is no catalog
  "$docc" convert $catalog --additional-symbol-graph-dir "$work/$target" \
    --fallback-display-name "$target" --fallback-bundle-identifier "facet.$target" \
    --output-path "$work/archives/$target.doccarchive"
done

rm -rf .build/docs
"$docc" merge "$work"/archives/*.doccarchive --synthesized-landing-page-name Facet --output-path .build/docs
rm -rf "$work"
echo "docs: .build/docs is a static website; 'python3 -m http.server -d .build/docs' serves it" \
  "at http://localhost:8000/documentation/"
