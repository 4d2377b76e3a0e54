#!/usr/bin/env bash
# Page latency of the web peers, interleaved: every round asks each peer once. ./run_web.sh [hyperkitty publicinbox flaskbb ours ...]
# Environment: BENCH_RESULTS, BENCH_RUN, REPEAT=3 (rounds), QUIET=10, HK_NAME=hyperkitty-sqlite, CORPUS_JSON (output of `python -m tests.bench mbox`)
# A target of our own: OURS_NAME, OURS_PIDS, OURS_THREAD200, OURS_LIST, OURS_SEARCH (URL with %s for the term) in the environment.
set -u
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../../.."; PY=${PY:-.venv/bin/python}; bench() { "$PY" -m tests.bench "$@"; }
PEERS=${PEERS:-$HOME/.cache/ratspost-peers}; H=$PEERS/mailman; R=${REPEAT:-3}; Q=${QUIET:-10}; HK=${HK_NAME:-hyperkitty-sqlite}
WHAT=${*:-hyperkitty publicinbox flaskbb}; LIST=bench@lists.example.invalid; HB=http://127.0.0.1:8000/archives
MID=$("$PY" -c "import json;print(json.load(open('${CORPUS_JSON:-$PEERS/work/c10k.json}'))['big_root'])")
HASH=$("$PY" -c "import hashlib,base64;print(base64.b32encode(hashlib.sha1('$MID'.encode()).digest()).decode())")   # HyperKitty's thread id
w() { bench web --quiet "$Q" --max-s 15 --warmup 2 "$@"; }
enc() { "$PY" -c "import urllib.parse,sys;print(urllib.parse.quote(sys.argv[1]))" "$1"; }
TERMS="Grundsteuerreform Hebesatz Klärschlammverbrennung Zweckverbandsumlage"
both() { for c in 1 4; do w --clients $c "$@"; done; }
for round in $(seq "$R"); do for what in $WHAT; do case $what in
hyperkitty) P=$H/gunicorn.pid; T=$HB/list/$LIST/thread/$HASH/
  both --peer $HK --pids $P --name thread200-onepage --requests 30 --url "$T?noscript" --expect 'class="email-body' --expect-count 200 --note "all 200 in one page (?noscript)"
  both --peer $HK --pids $P --name thread200-firstview --requests 60 --url "$T" --note "first message only, replies come 6 at a time by script"
  A=(); for o in $(seq 0 6 198); do A+=(--url "$T""replies?sort=thread&offset=$o"); done
  w --clients 1 --peer $HK --pids $P --name thread200-byscript --requests 6 --sequence --url "$T" "${A[@]}" --note "page and its 34 script requests, one after the other"
  both --peer $HK --pids $P --name list --requests 60 --url "$HB/list/$LIST/latest" --expect 'thread-title|class="thread ' --note "newest threads, default page size"
  w --clients 1 --peer $HK --pids $P --name overview --requests 40 --url "$HB/list/$LIST/" --note "list overview; its fragments are further requests"
  for t in $TERMS; do w --clients 1 --peer $HK --pids $P --name search-$t --requests 20 --url "$HB/search?mlist=$LIST&q=$(enc $t)" --note "Whoosh, default page size"; done ;;
publicinbox) P=$PEERS/publicinbox/httpd.pid; B=http://127.0.0.1:8081/bench
  both --peer public-inbox --pids $P --name thread200-onepage --requests 60 --url "$B/$MID/T/" --expect permalink --expect-count 400
  both --peer public-inbox --pids $P --name list --requests 100 --url "$B/" --note "newest topics, 200 messages"
  for t in $TERMS; do w --clients 1 --peer public-inbox --pids $P --name search-$t --requests 60 --url "$B/?q=$(enc $t)" --note "Xapian, up to 200 results a page"; done ;;
flaskbb) P=$PEERS/flaskbb/gunicorn.pid; B=http://127.0.0.1:8082
  both --peer flaskbb --pids $P --name thread200-onepage --requests 20 --url "$B/topic/2-bibliothek-in-viersen:-einzelhandel-vorlegen" --expect 'class="post-content' --expect-count 200 --note "posts_per_page=200"
  both --peer flaskbb --pids $P --name list --requests 40 --url "$B/forum/1-x" --note "10 topics a page, 1,200 posts in all" ;;
ours)
  both --peer "$OURS_NAME" --pids "$OURS_PIDS" --name thread200-onepage --requests 60 --url "$OURS_THREAD200" ${OURS_EXPECT:+--expect "$OURS_EXPECT" --expect-count 200}
  both --peer "$OURS_NAME" --pids "$OURS_PIDS" --name list --requests 100 --url "$OURS_LIST"
  for t in $TERMS; do w --clients 1 --peer "$OURS_NAME" --pids "$OURS_PIDS" --name search-$t --requests 60 --url "$(printf "$OURS_SEARCH" "$(enc $t)")"; done ;;
esac; done; done
for what in $WHAT; do case $what in
hyperkitty) bench memory $HK "$H/gunicorn.pid" gunicorn 2 workers after the run; [ -e "$H/qcluster.pid" ] && bench memory $HK-qcluster "$H/qcluster.pid" django-q ;;
publicinbox) bench memory public-inbox "$PEERS/publicinbox/httpd.pid" httpd 2 workers after the run ;;
flaskbb) bench memory flaskbb "$PEERS/flaskbb/gunicorn.pid" gunicorn 2 workers after the run ;;
ours) bench memory "$OURS_NAME" "$OURS_PIDS" after the run ;;
esac; done
