#!/usr/bin/env bash
# Runs a simulated Okta org in which an account is taken over, VictoriaLogs, the collector that brings the org's events
# there and marks them by examples/detections.yaml, and a page that shows what happened, until Ctrl-C. The
# environment variables are the tests', which need places of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."

org=${DEMO_ORG:-127.0.0.1:8085}
page=${DEMO_PAGE:-127.0.0.1:8090}
kept=${DEMO_KEPT:-_build/demo}
export STORE=${DEMO_STORE:-127.0.0.1:9428}
export OKTA_ORG_URL=http://$org
export OKTA_API_TOKEN=00SyntheticTokenForTheSimulatorOnly0000042

started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait "${started[@]}" 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM

# The story is told from its beginning each time.
rm -rf "$kept/story"
mkdir -p "$kept/story"
exec 3< <(exec _build/okta-systemlog simulate --listen "$org" --token "$OKTA_API_TOKEN" --scenario account-takeover)
started+=($!)
# Without an address of its own the simulator ends, and says why: whoever else listens there is not polled.
read -r line <&3 || exit 1
_build/victoria-logs -httpListenAddr="$STORE" -storageDataPath="$kept/story/victoria-logs" -retentionPeriod=90d \
  >"$kept/story/victoria-logs.log" 2>&1 &
started+=($!)
_build/otelcol-okta --config examples/detections.yaml --config internal/tools/demo/org.yaml --config internal/tools/demo/demo.yaml \
  --set=extensions.file_storage.directory="$kept/story/position" >"$kept/story/otelcol.log" 2>&1 &
started+=($!)
_build/okta-demo -listen "$page" -store "$STORE" &
started+=($!)

# The page has an answer once VictoriaLogs has the events of the day.
until curl -fsS "http://$page/answer" 2>/dev/null | grep -q '"Takeover":{'; do
  for pid in "${started[@]}"; do
    # Each of them says at the end why it ends.
    kill -0 "$pid" 2>/dev/null || { tail -qn 1 "$kept"/story/*.log >&2; exit 1; }
  done
  sleep 0.2
done
printf 'Open http://%s and click a step to see its event. Ctrl-C ends the demo.\n' "$page"
# Whichever ends first, the others are of no use without it.
wait -n
