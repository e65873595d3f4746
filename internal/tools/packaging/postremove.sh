#!/bin/sh
# After the files are gone. Removing keeps the position in /var/lib/otelcol-okta, as it keeps the configuration;
# purging, which only dpkg has, does not. The user stays: its number must not become another's. So does what is in
# /etc/credstore, which no package has put there.
set -e

if [ "$1" = purge ]; then
  rm -rf /var/lib/otelcol-okta
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
