"""Every form of the pool: what is asked, in both languages, and the one rule that marks and checks a field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plate_shop.forms.registry import EMAIL

Words = tuple[str, str]
MISSING: Words = ("Bitte füllen Sie dieses Feld aus.", "Please fill in this field.")
MALFORMED: Words = ("Bitte prüfen Sie diese Eingabe.", "Please check this entry.")
BACKWARDS: Words = ("Das Ende liegt vor dem Anfang.", "The end is before the beginning.")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
YEAR = "(19|20)[0-9]{2}"
DAY = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is asked. A field is mandatory exactly when it has a reason to be."""

    name: str
    label: Words
    kind: str = "text"  #: text, email, password, date, textarea, select, checkbox
    because: str = ""  #: why it does not work without
    pattern: str = ""
    longest: int = 120
    choices: Mapping[str, Words] = field(default_factory=dict)
    hint: Words = ("", "")
    autocomplete: str = "off"

    @property
    def required(self) -> bool:
        """Whether the form is refused without it."""
        return bool(self.because)

    def clean(self, raw: str) -> str:
        """The value without what nobody can have meant."""
        text = raw.replace("\r\n", "\n").strip()
        if self.kind == "checkbox":
            return "yes" if text else ""
        return text if self.kind in ("textarea", "password") else " ".join(text.split())

    def fault(self, value: str) -> Words | None:
        """What is wrong with a clean value, or nothing."""
        if not value:
            return MISSING if self.required else None
        fits = not self.pattern or re.fullmatch(self.pattern, value)
        chosen = not self.choices or value in self.choices
        real = self.kind != "date" or _in_calendar(value)
        return None if fits and chosen and real and len(value) <= self.longest and not _CONTROL.search(value) else MALFORMED


