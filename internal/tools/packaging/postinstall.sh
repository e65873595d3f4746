#!/bin/sh
# After the files are there: dpkg calls it with configure and the version before, rpm with how many versions are
# installed, apk with the new version and the one before. It makes the user, and starts nothing that did not run.
set -e

if command -v systemd-sysusers >/dev/null; then
  systemd-sysusers otelcol-okta.conf
elif ! grep -q '^otelcol-okta:' /etc/passwd; then
  if command -v useradd >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/otelcol-okta --no-create-home --shell /usr/sbin/nologin otelcol-okta
  else
    addgroup -S otelcol-okta
    adduser -S -D -H -h /var/lib/otelcol-okta -s /sbin/nologin -G otelcol-okta otelcol-okta
  fi
fi

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # A Collector that ran goes on with the new version, where it was.
  systemctl try-restart otelcol-okta.service || echo 'otelcol-okta did not start again: systemctl status otelcol-okta' >&2
fi

case "$1 $2" in
*\ ?*) ;;   # an upgrade by dpkg or apk, which name the version before
[2-9]\ ) ;; # by rpm
*)
  cat <<'TEXT'
otelcol-okta is installed and not started. To start it:
  1. set org_url and the exporter in /etc/otelcol-okta/config.yaml
  2. put the API token into /etc/credstore/otelcol-okta.api-token, readable for root only
  3. systemctl enable --now otelcol-okta
TEXT
  ;;
esac
