"""Hands on the records of consent, which is a chain in the state with a note of its end beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from zusage.state.acknowledged import FILE as ACKNOWLEDGED
from zusage.state.database import FILE as STATE

from . import Scene


def into(*statements: str) -> Callable[[Scene], None]:
    """Statements on the records, by somebody who has the database, and takes its guard away first."""

    def act(scene: Scene) -> None:
        with scene.connected(scene.own / STATE) as state:
            state.execute("DROP TRIGGER zusage_consent_stays")
            state.execute("DROP TRIGGER zusage_consent_kept")
            for statement in statements:
                if state.execute(statement).rowcount == 0:
                    raise AssertionError(f"the saboteur found nothing to break: {statement}")

    return act


def leave_out_a_refusal(scene: Scene) -> None:
    """The refusal was never recorded: the chain is written anew without it, head and note included."""
    last = hashlib.sha256(b"zusage consents 1").hexdigest()
    with scene.connected(scene.own / STATE) as state:
        state.execute("DROP TRIGGER zusage_consent_stays")
        state.execute("DROP TRIGGER zusage_consent_kept")
        if state.execute("DELETE FROM zusage_consent WHERE content LIKE '%refused%'").rowcount != 1:
            raise AssertionError("there is no refusal")
        rows = state.execute("SELECT number, content, content_digest FROM zusage_consent ORDER BY number").fetchall()
        for number, (old, content, digest) in enumerate(rows, 1):
            at = json.loads(content)["at"]
            last = hashlib.sha256(f"{last}\n{number}\n{at}\n{digest}".encode()).hexdigest()
            state.execute("UPDATE zusage_consent SET number = ?, digest = ? WHERE number = ?", (number, last, old))
        state.execute("UPDATE zusage_consent_head SET records = ?, digest = ?", (len(rows), last))
    (scene.own / ACKNOWLEDGED).write_text(f"{len(rows):019d} {last}\n", encoding="ascii")


def outlast(scene: Scene) -> None:
    """A consent from long ago is on record, chained like any other: nothing ever emptied it."""
    with scene.connected(scene.own / STATE) as state:
        number, last = state.execute("SELECT records, digest FROM zusage_consent_head").fetchone()
        (content,) = state.execute("SELECT content FROM zusage_consent WHERE number = 1").fetchone()
        at, until = "2012-01-01T12:00:00+00:00", "2012-07-01T12:00:00+00:00"
        said = {**json.loads(content), "id": "o" * 22, "subject": "0" * 64, "at": at, "until": until}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        inner = hashlib.sha256(text.encode()).hexdigest()
        digest = hashlib.sha256(f"{last}\n{number + 1}\n{at}\n{inner}".encode()).hexdigest()
        row = (number + 1, said["id"], said["subject"], "2012-01-01 12:00:00", "2012-07-01 12:00:00", text, inner, digest)
        columns = "number, record, subject, at, until, content, content_digest, digest"
        state.execute(f"INSERT INTO zusage_consent ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        state.execute("UPDATE zusage_consent_head SET records = ?, digest = ?", (number + 1, digest))


REWIND = """UPDATE zusage_consent_head
    SET records = 3, digest = (SELECT digest FROM zusage_consent WHERE number = 3)"""
