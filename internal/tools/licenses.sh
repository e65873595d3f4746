#!/usr/bin/env bash
# Fails for a module of the distribution whose licence is not one of these: permissive ones, and the MPL, which asks for
# its text and for the source of what it covers. Collects the texts of all, and the sources of the MPL's, in
# _build/licenses.
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
export GOROOT
./go-licenses check . --ignore $own --allowed_licenses $allowed 2>errors.txt || { grep -v '^[WI]' errors.txt; exit 1; }
rm -rf licenses errors.txt
./go-licenses save . --ignore $own --ignore $thrift --save_path licenses 2>errors.txt || { grep -v '^[WI]' errors.txt; exit 1; }
mkdir -p licenses/$thrift
cp "$(go list -m -f '{{.Dir}}' $thrift)"/{LICENSE,NOTICE} licenses/$thrift/
rm -f errors.txt
echo "$(find licenses -type f -iname '*licen[cs]e*' | wc -l) texts of licences in _build/licenses"
