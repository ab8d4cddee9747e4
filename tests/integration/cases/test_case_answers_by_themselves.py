"""The answers to a restriction, an objection, a withdrawal and a rectification say what was done, whatever the clerk writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zusage.bootstrap import Product, opened
from zusage.bootstrap.cases.by_itself import told_in
from zusage.bootstrap.cases.operating import agree, give
from zusage.bootstrap.cases.requests import letter, receive
from zusage.bootstrap.cases.stepping import step
from zusage.rights.case import CaseRefused, Right
from zusage.rights.notification import RETURNED
from zusage.rights.operation import ORDER
from zusage.rights.roles import Taker
from zusage.sealing import SigningKey

from .asking_world import AT, Asking

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
CLERK, SECOND = Taker(name="clerk-1", role="decider"), Taker(name="clerk-2", role="second")
MORE = """titles: {shop.customer: {de: Kundenkonto, en: customer account}}
activities:
  news:
    title: {de: Rundbrief, en: Newsletter}
    purpose: {de: Rundbrief, en: newsletter}
    legal_basis: art-6-1-a
    consent: {withdraw: {de: jederzeit, en: any time}, text_version: "1", records: [{data: shop.reader, only: ended_at IS NULL, then: {set: {ended_at: now}}}]}
    data:
      shop.reader: {of: customer via customer_id, classes: {one: [at, ended_at]}}
    keep: [{name: readers, at_most: P9Y, from: at}]
  adverts:
    title: {de: Werbepost, en: Advertising}
    purpose: {de: Werbung, en: advertising}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    objection: {marketing: true, lists: [{data: shop.mailing, then: delete}]}
    data: {shop.mailing: {of: customer via customer_id, classes: {one: [at]}}}
    keep: [{name: mailings, at_most: P9Y, from: at}]
"""
OBJECTION = """    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data:
      post.account"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    made = Asking.make(tmp_path_factory.mktemp("by-themselves"))
    made.rewrite("activities:\n", MORE)
    made.rewrite("    legal_basis: art-6-1-b\n    data:\n      post.account", OBJECTION)
    for name, more in (("reader", ", ended_at DATETIME"), ("mailing", "")):
        made.sql(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, customer_id INTEGER, at DATETIME{more})")
        made.sql(f"INSERT INTO {name} (customer_id, at) SELECT id, '{AT}' FROM customer WHERE id IN (1, 2, 3)")
    return made


@pytest.fixture
def product(world: Asking) -> Iterator[Product]:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as found:
        yield found
        found.state.close()


def _granted(product: Product, right: Right, n: int) -> str:
    case = receive(product, right, CLERK, {"person": f"customer={n}", "language": "de"}).case.id
    step(product, case, "identify", CLERK, how="login")
    step(product, case, "grant", CLERK)
    return case


def _order(product: Product, case: str, operation: str, **more: object) -> str:
    """Order it, and let a second person agree where one is needed; what came of it."""
    found = give(product, case, ORDER.validate_python({"operation": operation, **more}), CLERK)
    if found.waits_for_second:
        found = agree(product, case, found.order.number, SECOND)
    return found.order.outcome


def _answered(product: Product, case: str, words: str = "") -> dict[str, str]:
    """The letter in both languages, once the case is answered."""
    step(product, case, "done", CLERK)
    step(product, case, "answer", CLERK, way="post", words=words)
    return {language: "\n\n".join(letter(product, case, language)) for language in ("de", "en")}  # type: ignore[arg-type]


def _in_all(said: dict[str, str], german: list[str], english: list[str]) -> None:
    assert not [words for words in german if words not in said["de"]], said["de"]
    assert not [words for words in english if words not in said["en"]], said["en"]
    for text in said.values():
        assert text.count("Art. 77") == 1
        assert "datenschutz-berlin" in text  # the authority at the seat


def test_a_restriction_says_since_when_on_which_ground_what_for_and_that_one_is_told_before_it_ends(
    product: Product, world: Asking
) -> None:
    case = _granted(product, "restriction", 1)
    number = _order(product, case, "restrict", ground="c")
    said = _answered(product, case)
    _in_all(
        said,
        ["Seit dem 1. Juni 2026 ist die Verarbeitung Ihrer Daten eingeschränkt (Art. 18 Abs. 1 Buchst. c DSGVO).", "Sie aber benötigen sie zur Geltendmachung",
         "„Postfach“ und „Bestellung“", "nur noch mit Ihrer Einwilligung", "Bevor die Einschränkung aufgehoben wird, unterrichten wir Sie", "Paketblitz: noch nicht erreicht"],
        ["Since 1 June 2026", "Art. 18(1)(c) GDPR", "before the restriction is lifted", "Paketblitz: not reached yet"],
    )  # fmt: skip
    assert "Paketblitz: unterrichtet" not in said["de"]
    (notice,) = product.state.notices.all()
    product.state.notices.receive(notice.id, "taken", NOW + timedelta(days=1))
    assert "Paketblitz: unterrichtet am 2. Juni 2026" in "\n".join(letter(product, case, "de"))
    product.state.notices.advance(notice.key, RETURNED)
    came_back = "\n".join(letter(product, case, "de"))
    assert ("unterrichtet am 2. Juni" in came_back, "nicht zustellbar" in came_back) == (False, True)
    world.sql(f"INSERT INTO customer (id, name, since) VALUES (1, 'again', '{AT}')")  # the application has it again
    assert "Die technische Umsetzung ist noch nicht vollständig" in "\n".join(letter(product, case, "de"))
    world.sql("DELETE FROM customer WHERE id = 1")
    for operation, more in (("tell-lifting", {"how": "letter"}), ("lift", {})):
        _order(product, case, operation, restriction=number, **more)
    lifted = "\n".join(letter(product, case, "de"))
    assert "Vom 1. Juni 2026 bis zum 1. Juni 2026 war die Verarbeitung" in lifted
    assert "Bevor die Einschränkung" not in lifted


