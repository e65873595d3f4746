#!/usr/bin/env bash
# Runs every fuzz target of the repository, one after the other, and prints how much each was given.
# Ends with the first one that finds something; go test has then written the input to the package's
# testdata/fuzz, where it stays as a test.
#
# FUZZTIME sets how long each one runs, 1m unless it is set. GOMAXPROCS sets on how many processors.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=_build/fuzz.txt
mkdir -p _build
grep -rEo --include='*_test.go' '^func Fuzz\w+' internal receiver | sort | while IFS=: read -r file func; do
  package=./$(dirname "$file") target=${func#func }
  if ! go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-1m}" -fuzzminimizetime 100x "$package" >"$out" 2>&1 </dev/null; then
    cat "$out"
    exit 1
  fi
  printf '%-18s %-40s %s\n' "$target" "$package" "$(grep -o 'execs: [0-9]*' "$out" | tail -n 1)"
done
