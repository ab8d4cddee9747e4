"""What a column may hold, by its name and type."""

import pytest

from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, TableInfo
from zusage.reading.columns import ColumnGuess, guess_columns
from zusage.reading.hints import hints
from zusage.reading.relations import relations
from zusage.reading.vocabulary import vocabulary, words_of


def guess(name: str, kind: ColumnKind = "text") -> ColumnGuess:
    return guess_columns(TableInfo("t", (ColumnInfo(name, kind, True),)))[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CustomerEmail2", "customer email"),
        ("LIEFER_STRASSE", "liefer strasse"),
        ("straße", "strasse"),
        ("IPAddress", "ip address"),
        ("eMail", "e mail"),
        ("höhe-über.NN", "hoehe ueber nn"),
        ("42", ""),
    ],
)
def test_names_are_split_into_small_words(name: str, words: str) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "data_class"),
    [
        ("email", "contact"), ("E-Mail-Adresse", "contact"), ("customer_email_address", "contact"), ("announced_to_email", "contact"),
        ("Vorname", "contact"), ("last_name", "contact"), ("LastName", "contact"), ("telefonnummer", "contact"), ("mobile_phone", "contact"),
        ("Straße", "contact"), ("billing_street", "contact"), ("PLZ", "contact"), ("zip_code", "contact"), ("Ansprechpartner", "contact"),
        ("geburtsdatum", "identity"), ("date_of_birth", "identity"), ("BirthDate", "identity"), ("geschlecht", "identity"),
        ("steuer_id", "identity"), ("passport_no", "identity"), ("kennzeichen", "identity"), ("IBAN", "payment"), ("kontoinhaber", "payment"),
        ("credit_card_number", "payment"), ("password_hash", "login"), ("kennwort", "login"), ("username", "login"), ("benutzername", "login"),
        ("ip", "technical"), ("ip_address", "technical"), ("last_ip", "technical"), ("user_agent", "technical"), ("referrer", "technical"),
        ("diagnose", "special"), ("religion", "special"), ("krankmeldung", "special"), ("nachricht", "content"), ("comment", "content"),
    ],
)  # fmt: skip
def test_names_in_german_and_english_are_known_to_be_about_people(name: str, data_class: str) -> None:
    found = guess(name)
    assert (found.role, found.data_class) == ("personal", data_class)
    assert words_of(name) in found.reason


@pytest.mark.parametrize(
    "name", ["price", "betrag", "quantity", "status", "iso_code", "colour", "streetlight_count", "ipsum", "gender_neutral_label"]
)
def test_a_name_that_only_resembles_one_about_people_is_not_taken_for_it(name: str) -> None:
    assert guess(name).role != "personal"


@pytest.mark.parametrize("name", ["name", "city", "ort", "title", "beschreibung", "company"])
def test_a_name_that_may_be_about_a_thing_is_only_a_maybe(name: str) -> None:
    assert guess(name).role == "maybe"


@pytest.mark.parametrize(
    ("name", "kind", "event"),
    [
        ("completed_at", "time", "ended"), ("abgeschlossen_am", "date", "ended"), ("closed", "date", "ended"), ("last_login", "time", "last"),
        ("letzte_anmeldung", "time", "last"), ("last_order_at", "time", "last"), ("invoice_date", "date", "issued"),
        ("rechnungsdatum", "date", "issued"), ("created_at", "time", "begun"), ("erstellt_am", "time", "begun"), ("HireDate", "time", "begun"),
        ("updated_at", "time", "changed"), ("expires_at", "time", "future"), ("delete_after", "date", "future"), ("odd", "time", "begun"),
        ("created_at", "text", "begun"), ("created_at", "integer", "begun"), ("session_expiry", "integer", "future"), ("bestelldatum", "text", "begun"),
    ],
)  # fmt: skip
def test_times_tell_what_has_happened(name: str, kind: ColumnKind, event: str) -> None:
    found = guess(name, kind)
    assert (found.role, found.event) == ("time", event)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("lead_time", "integer"), ("closed", "boolean"), ("created_at", "other"), ("on", "text"), ("last_digits", "text")],
)
def test_what_no_period_can_be_counted_from_is_no_time(name: str, kind: ColumnKind) -> None:
    assert guess(name, kind).role != "time"


def test_a_day_of_birth_is_a_datum_and_never_a_starting_point() -> None:
    assert guess("birth_date", "date").role == "personal"


def test_keys_need_no_purpose_of_their_own() -> None:
    columns = (ColumnInfo("id", "integer", False), ColumnInfo("contact_id", "integer", False), ColumnInfo("uuid", "text", False))
    table = TableInfo("t", columns, ("id",), (ForeignKey(("contact_id",), "c", ("id",)),))
    assert [column.role for column in guess_columns(table)] == ["key", "key", "structure"]


def test_every_class_of_the_vocabulary_has_a_title_in_both_languages() -> None:
    for one in vocabulary().classes:
        assert one.title.keys() == {"de", "en"}
    assert {event.name for event in vocabulary().events} == {"ended", "last", "issued", "begun", "changed", "future", "marked"}


def test_a_file_within_a_key_a_leader_and_a_counted_time_are_listed_with_their_reasons() -> None:
    person = TableInfo("person", (ColumnInfo("id", "integer", False), ColumnInfo("email", "text", True)), ("id",))
    columns = [
        ("person_id", "integer"),
        ("file_name", "text"),
        ("leiter", "integer"),
        ("seen_epoch", "integer"),
        ("sent_ms", "integer"),
    ]
    scan = TableInfo("scan", tuple(ColumnInfo(n, k, False) for n, k in columns), ("person_id", "file_name"))  # type: ignore[arg-type]
    there = Inventory("shop", "sqlite", {"person": person, "scan": scan})
    found = {one.name: one for one in guess_columns(scan)}
    assert (found["file_name"].role, found["person_id"].role) == ("maybe", "key")
    assert "whose file must go with the row" in found["file_name"].reason
    (led,) = [one for one in relations(there) if one.columns == ("leiter",)]
    assert (led.parent, led.declared, led.beside) == ("person", False, True)
    said = " ".join(hint.text for hint in hints(there)["scan"])
    assert "shop: {epochs: {scan.seen_epoch: seconds}}" in said
    assert "shop: {epochs: {scan.sent_ms: milliseconds}}" in said
    assert "not a single one was looked at" in said
    assert "person_id is a whole number" not in said
