#!/usr/bin/env bash
# Runs a simulated Okta org and the collector that polls it, until Ctrl-C. The collector keeps its
# position in _build/demo: started again, it goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/../.."

mkdir -p _build/demo
export OKTA_API_TOKEN=00SyntheticTokenForTheSimulatorOnly0000042
# The events of each run are new ones, as they would be at Okta.
_build/oktasim --listen 127.0.0.1:8085 --token "$OKTA_API_TOKEN" --rate 1 --backlog 20 --seed "$(date +%s)" &
simulator=$!
trap 'kill "$simulator" 2>/dev/null || true; wait "$simulator" || true' EXIT

_build/otelcol-okta --config examples/simulator.yaml
