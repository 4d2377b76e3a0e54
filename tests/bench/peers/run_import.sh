#!/usr/bin/env bash
# Archive import of the same mbox, timed (wall and CPU): HyperKitty on SQLite and on PostgreSQL into a fresh database each, its
# Whoosh index, and public-inbox. Needs a running Mailman core (REST) and, for pg, setup_mailman.sh pgstart.
#   ./run_import.sh [hk-sqlite hk-index hk-pg publicinbox]       MBOX=... PEERS=...
set -u
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../../.."; PY=${PY:-.venv/bin/python}; bench() { "$PY" -m tests.bench "$@"; }
PEERS=${PEERS:-$HOME/.cache/ratspost-peers}; H=$PEERS/mailman; V=$H/venv; MBOX=${MBOX:-$PEERS/work/c10k.mbox}
N=$(grep -c '^From ' "$MBOX"); T=$H/log/import.time
mkdir -p "$H/etc2" "$H/web2/logs"; sed "s#Path('$H/web')#Path('$H/web2')#; s#'NAME': 'mmweb'#'NAME': 'mmweb2'#" "$H/etc/settings.py" > "$H/etc2/settings.py"; echo "STATIC_ROOT = '$H/web/static'" >> "$H/etc2/settings.py"
export MAILMAN_WEB_CONFIG=$H/etc2/settings.py
timed() {   # timed PEER METRIC NOTE CMD...
  local peer=$1 metric=$2 note=$3; shift 3
  echo "busy before $(bench quiet 0.15 "${QUIET:-30}")" >&2
  /usr/bin/time -o "$T" -f '%e %U %S %M' "$@" > "$H/log/$peer-$metric.out" 2>&1
  $PY - "$peer" "$metric" "$note" "$N" "$T" <<'PY'
import sys
from tests.bench.figures import emit
peer, metric, note, n, t = sys.argv[1:6]; n = int(n)
e, u, s, mem = open(t).read().split()[-4:]
emit(peer, metric, n / float(e), "messages/s", higher_is_better=True, wall_s=float(e), cpu_s=round(float(u) + float(s), 2), peer_cpu_ms_each=round(1000 * (float(u) + float(s)) / n, 3), user_s=float(u), sys_s=float(s), max_rss_MiB=int(mem) // 1024, note=note, config={"messages": n})
PY
}
for what in ${*:-hk-sqlite hk-index hk-pg publicinbox}; do case $what in
hk-sqlite) rm -rf "$H/web2"; mkdir -p "$H/web2/logs"; unset MMWEB_PG; "$V/bin/mailman-web" migrate > "$H/log/migrate2.log" 2>&1
  timed hyperkitty-sqlite import "hyperkitty_import" "$V/bin/mailman-web" hyperkitty_import -l bench@lists.example.invalid "$MBOX" ;;
hk-index) timed hyperkitty-sqlite index "update_index_one_list, Whoosh" "$V/bin/mailman-web" update_index_one_list bench@lists.example.invalid ;;
hk-pg) psql -h 127.0.0.1 -p 5444 -U postgres -qc 'drop database if exists mmweb2' -c 'create database mmweb2 owner bench'; export MMWEB_PG=1; "$V/bin/mailman-web" migrate > "$H/log/migrate2.log" 2>&1
  timed hyperkitty-pg import "hyperkitty_import (CPU of PostgreSQL not counted)" "$V/bin/mailman-web" hyperkitty_import -l bench@lists.example.invalid "$MBOX"; unset MMWEB_PG ;;
publicinbox) timed public-inbox import "v2, full Xapian index, JOBS=1" "$here/setup_publicinbox.sh" import "$MBOX" ;;
esac; done
