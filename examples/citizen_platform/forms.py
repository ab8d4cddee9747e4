"""Every form that people outside can send: what is asked, why, and the one rule by which a field is both marked and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MISSING = "Bitte füllen Sie dieses Feld aus."
MALFORMED = "Bitte prüfen Sie diese Eingabe."
NO_PERSONAL = "Bitte keine personenbezogenen Angaben über Sie oder andere: Dieser Text ist öffentlich."
NO_PERSONAL_PROFILE = "Bitte ohne Namen und Kontaktdaten."
REUSE = "Mindestens zehn Zeichen. Bitte nehmen Sie keines, das Sie auch anderswo verwenden."
NAME_WRONG = "Drei bis vierzig Buchstaben, Ziffern, Punkte oder Striche."
ADDRESS_WRONG = "Bitte in der Form name@example.org."
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_WORD = r"[A-Za-z0-9_+%\-]+"
EMAIL = rf"{_WORD}(\.{_WORD})*@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+"
USERNAME = r"[A-Za-zÄÖÜäöüß0-9][A-Za-zÄÖÜäöüß0-9._\-]{2,39}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is asked. A field is mandatory exactly when it has a reason to be."""

    name: str
    label: str
    kind: str = "text"  #: text, email, password, textarea, select, radio, checkbox
    because: str = ""  #: why nothing is possible without it
    pattern: str = ""  #: the whole value, as the browser's ``pattern`` and the server read it
    longest: int = 120
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    wrong: str = MALFORMED  #: what to say where the pattern does not fit
    autocomplete: str = "off"

    @property
    def required(self) -> bool:
        """Whether the form is refused without it."""
        return bool(self.because)

    def clean(self, raw: str) -> str:
        """The value without what nobody can have meant."""
        if self.kind == "password":
            return raw
        text = raw.replace("\r\n", "\n").strip()
        if self.kind == "checkbox":
            return "yes" if text else ""
        return text if self.kind == "textarea" else " ".join(text.split())

    def fault(self, value: str) -> str:
        """What is wrong with a clean value, or nothing."""
        if not value:
            return MISSING if self.required else ""
        if len(value) > self.longest or _CONTROL.search(value) or (self.choices and value not in self.choices):
            return MALFORMED
        if self.pattern and not re.fullmatch(self.pattern, value):
            return self.wrong
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


CONSENT_TEXT = (
    "Ich willige ein, dass Mitforschen meinen Benutzernamen, mein Passwort (als Hash) und meine E-Mail-Adresse speichert, "
    "damit ich die Plattform nutzen kann. Ich kann das jederzeit in meinem Konto widerrufen."
)
_USERNAME = Field(
    name="username",
    label="Benutzername",
    pattern=USERNAME,
    longest=40,
    wrong=NAME_WRONG,
    hint="Nehmen Sie gern ein Pseudonym: Dieser Name ist öffentlich, alle Besucherinnen und Besucher können ihn sehen.",
    autocomplete="username",
    because="Beiträge brauchen einen Namen, unter dem sie stehen.",
)
_EMAIL = Field(
    name="email",
    label="E-Mail-Adresse",
    kind="email",
    pattern=EMAIL,
    longest=190,
    wrong=ADDRESS_WRONG,
    hint="Nicht öffentlich. Wir brauchen sie für die Bestätigung und für ein neues Passwort.",
    autocomplete="email",
    because="Ohne Adresse können wir die Anmeldung nicht bestätigen.",
)
_NEW_PASSWORD = Field(
    name="password",
    label="Passwort",
    kind="password",
    longest=200,
    hint=REUSE,
    autocomplete="new-password",
    because="Ohne Passwort könnte sich jede Person als Sie anmelden.",
)
REGISTER = Form(
    "register",
    (
        _USERNAME,
        _EMAIL,
        _NEW_PASSWORD,
        Field(
            name="age",
            label="Ihr Alter",
            kind="radio",
            choices={"16": "Ich bin 16 Jahre oder älter.", "under": "Ich bin noch nicht 16 Jahre alt."},
            because="Unter 16 Jahren brauchen wir vorher das Einverständnis der Eltern.",
        ),
        Field(name="consent", label=CONSENT_TEXT, kind="checkbox", because="Ohne Einwilligung dürfen wir kein Konto anlegen."),
    ),
)
GUARDIAN = Form(
    "guardian",
    (
        Field(
            name="email",
            label="E-Mail-Adresse von Mutter, Vater oder Vormund",
            kind="email",
            pattern=EMAIL,
            longest=190,
            wrong=ADDRESS_WRONG,
            because="Ohne Einverständnis der Eltern dürfen wir kein Konto anlegen.",
        ),
    ),
)
LOGIN = Form(
    "login",
    (
        Field(
            name="name",
            label="Benutzername oder E-Mail-Adresse",
            longest=190,
            autocomplete="username",
            because="Ohne Namen wissen wir nicht, wer Sie sind.",
        ),
        Field(
            name="password",
            label="Passwort",
            kind="password",
            longest=200,
            autocomplete="current-password",
            because="Ohne Passwort könnte sich jede Person als Sie anmelden.",
        ),
    ),
)
FORGOTTEN = Form("forgotten", (_EMAIL,))
NEW_PASSWORD = Form("new-password", (_NEW_PASSWORD,))
NEW_NAME = Form("new-name", (_USERNAME,))
NEW_ADDRESS = Form("new-address", (replace(_EMAIL, label="Neue E-Mail-Adresse"),))

