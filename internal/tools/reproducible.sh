#!/usr/bin/env bash
# Builds the distribution from two clones in different folders, and fails where the results differ: whoever builds a
# commit gets what others got.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for clone in "$folder/a" "$folder/further/down/b"; do
  git clone -q . "$clone"
  make -s -C "$clone" _build/otelcol-okta >/dev/null 2>"$folder/errors" || { cat "$folder/errors"; exit 1; }
done
sha256sum "$folder/a/_build/otelcol-okta" "$folder/further/down/b/_build/otelcol-okta" | sed "s#$folder/##"
cmp "$folder/a/_build/otelcol-okta" "$folder/further/down/b/_build/otelcol-okta"