def test_an_objection_to_direct_marketing_is_told_apart_from_one_that_was_weighed(product: Product, world: Asking) -> None:
    case = _granted(product, "objection", 1)
    _order(product, case, "object", activity="adverts")
    assert world.sql("SELECT customer_id FROM mailing ORDER BY 1") == [(2,), (3,)]
    _in_all(
        _answered(product, case),
        [
            "für den Zweck „Werbepost“",
            "Art. 21 Abs. 2 DSGVO",
            "Seit dem 1. Juni 2026 verarbeiten wir Ihre Daten nicht mehr dafür",
        ],
        ["“Advertising”", "Since 1 June 2026 we no longer process your data for it (Art. 21(3) GDPR)"],
    )
    world.sql(f"INSERT INTO mailing (customer_id, at) VALUES (1, '{AT}')")  # as after an import
    again = "\n".join(letter(product, case, "de"))
    assert ("nicht mehr dafür" in again, "noch nicht vollständig" in again) == (False, True)

    other = _granted(product, "objection", 2)
    number = _order(product, other, "object", activity="mailbox")
    step(product, other, "done", CLERK)
    with pytest.raises(CaseRefused, match="nothing is said"):  # nobody has decided
        step(product, other, "answer", CLERK, way="post")
    _order(product, other, "decide-objection", objection=number, finding="compelling-grounds", reasons="Betrug wird aufgeklärt")
    step(product, other, "answer", CLERK, way="post")
    said = "\n".join(letter(product, other, "de"))
    assert "Wir setzen die Verarbeitung für diesen Zweck fort, weil zwingende schutzwürdige Gründe" in said
    assert "Begründung: Betrug wird aufgeklärt." in said
    assert "Direktwerbung" not in said
    assert "kein Empfänger diese Daten erhalten; von der Einschränkung war daher niemand zu unterrichten" in said
    assert "Paketblitz" not in said


def test_a_withdrawal_names_the_consent_and_what_it_did_to_the_data(product: Product, world: Asking) -> None:
    case = _granted(product, "withdrawal", 3)
    _order(product, case, "withdraw-consent", activity="news")
    with pytest.raises(CaseRefused, match="nothing is said"):  # its plan was not carried out
        _answered(product, case)
    assert "Noch nicht gelöscht: 1 Eintrag." in "\n".join(told_in(product, product.state.cases.get(case), "de"))
    (plan,) = (product.folder / "plans").glob(f"{case}-*.json")
    product.approve_plan(plan, SigningKey.load(world.folder / "second.key"))
    product.apply_plan(plan, lambda _: None)
    step(product, case, "answer", CLERK, way="post")
    said = {one: "\n\n".join(letter(product, case, one)) for one in ("de", "en")}  # type: ignore[arg-type]
    _in_all(
        said,
        ["Ihre Einwilligung in „Rundbrief“ widerrufen", "Seit dem 1. Juni 2026 verarbeiten wir Ihre Daten für diesen Zweck nicht mehr", "Rechtmäßigkeit der Verarbeitung bis zum Widerruf"],
        ["your consent to “Newsletter”", "Since 1 June 2026", "lawfulness of processing before it"],
    )  # fmt: skip
    assert "„Rundbrief“: 1 Eintrag gelöscht." in said["de"]
    assert "Noch nicht" not in said["de"]
    world.sql(f"INSERT INTO reader (customer_id, at) VALUES (3, '{AT}')")  # as after an import
    assert "Seit dem" not in "\n".join(letter(product, case, "de"))


def test_a_rectification_names_what_was_corrected_and_never_a_value(product: Product, world: Asking) -> None:
    case = _granted(product, "rectification", 4)
    right: dict[str, Any] = {"table": "shop.customer", "column": "name"}
    _order(product, case, "rectify", **right, value="Marker Otter")
    _order(product, case, "complete", table="shop.purchase", row="id = 8", statement="Marker gift")
    give(
        product,
        case,
        ORDER.validate_python({"operation": "rectify", **right | {"column": "email"}, "value": "m@x.example"}),
        CLERK,
    )
    with pytest.raises(CaseRefused, match="nothing is said"):  # of what nobody has agreed to somebody must say what becomes
        _answered(product, case)
    assert world.sql("SELECT name FROM customer WHERE id = 4") == [("Marker Otter",)]
    step(product, case, "answer", CLERK, way="post", words="Ihre Adresse prüfen wir noch.")
    said = {one: "\n\n".join(letter(product, case, one)) for one in ("de", "en")}  # type: ignore[arg-type]
    _in_all(
        said,
        ["berichtigt (Art. 16 Satz 1 DSGVO):\n– „Name“ (in „Kundenkonto“), am 1. Juni 2026", "ergänzende Erklärung zu den Angaben in „Bestellung“", "Von der Berichtigung am 1. Juni 2026", "Ihre Adresse prüfen wir noch."],
        ["– “name” (in “customer account”), on 1 June 2026", "supplementary statement"],
    )  # fmt: skip
    assert not [text for text in said.values() if "Marker" in text or "m@x" in text]
    assert "E-Mail" not in said["de"]
