#!/usr/bin/env bash
# Makes the Debian package of this commit for linux/amd64, out of what make build has built, in _build/dist. It is what
# make packages makes, without goreleaser, which takes minutes to compile.
set -euo pipefail
cd "$(dirname "$0")/../../.."

COMMIT_TIME=$(git log -1 --format=%ct)
export COMMIT_TIME
version=$(sed -nE 's/^  version: (.*)-dev$/\1/p' builder-config.yaml)-pre$COMMIT_TIME
internal/tools/release/files.sh "$version"
rm -rf _build/dist
mkdir -p _build/dist
go build -C internal/tools/release -trimpath -o "$PWD/_build/deb" ./deb
_build/deb -version "$version" -date "$(TZ=UTC git log -1 --date=format-local:%FT%TZ --format=%cd)" \
  -output "_build/dist/otelcol-okta_${version}_linux_amd64.deb" _build/otelcol-okta _build/okta-systemlog
