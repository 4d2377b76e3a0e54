#!/usr/bin/env bash
# GNU Mailman 3.3.10 + HyperKitty + Postorius in a venv, SQLite (default) or PostgreSQL, for measurement on loopback.
#   ./setup_mailman.sh install          venv, configs, schema, static files, list(s) with MEMBERS members
#   ./setup_mailman.sh start | stop | restart     core (LMTP 8024, REST 8001)
#   ./setup_mailman.sh web | webstop              gunicorn, 2 workers, port 8000; and the django-q cluster
#   ./setup_mailman.sh pgstart | pgstop           the PostgreSQL for DB=pg
#   ./setup_mailman.sh lists            (again) create the lists ingest, bench (bulk), pers (personalize: individual + VERP)
#   ./setup_mailman.sh archive LIST [public|never]
#   ./setup_mailman.sh pids             pid files of what runs
#   ./setup_mailman.sh wipe             stop all, remove database, queues, web data (keeps the venv)
# Environment: PEERS=$HOME/.cache/ratspost-peers MEMBERS=1000 MAX_RCPT=10 (10 is the schema default of 3.3.10) DB=sqlite|pg PGURL=postgresql://...
#              OUT_INSTANCES=1 (outgoing runners; power of two)  SINK=2525
#              HK=no|yes (HyperKitty archiver plugged in; `yes` makes core ask HyperKitty over HTTP for a permalink per recipient
#              when it personalises, so `no` is the fastest core)
# Python 3.11 is what was measured. Runs as root with --run-as-root (throw-away machine, loopback only).
set -euo pipefail
PEERS=${PEERS:-$HOME/.cache/ratspost-peers}; H=$PEERS/mailman; V=$H/venv; MEMBERS=${MEMBERS:-1000}; MAX_RCPT=${MAX_RCPT:-10}
DB=${DB:-sqlite}; PGURL=${PGURL:-postgresql://bench@127.0.0.1:5444/mailman}; OUT_INSTANCES=${OUT_INSTANCES:-1}; SINK=${SINK:-2525}; HK=${HK:-no}
PGBIN=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)}   # where Debian keeps initdb and pg_ctl
export MAILMAN_WEB_CONFIG=$H/etc/settings.py MMWEB_PG=$([ "$DB" = pg ] && echo 1 || true)
mm() { "$V/bin/mailman" --run-as-root -C "$H/etc/mailman.cfg" "$@"; }

config() {
  mkdir -p "$H"/{var,etc,web/logs,web/static,log}
  if [ "$DB" = pg ]; then class=mailman.database.postgresql.PostgreSQLDatabase; url=$PGURL
  else class=mailman.database.sqlite.SQLiteDatabase; url=sqlite:////$H/var/data/mailman.db; fi
  cat > "$H/etc/mailman.cfg" <<CFG
[mailman]
site_owner: postmaster@example.invalid
layout: bench

[paths.bench]
var_dir: $H/var
bin_dir: $V/bin
log_dir: \$var_dir/logs
lock_dir: \$var_dir/locks
data_dir: \$var_dir/data
cache_dir: \$var_dir/cache
etc_dir: $H/etc
messages_dir: \$var_dir/messages
archive_dir: \$var_dir/archives
queue_dir: \$var_dir/queue
template_dir: \$var_dir/templates
pid_file: \$var_dir/master.pid
lock_file: \$lock_dir/master.lck
list_data_dir: \$var_dir/lists

[database]
class: $class
url: $url

[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
lmtp_host: 127.0.0.1
lmtp_port: 8024
smtp_host: 127.0.0.1
smtp_port: $SINK
max_recipients: $MAX_RCPT
verp_personalized_deliveries: yes

[runner.out]
class: mailman.runners.outgoing.OutgoingRunner
instances: $OUT_INSTANCES

[webservice]
hostname: 127.0.0.1
port: 8001
admin_user: restadmin
admin_pass: restpass

[archiver.hyperkitty]
class: mailman_hyperkitty.Archiver
enable: $HK
configuration: $H/etc/hyperkitty.cfg
CFG
  printf '[general]\nbase_url: http://127.0.0.1:8000/archives/\napi_key: SecretArchiverAPIKey\n' > "$H/etc/hyperkitty.cfg"
  cat > "$H/etc/settings.py" <<CFG
from mailman_web.settings.base import *
from mailman_web.settings.mailman import *
from pathlib import Path
import os
BASE_DIR = Path('$H/web')
ADMINS = ()
SECRET_KEY = 'bench-only'
DEBUG = False
ALLOWED_HOSTS = ['*']
STATIC_ROOT = str(BASE_DIR / 'static')
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': str(BASE_DIR / 'mailman-web.db'), 'OPTIONS': {'timeout': 30}}}
if os.environ.get('MMWEB_PG'):
    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'mmweb', 'USER': 'bench', 'HOST': '127.0.0.1', 'PORT': '5444'}}
LOGGING['handlers']['file']['filename'] = str(BASE_DIR / 'logs' / 'mailmanweb.log')
LOGGING['loggers']['hyperkitty']['level'] = 'INFO'
MAILMAN_REST_API_URL = 'http://127.0.0.1:8001'
MAILMAN_ARCHIVER_KEY = 'SecretArchiverAPIKey'
MAILMAN_ARCHIVER_FROM = ('127.0.0.1', '::1')
POSTORIUS_TEMPLATE_BASE_URL = 'http://127.0.0.1:8000'
HAYSTACK_CONNECTIONS['default']['PATH'] = str(BASE_DIR / 'fulltext_index')
EMAIL_HOST, EMAIL_PORT = '127.0.0.1', $SINK
CFG
}

