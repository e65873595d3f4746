#!/usr/bin/env bash
# Writes the source of the distribution into _build: ocb makes it, and the lock says which modules it is built from,
# down to their checksums. The version, which ocb writes into the code, becomes a variable for the linker: a release
# builds the same source as make does.
set -euo pipefail
cd "$(dirname "$0")/../../.."

go tool -modfile=internal/tools/go.mod builder --config builder-config.yaml --skip-compilation --skip-get-modules
cp internal/tools/distribution/lock.mod _build/go.mod
cp internal/tools/distribution/lock.sum _build/go.sum

sed -i -E 's/^(\s+Version:\s+)"[^"]*",$/\1version,/' _build/main.go
grep -qE '^\s+Version:\s+version,$' _build/main.go || { echo 'ocb writes main.go in another way: the version is not where it was' >&2; exit 1; }
cat >_build/version.go <<'GO'
package main

// version is set by the linker.
var version = "dev"
GO
