#!/usr/bin/env bash
# Writes the code and documentation that metadata.yaml defines, the schema of the configuration, the categories of event
# types, and the tables of attributes.
#
# mdatagen writes beside metadata.yaml and names the package after its folder, but metadata.yaml
# lives at the root. So it runs in a scratch folder that is named as the package is, and its results
# are moved to where the layout wants them.
set -euo pipefail
cd "$(dirname "$0")/../.."

package=oktasystemlogreceiver
module=$(go list -m)
# Not in _build: the distribution makes that a module of its own.
scratch=.generate/$package

trap 'rm -rf .generate' EXIT
rm -rf .generate
mkdir -p "$scratch"
cp metadata.yaml receiver/$package/README.md receiver/$package/doc.go "$scratch"
go tool -modfile=internal/tools/go.mod mdatagen "$scratch/metadata.yaml"

# What mdatagen took from the scratch folder's place: import paths, and where metadata.yaml is.
find "$scratch" -name '*.go' -exec sed -i \
  -e "s#$module/$scratch/internal/#$module/internal/#" \
  -e 's#LoadConf("metadata.yaml")#LoadConf("../../metadata.yaml")#' {} +

rm -rf internal/metadata internal/metadatatest
mv "$scratch/internal/metadata" "$scratch/internal/metadatatest" internal/
mv "$scratch"/generated_*_test.go "$scratch/documentation.md" "$scratch/README.md" receiver/$package/

go run ./internal/cmd/configschema >.generate/config.schema.yaml
mv .generate/config.schema.yaml receiver/$package/

go run ./internal/cmd/categories >.generate/event-categories.txt
mv .generate/event-categories.txt internal/okta/catalogue/

go run ./internal/cmd/attributes receiver/$package/README.md

