#!/usr/bin/env bash
# Proof: on a fresh Debian 12 with python3, python3-venv and git and nothing else, `./run demo` serves within two minutes and
# `./run test` passes. As root: makes such a Debian with debootstrap in a folder of its own and removes it at the end.
# usage: tests/proofs/fresh_machine.sh [FOLDER]   (a kept FOLDER/base saves the debootstrap next time)
set -euo pipefail
checkout=$(cd "$(dirname "$0")/../.." && pwd)
work=${1:-$(mktemp -d /tmp/ratspost-fresh-XXXXXX)}
machine=$work/machine
mkdir -p "$work"

command -v debootstrap >/dev/null || { apt-get update -q -q && apt-get install -q -q -y --no-install-recommends debootstrap; }
[ -d "$work/base/usr" ] || debootstrap --variant=minbase --include=python3,python3-venv,git,ca-certificates bookworm "$work/base" >"$work/debootstrap.log"

end() {
  umount "$machine/dev/shm" "$machine/proc" 2>/dev/null || true
  rm -rf --one-file-system "$machine"
  [ $# -eq 0 ] || rm -rf --one-file-system "$work"
}
if [ $# -eq 0 ]; then trap 'end all' EXIT; else trap end EXIT; fi

end
cp -a "$work/base" "$machine"
mount -t proc proc "$machine/proc"
mkdir -p "$machine/dev/shm" && mount -t tmpfs tmpfs "$machine/dev/shm"
cp /etc/resolv.conf "$machine/etc/"
# how this machine reaches its package registry (certificates, a pip.conf) belongs to the network, not to the proof
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$machine/etc/"
cp -a /etc/ssl/certs/. "$machine/etc/ssl/certs/"
git clone --quiet "$checkout" "$machine/srv/ratspost"
mapfile -t pip_env < <(env | grep -E '^(PIP_[A-Z_]+|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)=' | grep -v '^PIP_FIND_LINKS=')

web=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
inside=(chroot "$machine" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LANG=C.UTF-8 "${pip_env[@]}")

echo "== ./run demo"
begin=$(date +%s)
"${inside[@]}" RATSPOST_WEB="$web" RATSPOST_SMTP=127.0.0.1:0 sh -c 'cd /srv/ratspost && exec ./run demo' >"$work/demo.log" 2>&1 &
demo=$!
until python3 -c "import urllib.request as u; assert b'Ratspost' in u.urlopen('http://$web/', timeout=5).read()" 2>/dev/null; do
  kill -0 "$demo" 2>/dev/null || { cat "$work/demo.log"; echo "the demo ended by itself"; exit 1; }
  [ $(($(date +%s) - begin)) -lt 120 ] || { cat "$work/demo.log"; kill "$demo"; echo "not served within two minutes"; exit 1; }
  sleep 1
done
echo "served after $(($(date +%s) - begin)) s"
kill "$demo"
wait "$demo" || true

echo "== ./run test"
"${inside[@]}" sh -c 'cd /srv/ratspost && ./run test'
