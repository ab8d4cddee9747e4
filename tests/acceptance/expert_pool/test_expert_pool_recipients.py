"""Whoever received a member's data is told of a correction, of a restriction and its end, and of the erasure: each stand-in gets each notice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expert_pool.generate import generate
from expert_pool.standins.around import Surroundings
from zusage.bootstrap import opened
from zusage.bootstrap.recipients.informing import informed, letter_to
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erased_letter import letter
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.bootstrap.rights.erasing import answer as answer_of
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import lift, restrict
from zusage.bootstrap.telling.sending import send
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.derive import promises_of
from zusage.sealing import SigningKey

POOL = Path(__file__).parents[3] / "examples" / "expert_pool"
PROVIDER = "datenschutz@ankerwerk.example"


class Place:
    def __init__(self, folder: Path, around: Surroundings) -> None:
        self.folder, self.around, self.now = folder, around, datetime.now(UTC)
        self.key = SigningKey.generate(folder / "second.key", "second-person")
        text = (POOL / "zusage.yaml").read_text()
        text = text.replace("guard:\n  share: 0.2", f'guard:\n  approvers: ["{self.key.verifier.encode()}"]\n  share: 0.2')
        authority = f'sender: datenschutz@pool.example, authority: "{around.smtp.ca_file}"'
        (folder / "zusage.yaml").write_text(text.replace("sender: datenschutz@pool.example", authority))
        (folder / "standing.yaml").write_text((POOL / "standing.yaml").read_text())
        with closing(sqlite3.connect(folder / "pool.db")) as database:
            found = database.execute(
                "SELECT person_id FROM disclosure WHERE recipient LIKE 'Wahl%' ORDER BY person_id"
            ).fetchone()
        self.person = Person(people="person", key=str(found[0]))

    def send(self):
        swept = send(self.product)
        assert not swept.failed, [one.trouble for one in swept.failed]
        return {one.recipient for one in swept.told}

    def erase(self):
        for turn in (1, 2):
            file = self.folder / f"{turn}.json"
            made = plan(self.product, Wish(people=(self.person,), ground="b", by="clerk", needed={})).plan
            self.product.save_plan(made, file)
            self.product.approve_plan(file, self.key)
            self.product.apply_plan(file, lambda _: None)
            if answer_of(self.product, file).complete:
                return file
        raise AssertionError("something of the person is left")


@pytest.fixture
def place(tmp_path, monkeypatch):
    address = f"sqlite:///{tmp_path}/pool.db"
    generate(address, tmp_path / "pool", people=60, now=datetime.now(UTC).replace(tzinfo=None))
    around = Surroundings()
    for name, value in {
        "POOL_DATABASE_URL": address,
        "POOL_APPLICATION_URL": address,
        "POOL_STAKEHOLDER_URL": around.services["stakeholder"],
        "POOL_PARTNER_URL": around.services["partner"],
        "POOL_MAIL_SERVER": f"smtp://127.0.0.1:{around.mail.port}",
    }.items():
        monkeypatch.setenv(name, value)
    made = Place(tmp_path, around)
    with opened(tmp_path / "zusage.yaml", clock=lambda: made.now) as made.product:
        yield made
    around.close()


def test_each_event_reaches_each_stand_in_that_received_the_data_also_one_that_was_down(place):
    product = place.product
    correct(
        product, Correction(person=place.person, table="pool.profile", column="headline", value="Wahlbeobachterin", by="clerk")
    )
    place.around.stakeholder.down = True
    swept = send(product)
    assert {one.recipient for one in swept.failed} == {"region-west"}
    place.around.stakeholder.down = False
    place.now += timedelta(hours=1)
    assert place.send() == {"region-west"}
    reached = {"region-west", *(one.recipient for one in swept.told)}
    assert "provider" in reached
    restrict(product, Restriction(person=place.person, ground="a", by="clerk"))
    assert place.send() == reached
    product.state.restrictions.told("R-0001", "clerk", "letter", place.now)
    lift(product, "R-0001", "clerk")
    assert place.send() == reached
    place.now += timedelta(minutes=1)
    file = place.erase()
    assert place.send() == reached
    notices = [one["body"] for one in place.around.stakeholder.recorder.received if one["path"] == "/notices"]
    assert [one["type"] for one in notices] == ["person.corrected", "person.restricted", "person.lifted", "person.erased"]
    assert notices[0]["data"]["corrected"]["after"] == "Wahlbeobachterin"
    assert {one["type"] for one in notices[-1]["data"]["identities"]} == {"given-name", "family-name"}
    assert len(place.around.mail.to(PROVIDER)) == 4
    words = "\n".join(letter_to(product, informed(product, place.person), "de"))
    assert "Wahlbüro der Region West" in words
    assert "Von der Löschung Ihrer Daten" in words
    assert "Wahlbüro der Region West" in "\n".join(letter(product, file, answer_of(product, file), "de"))
    (promise,) = [one for one in promises_of(product.loaded.manifest) if one.id == "recipients-told"]
    assert promise.refs == ("EP-095", "EP-198")
    assert judge(product.eyes().look(promise).observation).verdict.value == "kept"
