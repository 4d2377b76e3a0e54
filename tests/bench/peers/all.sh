#!/usr/bin/env bash
# Every peer once, in the order of the recorded figures: `./run bench --peers`. For a throw-away Debian machine and its root: it
# installs Debian packages, and virtual environments below $PEERS. Figures go to $BENCH_RESULTS.
set -eu
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../../.."; PY=${PY:-.venv/bin/python}
export PEERS=${PEERS:-$HOME/.cache/ratspost-peers} BENCH_RESULTS=${BENCH_RESULTS:-$PWD/data/bench.jsonl} BENCH_RUN=${BENCH_RUN:-$(date +%F-%H%M)}
mkdir -p "$PEERS/work" "$(dirname "$BENCH_RESULTS")"
apt-get install -y -q --no-install-recommends postgresql wrk time curl sqlite3 >/dev/null
"$PY" -m tests.bench mbox "$PEERS/work/c10k.mbox" --count 10000 > "$PEERS/work/c10k.json"
"$PY" -m tests.bench sink --pidfile "$PEERS/work/sink.pid" > "$PEERS/work/sink.log" 2>&1 &
trap 'kill "$(cat "$PEERS/work/sink.pid")"' EXIT

"$here/setup_mailman.sh" pgstart; DB=pg "$here/setup_mailman.sh" install
DB=pg MAX_RCPT=10 "$here/setup_mailman.sh" restart       # 10 is the schema default of 3.3.10
PG=1 "$here/run_mailman.sh" mailman3-pg mem ingest through single bulk pers mem shunt
DB=sqlite "$here/setup_mailman.sh" restart; DB=sqlite "$here/setup_mailman.sh" lists
MAILMAN_WEB_CONFIG=$PEERS/mailman/etc/settings.py "$here/run_import.sh" hk-sqlite hk-index hk-pg publicinbox
"$here/setup_mailman.sh" web
"$here/setup_publicinbox.sh" install; "$here/setup_publicinbox.sh" import "$PEERS/work/c10k.mbox"; "$here/setup_publicinbox.sh" start
"$here/setup_flaskbb.sh" install; "$here/setup_flaskbb.sh" load 1200; "$here/setup_flaskbb.sh" perpage 200; "$here/setup_flaskbb.sh" start
"$here/run_web.sh" hyperkitty publicinbox flaskbb
for stop in "setup_mailman.sh stop" "setup_mailman.sh webstop" "setup_mailman.sh pgstop" "setup_publicinbox.sh stop" "setup_flaskbb.sh stop"; do
  "$here"/$stop || true
done
"$PY" -m tests.bench report "$BENCH_RESULTS"
