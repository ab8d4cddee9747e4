"""The kinds of system that hold data or face people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .texts import Line, Part, PeriodText
from .website import MailServer, Website


class System(Part):
    """A database. Addresses come from the environment as ``${NAME}``; secrets never stand here."""

    kind: Literal["sql"] = "sql"
    url: Line
    #: the address with a role that may change, for whoever carries out plans; without it ``url`` is used for both
    writer: Line | None = None
    #: the address with the application's own role, for the probe that shows what is out of its reach
    application: Line | None = None
    #: the zone in which times without an offset are meant
    time_zone: Line = "UTC"
    #: times before this day are absurd
    plausible_from: date = date(1990, 1, 1)
    #: times further ahead than this are absurd
    plausible_ahead: PeriodText = Field(default="P20Y", validate_default=True)
    #: time columns stored otherwise than as times: table.column → what the number counts, or ``text`` for a written time
    epochs: dict[str, Literal["seconds", "milliseconds", "text"]] = Field(default_factory=dict)
    #: connections to it are encrypted; a file on this machine has none
    encrypted: bool = False
    #: time columns without an offset that are meant in another zone: table.column → zone
    zones: dict[str, Line] = Field(default_factory=dict)
    #: triggers that a plan may fire, with the reason: name or table.name → why it may
    triggers: dict[str, Line] = Field(default_factory=dict)
    #: those of them that leave alone whatever a suspension may hold, with the reason: name or table.name → why that is certain
    triggers_spare_held: dict[str, Line] = Field(default_factory=dict)
    #: tables that hold nothing about people, with the reason
    not_personal: dict[str, Line] = Field(default_factory=dict)
    #: items of a catalogue that are kept when every table and column here has a purpose
    refs: tuple[str, ...] = ()
    #: items that are kept when connections to it are encrypted
    encrypted_refs: tuple[str, ...] = ()


class AccessLog(Part):
    """The log of a web server: lines in files, current, rotated and compressed. To the rules it has one table, ``line``."""

    kind: Literal["access-log"]
    #: the files, as a path with ``*``; the rotated and compressed ones among them
    path: Line
    #: common, combined, json, nginx-error, apache-error, timestamped, or the server's own log_format or LogFormat
    format: Line = "combined"
    #: the field that holds the time of a line, such as ``ts`` in lines of JSON
    time: Line = "time"
    #: the field that tells the sessions of visitors apart; it lets a period run from ``session_last_seen``
    session: Line | None = None
    #: the zone in which times without an offset are meant
    time_zone: Line = "UTC"
    #: times before this day are absurd
    plausible_from: date = date(1990, 1, 1)
    #: times further ahead than this are absurd
    plausible_ahead: PeriodText = Field(default="P2D", validate_default=True)
    refs: tuple[str, ...] = ()


#: what has rows: tables of a database, or the lines of a log
Store = System | AccessLog


def _kind(value: Any) -> str:
    """A system without a kind is a database."""
    kind = value.get("kind", "sql") if isinstance(value, dict) else getattr(value, "kind", "sql")
    return kind if isinstance(kind, str) else "?"


AnySystem = Annotated[
    Annotated[System, Tag("sql")]
    | Annotated[AccessLog, Tag("access-log")]
    | Annotated[Website, Tag("website")]
    | Annotated[MailServer, Tag("mail-server")],
    Discriminator(
        _kind,
        custom_error_type="unknown_kind",
        custom_error_message="there is no such kind of system; write sql, access-log, website or mail-server",
    ),
]
