#!/usr/bin/env bash
# Runs a simulated Okta org in which an account is taken over, the collector that polls it, and a screen that
# shows its events, until Ctrl-C. The environment variables are the tests', which need places of their own.
#
# With RAW=1 the collector prints each record in full, of an org where nothing special happens. It then keeps its
# position in _build/demo: started again, it goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/../.."

org=${RUN_ORG:-127.0.0.1:8085}
kept=${RUN_KEPT:-_build/demo}
export TAIL=${RUN_TAIL:-127.0.0.1:14317}
export OKTA_ORG_URL=http://$org
export OKTA_API_TOKEN=00SyntheticTokenForTheSimulatorOnly0000042

story=(--scenario account-takeover --backlog 150 --rate 0.2)
if [ "${RAW:-}" = 1 ]; then
  # The events of each run are new ones, as they would be at Okta.
  story=(--rate 1 --backlog 20 --seed "$(date +%s)")
fi

started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait "${started[@]}" 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM
trap 'exit 1' USR1

mkdir -p "$kept"
exec 3< <(exec _build/okta-systemlog simulate --listen "$org" --token "$OKTA_API_TOKEN" "${story[@]}")
started+=($!)
# Without an address of its own the simulator ends, and says why: whoever else listens there is not polled.
read -r line <&3 || exit 1

if [ "${RAW:-}" = 1 ]; then
  printf '%s\n' "$line"
  _build/otelcol-okta --config examples/simulator.yaml --set=receivers.okta_systemlog.org_url="$OKTA_ORG_URL" \
    --set=extensions.file_storage.directory="$kept"
  exit
fi

# The story is told from its beginning each time.
rm -rf "$kept/run"
_build/otelcol-okta --config examples/detections.yaml --config internal/tools/demo/org.yaml --config internal/tools/demo/run.yaml \
  --set=extensions.file_storage.directory="$kept/run" >"$kept/run.log" 2>&1 &
collector=$!
started+=("$collector")
# Without the collector nothing more comes. It says at the end why it has ended.
(
  while kill -0 "$collector" 2>/dev/null; do sleep 1; done
  tail -n 1 "$kept/run.log" >&2
  kill -USR1 $$
) &
started+=($!)
_build/okta-systemlog tail --grpc "$TAIL" --http '' &
started+=($!)
wait $!