rest() { curl -sf -u restadmin:restpass "$@"; }
wait_port() { for _ in $(seq 120); do (exec 3<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && return 0; sleep 0.5; done; echo "port $1 did not open" >&2; return 1; }

lists() {   # bench: bulk; pers: personalize individual + VERP. No archiving here: switch it on with `archive LIST`
  python3 -c "for i in range($MEMBERS): print(f'm{i:05d}@member.example.invalid')" > "$H/members.txt"
  for l in ingest bench pers; do
    mm create -d $l@lists.example.invalid || true
    [ $l = pers ] && p=individual || p=none
    rest -X PATCH http://127.0.0.1:8001/3.1/lists/$l@lists.example.invalid/config -d personalize=$p -d max_message_size=0 \
       -d archive_policy=never -d send_welcome_message=false -d process_bounces=false -d administrivia=false
    if [ $l = ingest ]; then rest -X PATCH http://127.0.0.1:8001/3.1/lists/$l@lists.example.invalid/config -d default_nonmember_action=accept
    else mm addmembers -W "$H/members.txt" $l@lists.example.invalid; fi
  done
}

case ${1:-} in
install)
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends sassc gettext curl >/dev/null
  mkdir -p "$H"; [ -x "$V/bin/python" ] || python3 -m venv "$V"
  "$V/bin/pip" install -q 'mailman==3.3.10' 'mailman-web==0.0.9' 'hyperkitty==1.3.12' 'postorius==1.3.13' 'mailman-hyperkitty==1.2.1' \
     'SQLAlchemy==2.0.58' 'falcon==4.4.0' 'django==4.2.30' 'django-allauth==65.21.1' 'django-haystack==3.4.0' 'whoosh==2.7.4' 'gunicorn==27.0.1' \
     'psycopg2-binary' psutil
  config; "$V/bin/mailman-web" migrate >/dev/null; "$V/bin/mailman-web" collectstatic --noinput >/dev/null; "$V/bin/mailman-web" compress
  "$0" start; lists; "$V/bin/pip" freeze > "$H/versions.txt" ;;
lists) lists ;;
archive)   # a list made while the archiver was off keeps it off, so switch it on for the list as well
  rest -X PATCH http://127.0.0.1:8001/3.1/lists/$2@lists.example.invalid/config -d archive_policy=${3:-public}
  rest -X PATCH http://127.0.0.1:8001/3.1/lists/$2@lists.example.invalid/archivers -d hyperkitty=$([ "${3:-public}" = never ] && echo false || echo true) || echo "no hyperkitty archiver (HK=no?)" ;;
start) config; mm start > "$H/log/start.log" 2>&1 < /dev/null; wait_port 8024; wait_port 8001 ;;
stop) mm stop > "$H/log/stop.log" 2>&1 || true; for _ in $(seq 60); do [ -e "$H/var/master.pid" ] || break; sleep 0.5; done ;;
restart) "$0" stop; "$0" start ;;
web)
  cd "$H/web"; export PYTHONPATH=$H/etc DJANGO_SETTINGS_MODULE=settings; unset MAILMAN_WEB_CONFIG
  "$V/bin/gunicorn" -w 2 -b 127.0.0.1:8000 --pid "$H/gunicorn.pid" --daemon --log-file "$H/log/gunicorn.log" --timeout 120 mailman_web.wsgi:application
  wait_port 8000
  if [ "${QCLUSTER:-1}" = 1 ]; then setsid "$V/bin/python" -m mailman_web.manage qcluster > "$H/log/qcluster.log" 2>&1 < /dev/null & echo $! > "$H/qcluster.pid"; fi ;;
webstop) for f in qcluster gunicorn; do [ -e "$H/$f.pid" ] && kill "$(cat "$H/$f.pid")" 2>/dev/null || true; rm -f "$H/$f.pid"; done ;;
pgstart)   # a PostgreSQL 15 of our own on 127.0.0.1:5444, fsync on, shared_buffers 256 MB, else defaults
  mkdir -p "$PEERS/pg"; chown postgres "$PEERS/pg"; cd "$PEERS/pg"; as="setpriv --reuid=postgres --regid=postgres --init-groups"
  if [ ! -d data ]; then
    $as "$PGBIN/initdb" -D "$PEERS/pg/data" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    printf "port = 5444\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '$PEERS/pg'\nshared_buffers = 256MB\n" >> data/postgresql.conf
  fi
  $as "$PGBIN/pg_ctl" -D "$PEERS/pg/data" -l "$PEERS/pg/log" -w start >/dev/null || true
  P="psql -h 127.0.0.1 -p 5444 -U postgres -qc"; $P "create role bench superuser login" && $P "create database mailman owner bench" && $P "create database mmweb owner bench" || true ;;
pgstop) setpriv --reuid=postgres --regid=postgres --init-groups "$PGBIN/pg_ctl" -D "$PEERS/pg/data" -m fast stop ;;
pids) ls "$H/var/master.pid" "$H/gunicorn.pid" "$H/qcluster.pid" 2>/dev/null | paste -sd, ;;
wipe) "$0" stop || true; "$0" webstop; rm -rf "$H/var" "$H/web" ;;
*) sed -n 2,20p "$0"; exit 2 ;;
esac