_LANGUAGES = {"": "keine Angabe", "de": "Deutsch", "en": "Englisch", "nl": "Niederländisch", "pl": "Polnisch"}
_COUNTRIES = {
    "": "keine Angabe",
    "DE": "Deutschland",
    "AT": "Österreich",
    "BE": "Belgien",
    "CH": "Schweiz",
    "NL": "Niederlande",
    "PL": "Polen",
    "ZZ": "anderes Land",
}
_GENDERS = {"": "keine Angabe", "female": "weiblich", "male": "männlich", "diverse": "divers"}
_GROUPS = {
    "": "keine Angabe",
    "public": "Öffentlichkeit",
    "research": "Forschung",
    "policy": "Politik und Verwaltung",
    "business": "Wirtschaft",
    "education": "Bildung",
}
PROFILE = Form(
    "profile",
    (
        Field(name="main_language", label="Hauptsprache", kind="select", choices=_LANGUAGES),
        Field(name="other_languages", label="Weitere Sprachen"),
        Field(name="country", label="Land", kind="select", choices=_COUNTRIES),
        Field(
            name="postal_code",
            label="Postleitzahl",
            pattern="[0-9A-Za-z -]{3,10}",
            longest=10,
            hint="Drei bis zehn Ziffern oder Buchstaben.",
        ),
        Field(name="birth_year", label="Geburtsjahr", pattern="(19|20)[0-9]{2}", longest=4, hint="Nur das Jahr, vier Ziffern."),
        Field(name="gender", label="Geschlecht", kind="select", choices=_GENDERS),
        Field(name="rri_group", label="Gruppe", kind="select", choices=_GROUPS),
        Field(
            name="study_group",
            label="Teilnahme an einer Untersuchungsgruppe",
            kind="select",
            choices={"": "keine Angabe", "yes": "ja", "no": "nein"},
            hint="Diese Angabe kann etwas über Ihre Gesundheit aussagen. Sie braucht eine eigene Einwilligung.",
        ),
        Field(name="experience", label="Erfahrungen", kind="textarea", longest=1000, hint=NO_PERSONAL_PROFILE),
        Field(name="interests", label="Interessen", kind="textarea", longest=1000, hint=NO_PERSONAL_PROFILE),
    ),
)
_TEXT = Field(
    name="text", label="Text", kind="textarea", longest=4000, hint=NO_PERSONAL, because="Ohne Text gibt es nichts zu sagen."
)
SUGGESTION = Form(
    "suggestion",
    (
        Field(name="title", label="Titel", longest=120, hint=NO_PERSONAL, because="Ohne Titel findet den Vorschlag niemand."),
        _TEXT,
    ),
)
COMMENT = Form("comment", (_TEXT,))
CONTACT = Form(
    "contact",
    (
        Field(name="sender_name", label="Name", autocomplete="name"),
        Field(
            name="email",
            label="E-Mail-Adresse",
            kind="email",
            pattern=EMAIL,
            longest=190,
            wrong=ADDRESS_WRONG,
            autocomplete="email",
            because="Ohne Adresse können wir nicht antworten.",
        ),
        Field(name="subject", label="Betreff"),
        Field(
            name="message",
            label="Nachricht",
            kind="textarea",
            longest=4000,
            hint="Bitte senden Sie uns nichts Vertrauliches: E-Mails sind in aller Regel nicht Ende-zu-Ende verschlüsselt. "
            "Auf Wunsch vereinbaren wir einen sicheren Weg.",
            because="Ohne Nachricht wissen wir nicht, worum es geht.",
        ),
    ),
)
FORMS = {
    form.name: form
    for form in (
        REGISTER,
        GUARDIAN,
        LOGIN,
        FORGOTTEN,
        NEW_PASSWORD,
        NEW_NAME,
        NEW_ADDRESS,
        PROFILE,
        SUGGESTION,
        COMMENT,
        CONTACT,
    )
}

#: No address ever carries one of these.
PERSONAL = frozenset(one.name for form in FORMS.values() for one in form.fields)
