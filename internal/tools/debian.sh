#!/usr/bin/env bash
# Makes a Debian in _build/debian, once, for tests that install packages. It is the oldest one that the packages are
# for: what its systemd takes, newer ones do. DEBIAN_MIRROR names another mirror. Needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/../.."

release=bookworm
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

[ ! -e _build/debian ] || exit 0
if ! command -v debootstrap >/dev/null; then
  echo 'debootstrap is not installed: apt-get install debootstrap' >&2
  exit 1
fi
mkdir -p _build
# What was broken off is begun again.
rm -rf --one-file-system _build/debian.part
debootstrap --variant=minbase --include=ca-certificates,systemd $release _build/debian.part "$mirror" >_build/debian.log 2>&1 ||
  { tail -n 20 _build/debian.log; exit 1; }
# Which an installer writes.
echo '127.0.0.1 localhost' >_build/debian.part/etc/hosts
rm -rf _build/debian.part/var/cache/apt/archives/*.deb
mv _build/debian.part _build/debian
