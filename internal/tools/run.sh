#!/usr/bin/env bash
# Runs a simulated Okta org and the collector that polls it, until Ctrl-C. The collector keeps its
# position in _build/demo: started again, it goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/../.."

mkdir -p _build/demo
export OKTA_API_TOKEN=00SyntheticTokenForTheSimulatorOnly0000042
# The events of each run are new ones, as they would be at Okta.
exec 3< <(exec _build/okta-systemlog simulate --listen 127.0.0.1:8085 --token "$OKTA_API_TOKEN" --rate 1 --backlog 20 --seed "$(date +%s)")
simulator=$!
trap 'kill "$simulator" 2>/dev/null || true; wait "$simulator" || true' EXIT
# Without an address of its own the simulator ends, and says why: whoever else listens there is not polled.
read -r line <&3 || exit 1
printf '%s\n' "$line"

_build/otelcol-okta --config examples/simulator.yaml
