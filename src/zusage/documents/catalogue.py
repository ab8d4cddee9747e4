"""The texts of a language, from the files in ``texts/de`` and ``texts/en``, where a lawyer can read them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from zusage.promises.law import country_name
from zusage.promises.manifest import Texts
from zusage.yaml_text import own

from .escaping import visible

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: the files of a language; a text is found by its key, whichever of them it stands in
PARTS = ("words", "notice", "answer", "explain", "letters", "door", "sites")


class UnknownTextError(LookupError):
    """The catalogue has no such text: the document would have a hole."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language."""

    language: Language
    texts: Mapping[str, Any]

    def __call__(self, key: str, /, **values: str) -> str:
        """The text under a dotted key with its gaps filled in; the values are never read for gaps themselves."""
        text = self.entry(key)
        if not isinstance(text, str):
            raise UnknownTextError(f"{key!r} is not a text of texts/{self.language}")
        return text.format(**values) if values else text

    def entry(self, key: str) -> Any:
        """What stands under a dotted key; raises UnknownTextError."""
        node: Any = self.texts
        for part in key.split("."):
            if not isinstance(node, Mapping) or part not in node:
                raise UnknownTextError(f"texts/{self.language} has no text {key!r}")
            node = node[part]
        return node

    def of(self, texts: Texts) -> str:
        """The manifest's own text in this language."""
        return tidy(texts.in_language(self.language))

    def quoted(self, text: str) -> str:
        """In this language's quotation marks."""
        return self("language.quote", text=tidy(text))

    def listed(self, items: Iterable[str], word: Literal["and", "or"] = "and") -> str:
        """„a, b und c“."""
        found = list(items)
        if len(found) < 2:
            return "".join(found)
        return f"{', '.join(found[:-1])} {self(f'language.{word}')} {found[-1]}"

    def usual_column(self, name: str) -> str:
        """What columns of this name are called everywhere; empty where nobody can say."""
        titles = _read("columns").get(name)
        return str(titles[self.language]) if titles else ""

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166-1 code; the code itself where there is no such country."""
        return country_name(code, self.language) or code


@cache
def catalogue(language: Language) -> Catalogue:
    """The texts of ``de`` or ``en``."""
    texts: dict[str, Any] = {}
    for part in PARTS:
        found = _read(f"{language}/{part}")
        if twice := texts.keys() & found.keys():
            raise ValueError(f"texts/{language}/{part}.yaml has {', '.join(sorted(twice))}, and so has another file beside it")
        texts |= found
    return Catalogue(language, texts)


@cache
def _read(name: str) -> Mapping[str, Any]:
    values: Mapping[str, Any] = own(files(__package__) / "texts" / f"{name}.yaml")
    return values


def tidy(text: str) -> str:
    """On one line, without doubled spaces and without characters that nobody sees."""
    return " ".join(visible(text).split())


def closed(text: str) -> str:
    """A sentence with its full stop."""
    return _stopped(tidy(text))


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", ".“", ".”")) else f"{text}."


def paragraphs(text: str) -> tuple[str, ...]:
    """What somebody wrote, with the full stop at its end: a blank line parts paragraphs, and a line stays a line."""
    parts = ("\n".join(filter(None, map(tidy, part.splitlines()))) for part in re.split(r"\n\s*\n", text))
    found = [part for part in parts if part]
    return (*found[:-1], _stopped(found[-1])) if found else ()


def opening(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]
