#!/usr/bin/env bash
# Makes what goreleaser packs beside the binaries, in _build/release: release notes, shell completion, manual pages; and
# the source of the distribution and the licences of its modules, in _build. Takes the version.
#
# Everything comes from the commit alone, dates included: COMMIT_TIME is its time.
set -euo pipefail
cd "$(dirname "$0")/../../.."

version=$1
next=$(sed -nE 's/^  version: (.*)-dev$/\1/p' builder-config.yaml)
# A snapshot is called 1.2.3-pre and the time of its commit. A release is the version that was developed.
if [ "$version" != "$next" ] && [[ $version != "$next"-pre* ]]; then
  echo "the version is $version, but builder-config.yaml has $next-dev" >&2
  exit 1
fi

make -s sources licenses

out=_build/release
rm -rf "$out"
mkdir -p "$out/completions" "$out/man"
internal/tools/release/notes.sh "$version" >"$out/notes.md"
export CGO_ENABLED=0 SOURCE_DATE_EPOCH=$COMMIT_TIME
go run ./internal/cmd/manpages "$out/man"
gzip -9n "$out"/man/*
for shell in bash zsh fish; do
  go run ./internal/cmd/okta-systemlog completion "$shell" >"$out/completions/okta-systemlog.$shell"
done
# Folders and, in an apk, scripts have the times that they have here.
find examples internal/tools/packaging _build/licenses "$out" -exec touch -d "@$COMMIT_TIME" {} +
