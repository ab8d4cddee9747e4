"""Every form that people outside can send. A form that is not here is not rendered."""

from plate_shop.districts import DISTRICTS
from plate_shop.forms.fields import Field, Form
from plate_shop.plates import SUFFIXES
from plate_shop.products import PLATES, euros

_WORD = r"[A-Za-z0-9_+%\-]+"
EMAIL = rf"{_WORD}(\.{_WORD})*@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+"

PLATE = Form(
    "plate",
    (
        Field(
            name="district",
            label="Bezirk",
            kind="select",
            choices={d.code: f"{d.code} – {d.name}" for d in DISTRICTS.values()},
            because="Ohne den Bezirk steht das Kennzeichen nicht fest.",
        ),
        Field(
            name="letters",
            label="Buchstaben",
            pattern="[A-Za-z]{1,2}",
            longest=2,
            hint="Ein oder zwei Buchstaben von A bis Z.",
            because="Ohne die Buchstaben steht das Kennzeichen nicht fest.",
        ),
        Field(
            name="digits",
            label="Ziffern",
            pattern="[1-9][0-9]{0,3}",
            longest=4,
            hint="Eine Zahl von 1 bis 9999.",
            because="Ohne die Ziffern steht das Kennzeichen nicht fest.",
        ),
        Field(name="suffix", label="Zusatz", kind="select", choices=SUFFIXES),
        Field(
            name="product",
            label="Ausführung",
            kind="radio",
            choices={p.key: f"{p.name} – {euros(p.price_cents)}" for p in PLATES.values()},
            because="Ohne die Ausführung steht nicht fest, was wir liefern.",
        ),
        Field(
            name="quantity",
            label="Anzahl",
            kind="select",
            choices={"2": "2 Schilder", "1": "1 Schild"},
            because="Ohne die Anzahl steht nicht fest, was wir liefern.",
        ),
        Field(
            name="reservation_wanted",
            label="Kombination bei der Zulassungsstelle reservieren lassen (4,90 €)",
            kind="checkbox",
        ),
    ),
)

ADDRESS = Form(
    "address",
    (
        Field(
            name="name",
            label="Vor- und Nachname",
            autocomplete="name",
            because="Ein Vertrag braucht einen Vertragspartner.",
        ),
        Field(
            name="street",
            label="Straße und Hausnummer",
            autocomplete="street-address",
            because="Ohne Anschrift können wir nicht liefern.",
        ),
        Field(
            name="postal_code",
            label="Postleitzahl",
            pattern="[0-9]{5}",
            longest=5,
            hint="Fünf Ziffern.",
            autocomplete="postal-code",
            because="Ohne Anschrift können wir nicht liefern.",
        ),
        Field(
            name="city",
            label="Ort",
            longest=80,
            autocomplete="address-level2",
            because="Ohne Anschrift können wir nicht liefern.",
        ),
        Field(
            name="email",
            label="E-Mail-Adresse",
            kind="email",
            pattern=EMAIL,
            longest=190,
            hint="Zum Beispiel name@example.org.",
            autocomplete="email",
            because="Im elektronischen Geschäftsverkehr müssen wir den Eingang der Bestellung bestätigen.",
        ),
    ),
)

DELIVERY = Form(
    "delivery",
    (
        Field(
            name="method",
            label="Zahlungsart",
            kind="radio",
            choices={"card": "Kreditkarte über Zahlfix", "debit": "Lastschrift über Zahlfix"},
            because="Ohne Zahlungsart können wir keine Zahlung annehmen.",
        ),
        Field(
            name="carrier_consent",
            label="Ich willige ein, dass meine E-Mail-Adresse an Paketblitz weitergegeben wird, damit Paketblitz "
            "die Zustellung vorher ankündigt. Die Einwilligung ist freiwillig und jederzeit widerrufbar.",
            kind="checkbox",
        ),
    ),
)

CONTACT = Form(
    "contact",
    (
        Field(name="name", label="Name", autocomplete="name"),
        Field(
            name="email",
            label="E-Mail-Adresse",
            kind="email",
            pattern=EMAIL,
            longest=190,
            hint="Zum Beispiel name@example.org.",
            autocomplete="email",
            because="Ohne Adresse können wir nicht antworten.",
        ),
        Field(name="subject", label="Betreff", longest=120),
        Field(
            name="message",
            label="Nachricht",
            kind="textarea",
            longest=4000,
            because="Ohne Nachricht wissen wir nicht, worum es geht.",
        ),
    ),
)

COMPARISON = Form(
    "comparison",
    (
        Field(
            name="vehicle_class",
            label="Fahrzeugart",
            kind="select",
            choices={"car": "Pkw", "motorcycle": "Motorrad", "camper": "Wohnmobil"},
            because="Die Tarife unterscheiden sich nach Fahrzeugart.",
        ),
        Field(
            name="first_registration",
            label="Jahr der Erstzulassung",
            pattern="(19|20)[0-9]{2}",
            longest=4,
            hint="Vier Ziffern.",
            because="Die Tarife richten sich nach dem Alter des Fahrzeugs.",
        ),
        Field(
            name="mileage",
            label="Fahrleistung im Jahr (km)",
            pattern="[0-9]{1,6}",
            longest=6,
            hint="Kilometer als Zahl.",
        ),
        Field(
            name="use",
            label="Nutzung",
            kind="select",
            choices={"private": "privat", "mixed": "privat und beruflich", "business": "beruflich"},
            because="Die Tarife richten sich nach der Nutzung.",
        ),
        Field(
            name="drivers",
            label="Fahrerkreis",
            kind="select",
            choices={"one": "eine Person", "family": "Familie", "any": "beliebig"},
            because="Die Tarife richten sich nach dem Fahrerkreis.",
        ),
        Field(
            name="consent",
            label="Ich willige ein, dass diese Angaben an das Vergleichsportal Tarifkompass übermittelt werden, "
            "damit es mir Kfz-Versicherungen vergleicht. Die Einwilligung ist freiwillig.",
            kind="checkbox",
            because="Ohne Ihre Einwilligung dürfen wir nichts übermitteln.",
        ),
    ),
)

FORMS = {form.name: form for form in (PLATE, ADDRESS, DELIVERY, CONTACT, COMPARISON)}


def label_of(form: Form, name: str) -> str:
    """The words that stand beside a field."""
    return next(field.label for field in form.fields if field.name == name)


#: No address ever carries one of these.
PERSONAL = frozenset(field.name for form in FORMS.values() for field in form.fields)
