#!/bin/sh
# Before the files go: dpkg calls it with remove or upgrade, rpm with how many versions stay, apk with the version. An
# upgrade leaves the service as it is.
set -e

case "$1" in
upgrade | failed-upgrade | deconfigure | [1-9]) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
  systemctl disable --now otelcol-okta.service || true # it may never have been enabled
fi
