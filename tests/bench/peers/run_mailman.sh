#!/usr/bin/env bash
# Measures a running Mailman core (setup_mailman.sh start). ./run_mailman.sh PEERNAME [ingest bulk pers single mem ...]
# Environment: BENCH_RESULTS=file.jsonl BENCH_RUN=name REPEAT=3 QUIET=30 POSTS=20 PERS_POSTS=2
set -u
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../../.."; PY=${PY:-.venv/bin/python}; bench() { "$PY" -m tests.bench "$@"; }
PEER=$1; shift; PARTS=${*:-mem ingest single bulk pers mem}; PEERS=${PEERS:-$HOME/.cache/ratspost-peers}; H=$PEERS/mailman; R=${REPEAT:-3}; Q=${QUIET:-30}
PIDS=$H/var/master.pid; QUEUE=$H/var/queue; POSTS=${POSTS:-20}; PERS_POSTS=${PERS_POSTS:-2}
[ -n "${PG:-}" ] && PIDS=$PIDS,$PEERS/pg/data/postmaster.pid      # PostgreSQL's work counts as the peer's
[ -n "${WEB:-}" ] && PIDS=$PIDS,$H/gunicorn.pid                   # and that of HyperKitty, where it is asked for permalinks
[ -n "${PRIO:-}" ] && "$here/prio.sh" "$PIDS" "$PRIO"
# seeds 101, 102, ...: the same posts for every peer, in the same order
drain() { "$PY" -m tests.bench.peers.drain "$QUEUE" >/dev/null; }
L="--proto lmtp --port 8024"
for part in $PARTS; do case $part in
mem) bench memory "$PEER" "$PIDS" "$part" ;;
ingest)  # accepted/s on LMTP into a list without members; then the time until the queues are empty
  for c in 1 4 16; do for i in $(seq "$R"); do
    bench inject --peer "$PEER" $L --to ingest@lists.example.invalid --count 300 --conns $c --pids "$PIDS" --quiet "$Q" --note "ingest, no members, runners drain meanwhile" --seed $((100+i))
    drain; done; done
  for i in $(seq "$R"); do bench inject --peer "$PEER" $L --to ingest@lists.example.invalid --count 200 --conns 4 --per-conn 1 --pids "$PIDS" --quiet "$Q" --note "ingest, new connection per message" --seed $((100+i)); drain; done ;;
through) # whole pipeline without recipients: messages/s until the queues are empty
  for i in $(seq "$R"); do "$PY" -m tests.bench.peers.through "$PEER" "$PIDS" "$QUEUE" "$Q" $((100+i))
  done ;;
single)  # one post on an idle system
  for l in bench pers; do for i in $(seq "$R"); do drain; bench e2e --peer "$PEER" $L --to $l@lists.example.invalid --count 1 --expect 1000 --kind plain --pids "$PIDS" --quiet "$Q" --wait 300 --note "single post, $l" --seed $((100+i)); done; done ;;
single_bulk) for i in $(seq "$R"); do drain; bench e2e --peer "$PEER" $L --to bench@lists.example.invalid --count 1 --expect 1000 --kind plain --pids "$PIDS" --quiet "$Q" --wait 300 --note "single post, bench" --seed $((100+i)); done ;;
ingest_few) for i in $(seq "$R"); do bench inject --peer "$PEER" $L --to ingest@lists.example.invalid --count 300 --conns 4 --pids "$PIDS" --quiet "$Q" --note "ingest, no members, runners drain meanwhile" --seed $((100+i)); drain; done ;;
bulk) for i in $(seq "$R"); do drain; bench e2e --peer "$PEER" $L --to bench@lists.example.invalid --count "$POSTS" --expect 1000 --pids "$PIDS" --quiet "$Q" --wait 400 --note "bulk" --seed $((100+i)); done ;;
pers) for i in $(seq "$R"); do drain; bench e2e --peer "$PEER" $L --to pers@lists.example.invalid --count "$PERS_POSTS" --expect 1000 --pids "$PIDS" --quiet "$Q" --wait 400 --note "personalised+VERP" --seed $((100+i)); done ;;
shunt) "$PY" -c "import os; from tests.bench.figures import emit; emit('$PEER', 'shunted', len(os.listdir('$QUEUE/shunt')), 'messages', higher_is_better=False, note='posts that an exception moved aside; undelivered until an operator runs mailman unshunt')" ;;
esac; done
