"""The barest Flask pages that could do the work: a thread by raw SQL and by SQLAlchemy, a list, a search. For gunicorn."""

from __future__ import annotations

import os
import sqlite3

import sqlalchemy as sa
from flask import Flask, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_THREAD = """<!doctype html><html lang=de><title>{{ thread.title }}</title><h1>{{ thread.title }}</h1>{% for p in posts %}
<article id=p{{ p.id }}><header><b>{{ p.author }}</b> <time>{{ p.at }}</time></header><div>{{ p.body }}</div>
<footer><a href="/p/{{ p.id }}">Link</a> <a href="/p/{{ p.id }}/reply">Antworten</a></footer></article>{% endfor %}</html>"""
_LIST = "<table>{% for r in rows %}<tr><td>{{ r.title }}<td>{{ r.n }}<td>{{ r.last }}{% endfor %}</table>"
_HITS = "{% for r in rows %}<p class=hit>{{ r.author }} {{ r.at }} {{ r.s }}</p>{% endfor %}"
_NEWEST = """select t.id, t.title, count(p.id) n, max(p.at) last from thread t join post p on p.thread_id = t.id
where t.id in (select id from thread order by id desc limit 25) group by t.id order by last desc"""
_SEARCH = """select p.id, p.author, p.at, snippet(fts, 1, '<b>', '</b>', '…', 24) s from fts join post p on p.id = fts.rowid
where fts match ? order by bm25(fts) limit 25"""


class Base(DeclarativeBase):
    pass


class Thread(Base):
    __tablename__ = "thread"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"))
    author: Mapped[str]
    at: Mapped[str]
    body: Mapped[str]


def make_app() -> Flask:
    """The app over the archive that $PAGE_DB names."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['PAGE_DB']}"
    database = SQLAlchemy(app, metadata=Base.metadata)
    plain = sqlite3.connect(os.environ["PAGE_DB"])
    plain.row_factory = sqlite3.Row

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/raw/<int:thread_id>")
    def raw(thread_id: int) -> str:
        thread = plain.execute("select * from thread where id = ?", (thread_id,)).fetchone()
        posts = plain.execute("select id, author, at, body from post where thread_id = ? order by id", (thread_id,)).fetchall()
        return render_template_string(_THREAD, thread=thread, posts=posts)

    @app.get("/orm/<int:thread_id>")
    def orm(thread_id: int) -> str:
        posts = database.session.scalars(sa.select(Post).filter_by(thread_id=thread_id).order_by(Post.id)).all()
        return render_template_string(_THREAD, thread=database.session.get(Thread, thread_id), posts=posts)

    @app.get("/list")
    def newest() -> str:
        return render_template_string(_LIST, rows=plain.execute(_NEWEST).fetchall())

    @app.get("/search")
    def search() -> str:
        return render_template_string(_HITS, rows=plain.execute(_SEARCH, (request.args["q"],)).fetchall())

    return app
