#!/usr/bin/env bash
# Runs a simulated Okta org, VictoriaLogs, and the collector that brings the org's events there, until
# Ctrl-C. VictoriaLogs and the position are kept in _build/demo: started again, they go on where they
# were. The environment variables are the tests', which need places of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."

org=${DEMO_ORG:-127.0.0.1:8085}
store=${DEMO_STORE:-127.0.0.1:9428}
kept=${DEMO_KEPT:-_build/demo}
export OKTA_ORG_URL=http://$org
export OKTA_API_TOKEN=00SyntheticTokenForTheSimulatorOnly0000042

started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait "${started[@]}" 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM

mkdir -p "$kept"
# The events of each run are new ones, as they would be at Okta.
exec 3< <(exec _build/okta-systemlog simulate --listen "$org" --token "$OKTA_API_TOKEN" --rate 2 --backlog 2000 --seed "$(date +%s)")
started+=($!)
# Without an address of its own the simulator ends, and says why: whoever else listens there is not polled.
read -r line <&3 || exit 1
printf '%s\n' "$line"
_build/victoria-logs -httpListenAddr="$store" -storageDataPath="$kept/victoria-logs" -retentionPeriod=90d -loggerLevel=FATAL &
started+=($!)
_build/otelcol-okta --config examples/victorialogs.yaml \
  --set=receivers.okta_systemlog.start_at=beginning \
  --set=receivers.okta_systemlog.poll_interval=2s \
  --set=receivers.okta_systemlog.retry.max_interval=2s \
  --set=exporters.otlp_http.logs_endpoint="http://$store/insert/opentelemetry/v1/logs" \
  --set=extensions.file_storage.directory="$kept/victoria-position" \
  --set=service.telemetry.metrics.level=none \
  --set=service.telemetry.logs.level=error &
started+=($!)

# The query is: okta.event_type:="user.session.start" okta.outcome.result:="FAILURE"
#   | fields _time, user.name, client.address, geo.locality.name, error.type
failed='okta.event_type%3A%3D%22user.session.start%22%20okta.outcome.result%3A%3D%22FAILURE%22%20%7C%20fields%20_time%2C%20user.name%2C%20client.address%2C%20geo.locality.name%2C%20error.type'
page="http://$store/select/vmui/#/"
printf '\nAll events, live:      %s\n' "$page?query=*&g0.range_input=1d&view=liveTailing"
printf 'Failed sign-ins:       %s\n\nCtrl-C ends the demo.\n\n' "$page?query=$failed&g0.range_input=1d&view=table"
# Whichever ends first, the others are of no use without it.
wait -n
