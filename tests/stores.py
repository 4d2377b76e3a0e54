"""A fresh, seeded store for every test, cheap on both databases: built once in a process, then copied or cleaned.

SQLite: one file, copied. PostgreSQL: one database, in which triggers note which tables a test wrote; those are emptied
after it, and only if one of them holds seed rows is the database made anew from its template.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

Fill = Callable[[str], None]
"""Brings the store at a URL to the newest migration and loads the seed."""


class Stores(Protocol):
    """Hands out one store at a time."""

    def seeded(self, folder: Path) -> str:
        """The URL of a store with tables and seed rows and nothing else."""
        ...

    def empty(self, folder: Path) -> str:
        """The URL of a store without any table."""
        ...

    def close(self) -> None:
        """Drop everything."""
        ...


class SQLiteStores:
    """Every store is a file in the folder of its test."""

    def __init__(self, folder: Path, fill: Fill) -> None:
        self._template = folder / "template.sqlite3"
        self._fill = fill

    def seeded(self, folder: Path) -> str:
        if not self._template.exists():
            self._build()
        return f"sqlite:///{shutil.copyfile(self._template, folder / 'ratspost.sqlite3')}"

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'empty.sqlite3'}"

    def close(self) -> None:
        self._template.unlink(missing_ok=True)

    def _build(self) -> None:
        draft = self._template.with_name("draft.sqlite3")
        self._fill(f"sqlite:///{draft}")
        engine = sa.create_engine(f"sqlite:///{draft}", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        draft.rename(self._template)


class PostgreSQLStores:
    """`name`, `name_template` and `name_empty` on one server; a process works in its own."""

    def __init__(self, url: str, name: str, fill: Fill) -> None:
        self._url = sa.make_url(url)
        self._name = name
        self._fill = fill
        self._admin = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._cleaner: sa.Engine | None = None

    def seeded(self, folder: Path) -> str:
        if self._cleaner is None:
            self._build()
        elif self._clean():
            self._copy()
        return self._address(self._name)

    def empty(self, folder: Path) -> str:
        return self._create(f"{self._name}_empty")

    def close(self) -> None:
        if self._cleaner is not None:
            self._cleaner.dispose()
        for name in (self._name, f"{self._name}_template", f"{self._name}_empty"):
            self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _command(self, *commands: str) -> None:
        with self._admin.connect() as connection:
            for command in commands:
                connection.exec_driver_sql(command)

    def _create(self, name: str, template: str = "template0") -> str:
        self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._address(name)

    def _build(self) -> None:
        template = self._create(f"{self._name}_template")
        self._fill(template)
        engine = sa.create_engine(template, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execution_options(no_parameters=True).exec_driver_sql(_WATCH)
        engine.dispose()
        self._copy()

    def _copy(self) -> None:
        if self._cleaner is not None:
            self._cleaner.dispose()
        self._cleaner = sa.create_engine(self._create(self._name, f"{self._name}_template"), pool_size=1)

    def _clean(self) -> bool:
        """Empty what the last test wrote; True if it wrote to seed tables, so that only a new copy helps."""
        assert self._cleaner is not None
        with self._cleaner.begin() as connection:
            return bool(connection.exec_driver_sql("SELECT testing.clean()").scalar_one())


_WATCH = """
CREATE SCHEMA testing;
CREATE TABLE testing.touched (name name);
CREATE TABLE testing.seeded (name name);
CREATE FUNCTION testing.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO testing.touched VALUES (TG_RELID::regclass::text);
  RETURN NULL;
END $$;
DO $$
DECLARE
  item record;
  filled boolean;
BEGIN
  FOR item IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', item.tablename) INTO filled;
    IF filled THEN INSERT INTO testing.seeded VALUES (item.tablename); END IF;
    EXECUTE format('CREATE TRIGGER testing_note AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION testing.note()', item.tablename);
  END LOOP;
END $$;
CREATE FUNCTION testing.clean() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  item record;
BEGIN
  PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle';
  IF EXISTS (SELECT FROM testing.touched JOIN testing.seeded USING (name)) THEN RETURN true; END IF;
  SET LOCAL session_replication_role = replica;
  FOR item IN SELECT DISTINCT name FROM testing.touched LOOP
    EXECUTE format('DELETE FROM public.%I', item.name);
  END LOOP;
  FOR item IN SELECT schemaname, sequencename FROM pg_sequences s
      WHERE last_value IS NOT NULL AND NOT EXISTS (
        SELECT FROM testing.seeded t JOIN pg_depend d ON d.refobjid = to_regclass('public.' || quote_ident(t.name))
        WHERE d.objid = to_regclass(quote_ident(s.schemaname) || '.' || quote_ident(s.sequencename))) LOOP
    PERFORM setval((quote_ident(item.schemaname) || '.' || quote_ident(item.sequencename))::regclass, 1, false);
  END LOOP;
  DELETE FROM testing.touched;
  RETURN false;
END $$;
"""
