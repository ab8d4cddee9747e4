"""The confirmation that nothing is held of somebody (Art. 15(1) GDPR): what was searched by what, what was not, and the file that their request is.

It names neither an address nor a key: it goes to whoever has shown that these are theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zusage.promises.loading import Loaded
from zusage.promises.manifest import Texts

from .catalogue import Language, catalogue
from .lengths import day_in_words, length
from .page import Page, Section, line, paragraphs
from .parts import Setting
from .parts.who import who
from .printing import printed
from .remedies import remedies
from .rendering import paper_style, render, stylesheet
from .unattributed import unattributed

#: a register of our own in which something can be noted of somebody of whom nothing else is held
Register = Literal["objections", "withdrawals", "disclosures", "notices"]
#: the parts of the letter, in their order
PARTS = ("searched", "not_searched", "backups", "request", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What was done to find somebody."""

    #: the day on which they asked
    asked: date
    by_address: bool
    by_key: bool
    #: system → titles of the activities whose data there were looked through
    searched: Mapping[str, Sequence[Texts]]
    #: titles of activities with data of which nobody can tell whose they are (Art. 11 GDPR)
    beyond: Sequence[Texts]
    registers: Sequence[Register] = ()


def letter(loaded: Loaded, language: Language, on: date, said: Nothing, *, paper: bool = True) -> dict[str, str | bytes]:
    """The files of the letter by name; with ``paper`` a PDF too. Raises NoPrinter where none can be made here."""
    setting = Setting(loaded.manifest, catalogue(language), on)
    lead = _lead(setting, said)
    parts = {name: tuple(_part(setting, name, said)) for name in PARTS}
    html = render(_page(setting, lead, parts), "html")
    files: dict[str, str | bytes] = {
        "confirmation.json": _as_data(setting, said, {"confirmation": (lead,), **parts}),
        "confirmation.html": html,
        "notice.css": stylesheet(),
    }
    return {**files, "confirmation.pdf": printed(html, paper_style())} if paper else files


def _lead(setting: Setting, said: Nothing) -> str:
    say = setting.say
    return say("nothing.lead", asked=day_in_words(said.asked, say), day=day_in_words(setting.on, say))


def _page(setting: Setting, lead: str, parts: Mapping[str, Sequence[str]]) -> Page:
    say = setting.say
    sections = (Section(say(f"nothing.{name}"), name.replace("_", "-"), (paragraphs(*lines),)) for name, lines in parts.items())
    return Page(
        language=say.language,
        title=say("nothing.title"),
        contents=say("answer.contents"),
        switch="",
        other=None,
        lead=(line(lead),),
        sections=(who(setting), *(one for one in sections if one.blocks)),
    )


def _part(setting: Setting, name: str, said: Nothing) -> Iterator[str]:
    say, manifest = setting.say, setting.manifest
    match name:
        case "searched":
            yield from (say(f"nothing.by_{how}") for how, by in (("address", said.by_address), ("key", said.by_key)) if by)
            for system, titles in said.searched.items():
                yield say("nothing.system", system=system, activities=say.listed(say.quoted(say.of(title)) for title in titles))
            yield say("nothing.otherwise")
        case "not_searched":
            yield from list(unattributed(say, said.beyond)) or [say("nothing.all_searched")]
        case "backups":
            yield say("nothing.no_backup_searched")
            for backup in manifest.backups.values():
                systems = say.listed(say.quoted(one) for one in backup.of)
                of = say("protection.backup_of", systems=systems) if systems else ""
                if backup.kept:
                    yield say("protection.backup_kept", of=of, period=length(backup.kept, say, "dative"))
        case "request":
            yield say("nothing.file")
            kept = manifest.requests.kept if manifest.requests else None
            yield say("nothing.kept", period=length(kept, say, "accusative")) if kept else say("nothing.kept_open")
            yield from (say(f"nothing.registers.{one}") for one in said.registers)
        case _:
            yield from remedies(manifest, say)


def _as_data(setting: Setting, said: Nothing, parts: Mapping[str, Sequence[str]]) -> str:
    content = {
        "zusage-confirmation": 1,
        "on": setting.on.isoformat(),
        "asked": said.asked.isoformat(),
        "language": setting.say.language,
        "controller": setting.manifest.controller.model_dump(mode="json", include={"name", "address", "email", "country"}),
        "held": False,
        "searched": list(said.searched),
        "information": {name: list(lines) for name, lines in parts.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
