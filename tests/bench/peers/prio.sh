#!/usr/bin/env bash
# On a shared machine: raise the scheduling weight of the sessions (autogroups) that the given pids live in, so that what others
# compute disturbs the figures less. ./prio.sh PIDS|PIDFILES (comma separated) [NICE=-10]. Does nothing to other processes.
set -u
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../../.."; PY=${PY:-.venv/bin/python}; bench() { "$PY" -m tests.bench "$@"; }
for pid in $(bench tree "$1"); do
  echo "${2:--10}" > /proc/$pid/autogroup 2>/dev/null || true
done
