#!/usr/bin/env bash
# FlaskBB 2.2.0 on loopback. It declares Python >= 3.12 but, as published, its annotations need 3.14 (names imported only under
# TYPE_CHECKING): `install` adds `from __future__ import annotations` to the modules that fail on 3.12. SQLite, no Redis.
#   ./setup_flaskbb.sh install | load [N] | perpage K | start | stop      (PYTHON312=/path/to/python3.12)   port 8082, 2 gunicorn workers
set -euo pipefail
PEERS=${PEERS:-$HOME/.cache/ratspost-peers}; H=$PEERS/flaskbb; PY=${PYTHON312:-python3.12}; HERE=$(cd "$(dirname "$0")/../../.." && pwd)
export PATH=$H/venv/bin:$PATH
cfg() { mkdir -p "$H/inst/logs"; cat > "$H/inst/flaskbb.cfg" <<CFG
DEBUG = False
TESTING = False
SECRET_KEY = "bench"
WTF_CSRF_SECRET_KEY = "bench"
SQLALCHEMY_DATABASE_URI = "sqlite:///$H/inst/flaskbb.sqlite"
SQLALCHEMY_ECHO = False
CACHE_TYPE = "SimpleCache"
RATELIMIT_ENABLED = False
WHOOSHEE_DIR = "$H/inst/whoosh"
WHOOSHEE_MEMORY_STORAGE = False
DEBUG_TB_ENABLED = False
MAIL_SERVER = "127.0.0.1"
MAIL_PORT = 2525
SEND_LOGS = False
LOG_PATH = "$H/inst/logs"
CFG
}
case ${1:-} in
install)
  mkdir -p "$H"; [ -x "$H/venv/bin/python" ] || "$PY" -m venv "$H/venv"; "$H/venv/bin/pip" install -q 'flaskbb==2.2.0' 'gunicorn==27.0.1'
  mkdir -p "$(echo "$H"/venv/lib/python3.*/site-packages)/logs"; cfg
  cd "$H"; python - <<'PYEOF'
import ast, re, subprocess
seen = set()
while True:
    r = subprocess.run(["flaskbb", "--help"], capture_output=True, text=True)
    m = re.findall(r'File "([^"]*site-packages/flaskbb[^"]*)", line', r.stderr)
    if "NameError" not in r.stderr or not m or m[-1] in seen: break
    f = m[-1]; seen.add(f); s = open(f).read(); first = ast.parse(s).body[0]
    at = first.end_lineno if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else 0
    lines = s.split("\n"); lines.insert(at, "from __future__ import annotations"); open(f, "w").write("\n".join(lines))
print("patched", sorted(seen))
PYEOF
  rm -f inst/flaskbb.sqlite; flaskbb --config inst/flaskbb.cfg --instance "$H/inst" install -f -u admin -e admin@example.org -p bench1234 >/dev/null 2>&1
  printf 'from flaskbb import create_app\napplication = create_app("%s/inst/flaskbb.cfg", "%s/inst")\n' "$H" "$H" > wsgi.py; pip freeze > versions.txt ;;
load) cd "$H"; BENCH=$HERE python - "${2:-1200}" <<'PYEOF'
import os, sys, time; sys.path.insert(0, os.environ["BENCH"])
from tests.bench.council_mail import CouncilMail
from flaskbb import create_app
app = create_app(os.path.abspath("inst/flaskbb.cfg"), os.path.abspath("inst")); n = int(sys.argv[1])
app.config["WHOOSHEE_ENABLE_INDEXING"] = False            # one Whoosh commit per post otherwise
with app.app_context():
    from flaskbb.forum.models import Forum, Topic, Post
    from flaskbb.user.models import User
    u, f, topics, t0, c0 = User.query.first(), Forum.query.first(), {}, time.time(), time.process_time()
    for m in CouncilMail(7).archive(n):
        t = topics.get(m.root)
        if t is None:
            t = topics[m.root] = Topic(title=m.subject[:255]); t.save(user=u, forum=f, post=Post(content=m.text))
        else:
            Post(content=m.text).save(user=u, topic=t)
    best = max(topics.values(), key=lambda t: t.post_count)
    print("posts", n, "wall", round(time.time() - t0, 1), "cpu", round(time.process_time() - c0, 1), "topic", best.id, best.post_count, best.slug)
PYEOF
  ;;
perpage) python3 -c "
import sqlite3, pickle; d = sqlite3.connect('$H/inst/flaskbb.sqlite'); d.execute('update settings set value=? where key=\"posts_per_page\"', (pickle.dumps($2, 4),)); d.commit()" ;;
start) cd "$H"; gunicorn -w 2 -b 127.0.0.1:8082 --pid "$H/gunicorn.pid" --daemon --log-file "$H/gunicorn.log" wsgi:application; sleep 4 ;;
stop) [ -e "$H/gunicorn.pid" ] && kill "$(cat "$H/gunicorn.pid")" || true ;;
*) sed -n 2,5p "$0"; exit 2 ;;
esac