def _in_calendar(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


@dataclass(slots=True)
class Answers:
    """What was sent, field by field, and what is wrong with it."""

    values: dict[str, str]
    faults: dict[str, Words]

    @property
    def good(self) -> bool:
        """Whether the form can be accepted."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Form:
    """A registered form. What it does not declare is dropped unread."""

    fields: tuple[Field, ...]
    span: tuple[str, str] | None = None  #: two of its fields: the second is not before the first

    def read(self, sent: Mapping[str, str]) -> Answers:
        """The declared fields of what was sent."""
        values = {f.name: f.clean(sent.get(f.name, "")) for f in self.fields}
        faults = {f.name: fault for f in self.fields if (fault := f.fault(values[f.name]))}
        first, last = (values[name] for name in self.span) if self.span else ("", "")
        if not faults and last and last < first:
            faults[self.span[1]] = BACKWARDS
        return Answers(values, faults)

    def blank(self, known: Mapping[str, object] | None = None) -> Answers:
        """The form as it is first shown."""
        known = known or {}
        return Answers({f.name: str(known.get(f.name) or "") for f in self.fields}, {})


RIGHTS = {
    "access": ("Auskunft und eine Kopie meiner Daten (Art. 15 DSGVO)", "Information and a copy of my data (Art. 15 GDPR)"),
    "portability": ("Meine Daten zum Mitnehmen (Art. 20 DSGVO)", "My data to take along (Art. 20 GDPR)"),
    "rectification": ("Daten berichtigen (Art. 16 DSGVO)", "Correct data (Art. 16 GDPR)"),
    "erasure": ("Daten löschen (Art. 17 DSGVO)", "Erase data (Art. 17 GDPR)"),
    "restriction": ("Die Verarbeitung einschränken (Art. 18 DSGVO)", "Restrict the processing (Art. 18 GDPR)"),
    "objection": ("Der Verarbeitung widersprechen (Art. 21 DSGVO)", "Object to the processing (Art. 21 GDPR)"),
    "human-decision": (
        "Eine Entscheidung durch einen Menschen (Art. 22 Abs. 3 DSGVO)",
        "A decision by a human being (Art. 22(3) GDPR)",
    ),
    "complaint": ("Mich beschweren", "Complain"),
}
COUNTRIES = {
    "DE": ("Deutschland", "Germany"),
    "AT": ("Österreich", "Austria"),
    "CH": ("Schweiz", "Switzerland"),
    "FR": ("Frankreich", "France"),
    "PL": ("Polen", "Poland"),
    "XX": ("anderes Land", "another country"),
}
LEVELS = {level: (level, level) for level in ("A1", "A2", "B1", "B2", "C1", "C2")}
_NEEDED = "needed for the contract of membership"

_EMAIL = Field(
    name="email",
    label=("E-Mail-Adresse", "E-mail address"),
    kind="email",
    pattern=EMAIL,
    longest=190,
    autocomplete="email",
    because="the account is known by it",
)
_PASSWORD = Field(
    name="password",
    label=("Passwort", "Password"),
    kind="password",
    pattern="(?s).{10,200}",
    longest=200,
    hint=("Mindestens zehn Zeichen.", "At least ten characters."),
    autocomplete="new-password",
    because="it keeps others out",
)
_NAMES = (
    Field(
        name="given_name",
        label=("Vorname", "Given name"),
        longest=80,
        because="we address people by it",
        autocomplete="given-name",
    ),
    Field(
        name="family_name",
        label=("Nachname", "Family name"),
        longest=80,
        because="we address people by it",
        autocomplete="family-name",
    ),
)
_COUNTRY = Field(
    name="country", label=("Land", "Country"), kind="select", choices=COUNTRIES, longest=2, because="assignments depend on it"
)

REGISTER = Form(
    (
        *_NAMES,
        _COUNTRY,
        _EMAIL,
        _PASSWORD,
        Field(name="consent", label=("", ""), kind="checkbox", because="the profile rests on it"),
        Field(name="messages", label=("", ""), kind="checkbox"),
    )
)
LOGIN = Form(
    (
        _EMAIL,
        Field(
            name="password",
            label=("Passwort", "Password"),
            kind="password",
            because="-",
            longest=200,
            autocomplete="current-password",
        ),
    )
)
PROFILE = Form(
    (
        *_NAMES,
        Field(name="headline", label=("In einem Satz", "In one sentence")),
        Field(name="about", label=("Über mich", "About me"), kind="textarea", longest=2000),
        Field(
            name="birth_year",
            label=("Geburtsjahr", "Year of birth"),
            pattern=YEAR,
            longest=4,
            hint=("Nur ab 18 Jahren.", "From the age of 18 only."),
        ),
        Field(
            name="gender",
            label=("Geschlecht", "Gender"),
            kind="select",
            choices={"female": ("weiblich", "female"), "male": ("männlich", "male"), "diverse": ("divers", "non-binary")},
            hint=(
                "Freiwillig, nur für Statistik; nie Teil einer Auswahl.",
                "Voluntary, for statistics only; never part of a selection.",
            ),
        ),
        Field(name="phone", label=("Telefon", "Telephone"), longest=40, autocomplete="tel"),
        Field(name="street", label=("Straße und Hausnummer", "Street"), autocomplete="street-address"),
        Field(name="postal_code", label=("Postleitzahl", "Postal code"), longest=12, autocomplete="postal-code"),
        Field(name="city", label=("Ort", "City"), longest=80, autocomplete="address-level2"),
        _COUNTRY,
    )
)
ACCESS = Form(
    (
        Field(
            name="now_password",
            label=("Jetziges Passwort", "Present password"),
            kind="password",
            longest=200,
            because="nobody else may change it",
            autocomplete="current-password",
        ),
        Field(name="email", label=("Neue E-Mail-Adresse", "New e-mail address"), kind="email", pattern=EMAIL, longest=190),
        Field(
            name="password",
            label=("Neues Passwort", "New password"),
            kind="password",
            pattern="(?s).{10,200}",
            longest=200,
            autocomplete="new-password",
            hint=_PASSWORD.hint,
        ),
    )
)
MESSAGE = Form(
    (
        Field(name="subject", label=("Betreff", "Subject"), longest=160, because="-"),
        Field(name="body", label=("Nachricht", "Message"), kind="textarea", longest=4000, because="-"),
    )
)
COMPETENCE = Form(
    (
        Field(name="area", label=("Gebiet", "Area"), longest=60, because="-"),
        Field(name="years", label=("Jahre", "Years"), pattern="[0-9]{1,2}", longest=2, because="-"),
        Field(name="note", label=("Anmerkung", "Remark"), longest=240),
    )
)
LANGUAGE = Form(
    (
        Field(name="tongue", label=("Sprache", "Language"), longest=40, because="-"),
        Field(name="level", label=("Stufe", "Level"), kind="select", choices=LEVELS, because="-"),
    )
)
EXPERIENCE = Form(
    (
        Field(name="employer", label=("Organisation", "Organisation"), because="-"),
        Field(name="role", label=("Aufgabe", "Role"), because="-"),
        Field(name="country", label=("Land", "Country"), longest=40, because="-"),
        Field(name="from_year", label=("Von (Jahr)", "From (year)"), pattern=YEAR, longest=4, because="-"),
        Field(name="until_year", label=("Bis (Jahr)", "Until (year)"), pattern=YEAR, longest=4),
        Field(name="description", label=("Beschreibung", "Description"), kind="textarea", longest=2000),
    ),
    span=("from_year", "until_year"),
)
REFEREE = Form(
    (
        Field(
            name="name",
            label=("Name", "Name"),
            because="-",
            hint=("Nennen Sie nur, wer einverstanden ist.", "Name only people who agree."),
        ),
        Field(name="email", label=("E-Mail-Adresse", "E-mail address"), kind="email", pattern=EMAIL, longest=190, because="-"),
        Field(name="relation", label=("Beziehung", "Relation")),
    )
)
AVAILABILITY = Form(
    (
        Field(
            name="kind",
            label=("Ich bin", "I am"),
            kind="select",
            choices={"available": ("verfügbar", "available"), "absent": ("abwesend", "absent")},
            because="-",
        ),
        Field(name="from_on", label=("Von", "From"), kind="date", pattern=DAY, because="-"),
        Field(name="until_on", label=("Bis", "Until"), kind="date", pattern=DAY, because="-"),
    ),
    span=("from_on", "until_on"),
)
EVIDENCE = Form(
    (
        Field(
            name="kind",
            label=("Art", "Kind"),
            kind="select",
            choices={
                "course": ("Vorbereitungskurs", "Preparation course"),
                "language": ("Sprachkenntnis", "Language skill"),
                "abroad": ("Auslandserfahrung", "Experience abroad"),
                "certificate": ("Zertifikat", "Certificate"),
            },
            because="-",
        ),
        Field(name="title", label=("Bezeichnung", "Title"), because="-"),
        Field(name="expires_on", label=("Gültig bis", "Valid until"), kind="date", pattern=DAY),
    )
)
#: names that never stand in an address
PERSONAL = frozenset({"email", "password", "now_password", "given_name", "family_name", "body", "about", "letter", "csrf"})
#: what somebody asks of whoever is responsible; the answer is a case, not a page
ASKING = Form(
    (
        Field(
            name="right",
            label=("Was möchten Sie?", "What do you want?"),
            kind="select",
            because="else nobody knows what to do",
            choices=RIGHTS,
        ),
        Field(
            name="words",
            label=("Was Sie uns dazu sagen möchten", "What you want to tell us about it"),
            kind="textarea",
            longest=4_000,
            hint=(
                "Freiwillig. Bei einer Berichtigung: was falsch ist und wie es richtig lautet.",
                "Optional. For a correction: what is wrong, and what is right.",
            ),
        ),
    )
)
