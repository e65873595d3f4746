#!/usr/bin/env bash
# Prints the notes of a version: its section of CHANGELOG.md, and for a snapshot, whose version has a -, what is not
# released yet. Fails where there is none.
set -euo pipefail
cd "$(dirname "$0")/../../.."

section=$1
[[ $section != *-* ]] || section=Unreleased
notes=$(awk -v section="$section" '
  /^## / { inside = ($2 == section || $2 == "v" section || $2 == "[" section "]") ; next }
  inside' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  echo "CHANGELOG.md has nothing under ## $section" >&2
  exit 1
fi
printf '%s\n' "$notes"
