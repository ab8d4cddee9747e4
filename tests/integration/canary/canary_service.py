"""A small service with a front door: who joins confirms by mail, writes, uploads, reads their data and leaves. And its manifest."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, jsonify, redirect, request
from waitress.server import create_server

META = sa.MetaData()
MEMBER = sa.Table(
    "member",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(190), unique=True),
    sa.Column("name", sa.String(190)),
    sa.Column("password", sa.String(190)),
    sa.Column("token", sa.String(64)),
    sa.Column("since", sa.DateTime, default=datetime.now),
)
ENTRY = sa.Table(
    "entry",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("text", sa.Text),
    sa.Column("at", sa.DateTime, default=datetime.now),
)
LIKED = sa.Table(
    "liked",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("at", sa.DateTime, default=datetime.now),
)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {book: {url: "${BOOK_URL}"}}
classes: {one: {de: eins, en: one}}
people: {member: {record: book.member, key: id, known_by: [book.member.email], title: {de: Mitglieder, en: members}}}
activities:
  writing:
    title: {de: Einträge, en: Entries}
    purpose: {de: Einträge, en: entries}
    legal_basis: art-6-1-b
    data:
      book.member: {classes: {one: [email, name, password, token, since]}}
      book.entry: {of: member via member_id, classes: {one: [text, at]}}
      book.liked: {of: member via member_id, classes: {one: [at]}}
    keep:
      - {name: members, data: book.member, at_most: P9Y, from: since, waits_for: [book.entry via member_id, book.liked via member_id]}
      - {name: entries, data: book.entry, at_most: P9Y, from: at}
      - {name: likes, data: book.liked, at_most: P9Y, from: at}
canary:
  url: ${BOOK_DOOR}
  outside: none
  mailbox: ${BOOK_FOLDER}/spool
  join:
    - {post: /join, fill: {email: "{email}", name: "{given} {family}", password: "{password}"}}
    - {mailed: "/confirm/\\\\S+"}
  enter: [{post: /enter, fill: {email: "{email}", password: "{password}"}}]
  use:
    - {post: /entry, fill: {text: "{note}"}}
    - {post: /file, attach: {file: "{document}"}}
    - {post: /like}
  access: [{get: /data.json}, {get: /file}]
  erase: [{post: /leave}]
  files: {folder: "${BOOK_FOLDER}"}
  comes: {book: [email, given, family, note], folder: [email, document]}
"""


@dataclass
class Book:
    """The service, and whatever breaks it."""

    engine: sa.Engine
    folder: Path
    #: called when somebody leaves, instead of removing their file
    forget: Callable[[Path], None] = field(default=lambda path: path.unlink(missing_ok=True))

    def app(self) -> Flask:
        app = Flask("book")
        for path in ("/join", "/enter", "/entry", "/file", "/like", "/unmail", "/leave"):
            name = path[1:]
            app.add_url_rule(path, f"{name}-form", lambda name=name: self._form(name))
            app.add_url_rule(path, name, getattr(self, name), methods=["POST"])
        app.add_url_rule("/confirm/<token>", "confirm-form", lambda token: "<form></form>")
        app.add_url_rule("/confirm/<token>", "confirm", self.confirm, methods=["POST"])
        app.add_url_rule("/data.json", "data", self.data)
        return app

    def _form(self, name: str) -> object:
        if name == "file":
            return self._file().read_bytes() if self._file().exists() else "<form></form>"
        return "<form></form>"

    def _me(self) -> int:
        with self.engine.connect() as connection:
            token = request.cookies.get("who", "")
            found = connection.scalar(sa.select(MEMBER.c.id).where(MEMBER.c.token == token)) if token else None
        return int(found) if found is not None else abort(403)

    def _file(self) -> Path:
        return self.folder / "files" / f"{self._me()}.txt"

    def _do(self, *statements: Any) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def join(self) -> object:
        told, token = request.form, secrets.token_hex(16)
        row = {"email": told["email"], "name": told["name"], "password": str(hash(told["password"])), "token": token}
        try:
            self._do(sa.insert(MEMBER).values(row))
        except sa.exc.IntegrityError:
            return "", 409
        mail = f"To: {told['email']}\nSubject: welcome\n\nhttp://book.example/confirm/{token}\n"
        (self.folder / "spool" / f"{token[:8]}.eml").write_text(mail)
        return "welcome"

    def confirm(self, token: str) -> object:
        answer = redirect("/data.json")
        answer.set_cookie("who", token)
        return answer

    def enter(self) -> object:
        wanted = (MEMBER.c.email == request.form["email"], MEMBER.c.password == str(hash(request.form["password"])))
        with self.engine.connect() as connection:
            token = connection.scalar(sa.select(MEMBER.c.token).where(*wanted)) or abort(403)
        return self.confirm(token)

    def entry(self) -> object:
        self._do(sa.insert(ENTRY).values(member_id=self._me(), text=request.form["text"]))
        return "written"

    def file(self) -> object:
        request.files["file"].save(self._file())
        return "kept"

    def like(self) -> object:
        self._do(sa.insert(LIKED).values(member_id=self._me()))
        return "liked"

    def data(self) -> object:
        me = self._me()
        with self.engine.connect() as connection:
            member = connection.execute(sa.select(MEMBER.c.email, MEMBER.c.name).where(MEMBER.c.id == me)).one()
            texts = connection.scalars(sa.select(ENTRY.c.text).where(ENTRY.c.member_id == me)).all()
        return jsonify([list(member), list(texts)])

    def unmail(self) -> object:
        with self.engine.connect() as connection:
            email = connection.scalar(sa.select(MEMBER.c.email).where(MEMBER.c.id == self._me()))
        for mail in (self.folder / "spool").glob("*.eml"):
            if f"To: {email}\n" in mail.read_text():
                mail.unlink()
        return "no mail"

    def leave(self) -> object:
        self.unmail()
        me, file = self._me(), self._file()
        self.forget(file)
        self._do(
            sa.delete(ENTRY).where(ENTRY.c.member_id == me),
            sa.delete(LIKED).where(LIKED.c.member_id == me),
            sa.delete(MEMBER).where(MEMBER.c.id == me),
        )
        return "gone"

    def rows(self) -> dict[str, list[Any]]:
        with self.engine.connect() as connection:
            return {table.name: list(connection.execute(sa.select(table))) for table in META.sorted_tables}


@contextmanager
def served(folder: Path, url: str, looked_at: str | None = None) -> Iterator[tuple[Book, dict[str, str]]]:
    """The service on a database, and what the environment must say; ``looked_at`` is the address with a role that only looks."""
    for name in ("files", "spool"):
        (folder / "book" / name).mkdir(parents=True)
    book = Book(
        sa.create_engine(url.replace("mariadb://", "mysql+pymysql://").replace("postgresql://", "postgresql+psycopg://")),
        folder / "book",
    )
    META.create_all(book.engine)
    server = create_server(book.app(), host="127.0.0.1", port=0, threads=2)

    def run() -> None:
        with suppress(OSError):
            server.run()

    Thread(target=run, daemon=True).start()
    (folder / "book" / "spool" / "README").write_text("Mail that waits.\n")
    (folder / "zusage.yaml").write_text(MANIFEST.replace("\\\\\\\\", "\\\\"))
    door = f"http://127.0.0.1:{server.effective_port}"
    try:
        yield book, {"BOOK_URL": looked_at or url, "BOOK_DOOR": door, "BOOK_FOLDER": str(folder / "book")}
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        book.engine.dispose()
