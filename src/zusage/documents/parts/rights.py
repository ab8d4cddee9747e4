"""The rights of the person concerned (Art. 13(2)(b), (c), (d), (f) GDPR), complete whatever is processed."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.documents.page import Callout, Line, Paragraphs, Part, Section, line

from .setting import GAP, Setting, around, email, web


def rights(setting: Setting) -> Section:
    """How to exercise them; the right to object, set apart (Art. 21(4) GDPR); then each of the others."""
    say = setting.say
    objection = Callout(
        say("rights.object.title"),
        "right-object",
        tuple(line(say(f"rights.object.{key}")) for key in ("situation", "marketing")),
    )
    parts = tuple(
        Part(say(f"rights.each.{key}.title"), (Paragraphs(tuple(_right(setting, key))),), f"right-{key}")
        for key in say.entry("rights.each")
    )
    return Section(say("rights.heading"), "rights", (Paragraphs(tuple(_intro(setting))), objection), parts)


def _intro(setting: Setting) -> Iterator[Line]:
    yield line(setting.say("rights.intro"))
    contact = setting.manifest.controller.email
    if contact:
        yield around(setting.say("rights.contact", email=GAP), email(contact))
    requests = setting.manifest.requests
    if requests and requests.door and "${" not in requests.door.at:
        yield around(setting.say("rights.door", page=GAP), web(requests.door.at, f"{requests.door.at.rstrip('/')}/"))


def _right(setting: Setting, key: str) -> Iterator[Line]:
    say, entry = setting.say, setting.say.entry(f"rights.each.{key}")
    national = f" {entry['national']}" if setting.is_german and "national" in entry else ""
    yield line(f"{entry['text']}{national}")
    decisions = setting.manifest.notice.automated_decisions
    if key == "automated" and decisions:
        yield line(say(f"rights.automated_{decisions}"))
    if key == "complaint" and setting.authority:
        name = web(say.of(setting.authority.name), setting.authority.url)
        yield around(say("rights.authority", name=GAP), name)
