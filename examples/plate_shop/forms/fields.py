"""One rule for a field. The page's marking and the server's check are both read from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MISSING = "Bitte füllen Sie dieses Feld aus."
MALFORMED = "Bitte prüfen Sie diese Eingabe."
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is asked. A field is mandatory exactly when it has a reason to be."""

    name: str
    label: str
    kind: str = "text"  #: text, email, textarea, select, radio, checkbox
    because: str = ""  #: why no contract (or no answer) is possible without it
    pattern: str = ""  #: the whole value, as the browser's ``pattern`` and the server read it
    longest: int = 120
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    autocomplete: str = "off"
    link: str = ""  #: an end point with more about it

    @property
    def required(self) -> bool:
        """Whether the form is refused without it."""
        return bool(self.because)

    def clean(self, raw: str) -> str:
        """The value without what nobody can have meant."""
        text = raw.replace("\r\n", "\n").strip()
        if self.kind == "checkbox":
            return "yes" if text else ""
        return text if self.kind == "textarea" else " ".join(text.split())

    def fault(self, value: str) -> str:
        """What is wrong with a clean value, or nothing."""
        if not value:
            return MISSING if self.required and "" not in self.choices else ""
        if len(value) > self.longest or _CONTROL.search(value):
            return MALFORMED
        if self.choices and value not in self.choices:
            return MALFORMED
        if self.pattern and not re.fullmatch(self.pattern, value):
            return self.hint or MALFORMED
        return ""


@dataclass(slots=True)
class Answers:
    """What was sent, field by field, and what is wrong with it."""

    values: dict[str, str]
    faults: dict[str, str]

    @property
    def good(self) -> bool:
        """Whether the form can be accepted."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Form:
    """A registered form. What it does not declare is dropped unread."""

    name: str
    fields: tuple[Field, ...]

    def read(self, sent: Mapping[str, str]) -> Answers:
        """The declared fields of what was sent."""
        values = {f.name: f.clean(sent.get(f.name, "")) for f in self.fields}
        faults = {f.name: fault for f in self.fields if (fault := f.fault(values[f.name]))}
        return Answers(values, faults)

    def blank(self, known: Mapping[str, str] | None = None) -> Answers:
        """The form as it is first shown: empty, or as it was left."""
        known = known or {}
        return Answers({f.name: known.get(f.name, "") for f in self.fields}, {})
