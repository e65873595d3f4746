#!/usr/bin/env bash
# Prints each comment line that has more than 120 columns, a tab counted as one, and fails where there is
# one. Generated code is left out, and so are directives, which cannot be broken.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Columns are characters, not bytes.
export LC_ALL=C.UTF-8
files=$(git ls-files --cached --others --exclude-standard -- '*.go' '*.sh' '*.yaml' '*go.mod' Makefile .ci/run |
  grep -vE '/generated_|^internal/metadata')
long=$(xargs -d '\n' grep -sHnE '^.{121,}' <<<"$files" | grep -E '^[^:]+:[0-9]+:[[:space:]]*(// |# )' || true)
if [ -n "$long" ]; then
  printf '%s\n' "$long" 'Comment lines have at most 120 columns.'
  exit 1
fi
