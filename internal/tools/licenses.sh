#!/usr/bin/env bash
# Fails for a module of the distribution whose licence is not one of these: permissive ones, and the MPL, which asks for
# its text and for the source of what it covers. Collects the texts of all, and the sources of the MPL's, in
# _build/licenses, for each system that releases are built for. Modules of okta-systemlog are among them.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The classifier calls a part of Apache Thrift's text, that of a build script, GNU-All-permissive-Copying-License, and
# collects none of it.
thrift=github.com/apache/thrift
allowed=Apache-2.0,BSD-2-Clause,BSD-3-Clause,GNU-All-permissive-Copying-License,ISC,MIT,MPL-2.0
own=github.com/otel-okta/okta-systemlog-receiver

go build -C internal/tools/licenses -o "$PWD/_build/go-licenses" github.com/google/go-licenses/v2
cd _build
# It tells packages of the standard library by their folder.
GOROOT=$(go env GOROOT)
export GOROOT CGO_ENABLED=0
rm -rf licenses errors.txt

# collect GOOS PACKAGE... checks what the packages are made of on a system, and collects the texts.
collect() {
  local -x GOOS=$1
  shift
  ./go-licenses check "$@" --ignore $own --allowed_licenses $allowed 2>errors.txt || { grep -v '^[WI]' errors.txt; exit 1; }
  rm -rf licenses.part
  ./go-licenses save "$@" --ignore $own --ignore $thrift --save_path licenses.part 2>errors.txt || { grep -v '^[WI]' errors.txt; exit 1; }
  mkdir -p licenses
  cp -r licenses.part/. licenses/
  rm -rf licenses.part errors.txt
}

# modules GOOS lists the modules of the distribution, and a package of each.
modules() {
  GOOS=$1 go list -deps -f '{{with .Module}}{{.Path}} {{$.ImportPath}}{{end}}' . | sort -u -k1,1
}

collect linux .
modules linux >licenses/linux.txt
(cd .. && go list -deps -f '{{with .Module}}{{.Path}} {{$.ImportPath}}{{end}}' ./internal/cmd/okta-systemlog) | sort -u -k1,1 |
  join -v 1 - licenses/linux.txt >licenses/more.txt
if [ -s licenses/more.txt ]; then
  echo 'modules of okta-systemlog that the distribution does not have:' && cat licenses/more.txt
  exit 1
fi
for system in windows darwin; do
  mapfile -t more < <(modules $system | join -v 1 - licenses/linux.txt | cut -d ' ' -f 2)
  collect $system "${more[@]}"
done
rm licenses/linux.txt licenses/more.txt

mkdir -p licenses/$thrift
cp "$(go list -m -f '{{.Dir}}' $thrift)"/{LICENSE,NOTICE} licenses/$thrift/
# Modules are read-only, and a folder of theirs could not be removed.
chmod -R u+w licenses
echo "$(find licenses -type f -iname '*licen[cs]e*' | wc -l) texts of licences in _build/licenses"
