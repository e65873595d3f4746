#!/usr/bin/env bash
# Runs the tests of replicas, and prints what they measured as a table. Takes the flags of the tests.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v redis-server >/dev/null; then
  echo 'redis-server is not installed: apt-get install redis-server' >&2
  exit 1
fi

table=$PWD/_build/replicas.txt
rm -f "$table"
print() {
  local status=$?
  if [ -s "$table" ]; then
    printf '\n'
    cat "$table"
  fi
  exit "$status"
}
trap print EXIT

go tool -modfile=internal/tools/go.mod gotestsum --format testname -- \
  -count=1 -tags=kubernetes -timeout=60m -run=TestKubernetes ./internal/e2e -table="$table" "$@"
