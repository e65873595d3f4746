#!/usr/bin/env bash
# image.sh ARCHIVE PLATFORM... builds both programs for each platform, such as linux/arm64, from the sources that make
# build leaves in _build, and writes the container image as an OCI archive. VERSION=1.2.3 and REVISION=commit tell what
# is built where git does not.
set -euo pipefail
cd "$(dirname "$0")/../.."

archive=$1
shift
version=${VERSION:-$(sed -nE 's/^  version: //p' builder-config.yaml)}
description=$(sed -nE 's/^  description: //p' builder-config.yaml)
revision=${REVISION:-$(git rev-parse HEAD)}
created=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
if [ -z "${REVISION:-}" ] && [ -n "$(git status --porcelain)" ]; then
  revision+=-modified
fi

export CGO_ENABLED=0 GOOS GOARCH
folder=$PWD/_build/image
builds=()
for platform in "$@"; do
  GOOS=${platform%/*} GOARCH=${platform#*/}
  to=$folder/$GOOS-$GOARCH
  mkdir -p "$to"
  go build -C _build -mod=readonly -trimpath -buildvcs=false -ldflags="-s -w -X main.version=$version" -o "$to/otelcol-okta" .
  go build -trimpath -buildvcs=false \
    -ldflags="-s -w -X github.com/otel-okta/okta-systemlog-receiver/internal/cli/version.given=$version" \
    -o "$to/okta-systemlog" ./internal/cmd/okta-systemlog
  builds+=("$platform=$to")
done

unset GOOS GOARCH
mkdir -p "$(dirname "$archive")"
archive=$(realpath "$archive")
go build -C internal/tools/image -o "$folder/image" .
"$folder/image" -output "$archive" -version "$version" -revision "$revision" -created "$created" \
  -description "$description" -license LICENSE -licenses _build/licenses "${builds[@]}"
ls -l "$archive"
