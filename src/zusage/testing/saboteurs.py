"""For every kind of proof, hands that break the promise on the real system. A proof that does not turn red is not a proof."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from zusage.promises.promise import (
    Accounted,
    Attested,
    BackedUp,
    Blocked,
    ConsentRecords,
    EveryRow,
    FilesOwned,
    KeptApart,
    KeptAtLeast,
    KeptAtMost,
    NoColumn,
    Objected,
    Promise,
    Protected,
    RecipientsTold,
    RequestCases,
    ShortLived,
    SmallestGroup,
    Warned,
    Withdrawn,
)
from zusage.rights.case import Event, Kind
from zusage.rights.notification import Occasion
from zusage.sealing.erased import row_code
from zusage.state.database import FILE as STATE
from zusage.vault import Document, Row, VaultWriter
from zusage.vault.files import VAULT

from .scene import NOW, Scene, backups, cases, logs, notices, records


@dataclass(frozen=True, slots=True)
class Saboteur:
    """Breaks one promise of the scene and no other, but for one that says the same."""

    name: str
    kind: type[Promise]
    #: the id of the promise that it breaks
    breaks: str
    act: Callable[[Scene], None]
    #: a drill must be held before it shows
    drilled: bool = False
    #: another promise that the same act breaks, because it says the same of these rows
    also: str = ""


def _sql(statement: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        with scene.connected() as database:
            changed = database.execute(statement).rowcount
        if changed == 0:
            raise AssertionError(f"the saboteur found nothing to break: {statement}")

    return act


def _sql_numbers(statement: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        with scene.connected(scene.numbers) as database:
            database.execute(statement)

    return act


def _in_vault(statement: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        with scene.connected(scene.own / VAULT) as vault:
            if vault.execute(statement).rowcount == 0:
                raise AssertionError("the saboteur found nothing in the vault")

    return act


def _put_back(scene: Scene) -> None:
    """A blocked contract stands in the application's table again."""
    vault = VaultWriter(scene.own)
    row = vault.unseal(vault.id_of("scene", "contract", (2,))).row
    with scene.connected() as database:
        database.execute("INSERT INTO contract VALUES (:id, :text, :ended)", dict(row))


def _outstay(scene: Scene) -> None:
    """A contract from long ago lies in the vault."""
    since, until = date(2010, 1, 1), date(2018, 1, 2)
    row: Row = {"id": 9, "text": "long ago", "ended": since.isoformat()}
    document = Document(
        system="scene", table="contract", key=(9,), rule="contracts/kept", started_on=since, delete_from=until, row=row
    )
    vault = VaultWriter(scene.own)
    vault.settle(vault.seal([document]))


def _in_numbers(statement: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        with scene.connected() as people, scene.connected(scene.numbers) as numbers:
            (name,) = people.execute("SELECT ip FROM visit WHERE ip IS NOT NULL LIMIT 1").fetchone()
            written = {"name": name, "digest": hashlib.sha256(name.encode()).hexdigest()}
            if numbers.execute(statement, written).rowcount == 0:
                raise AssertionError("nothing was added to the numbers")

    return act


def _remember_number(scene: Scene) -> None:
    """A number that is declared to be personal nowhere equals the key of somebody."""
    with scene.connected(scene.numbers) as numbers:
        numbers.execute("DELETE FROM page_day")
        numbers.execute("INSERT INTO page_day VALUES ('2024-05-31', '2', 9)")


def _record(scene: Scene) -> None:
    """A meeting was recorded an hour ago, and nobody holds the recording."""
    recording = scene.meetings / "recording"
    recording.mkdir()
    (recording / "chat.txt").write_text("what was said", encoding="utf-8")
    for path in (recording / "chat.txt", recording):
        os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))


def _old_copy(scene: Scene) -> None:
    """The application works on a copy from before the blocking."""
    scene.application.unlink()
    shutil.copyfile(scene.before, scene.application)


def _miss_a_deadline(scene: Scene) -> None:
    """Somebody asked two years ago, showed who they are, and never had an answer: as it would be had nobody taken the last steps."""
    cases.unanswered(scene)


def _never_empty(scene: Scene) -> None:
    """A case that was closed ten years ago still says who asked."""
    with scene.connected(scene.own / STATE) as state:
        spoken = "UPDATE zusage_case SET closed_at = datetime(closed_at, '-10 years') WHERE id = 2 AND content IS NOT NULL"
        if state.execute(spoken).rowcount != 1:
            raise AssertionError("there is no case from long ago")


def _decide_without_a_word(scene: Scene) -> None:
    """Somebody wanted a human to decide, and what the machine had decided was sent once more."""
    from zusage.state import open_state

    state = open_state(None, scene.own)
    found = state.cases.open("human-decision", Event(kind="received", at=NOW, by="office"), {"words": "please"})
    steps: tuple[Kind, ...] = ("identity shown", "granted", "carried out", "answered")
    for kind in steps:  # past the rules
        state.cases.add(found.id, Event(kind=kind, at=NOW, by="office"), "", lambda case: case)
    state.close()


def _strike_off(scene: Scene) -> None:
    """The register of warnings does not know of the one that was sent."""
    with scene.connected(scene.own / STATE) as state:
        if state.execute("UPDATE zusage_warning SET sent_at = NULL").rowcount == 0:
            raise AssertionError("nobody was warned")


def _warned_and_left(scene: Scene) -> None:
    """Somebody was warned long ago, did not come back, and is there still."""
    seen = "2020-01-01"
    code = row_code((scene.own / "warnings.key").read_bytes(), "guests/idle scene.guest", (9, seen))
    with scene.connected() as database:
        database.execute("INSERT INTO guest VALUES (9, 'stays@scene.example', ?)", (seen,))
    with scene.connected(scene.own / STATE) as state:
        row = ("guests/idle", code, "2020-12-01 12:00:00", "2020-12-01 12:00:00")
        state.execute("INSERT INTO zusage_warning (rule, code, begun_at, sent_at) VALUES (?, ?, ?, ?)", row)


def _restrict_in_silence(scene: Scene) -> None:
    """Somebody's data were restricted, and nobody wrote down who must be told."""
    from zusage.state import open_state

    state = open_state(None, scene.own)
    placed = state.restrictions.place("somebody", "a", "office", NOW - timedelta(days=1), "S-0077", ())
    state.restrictions.told(placed.id, "office", "letter", NOW)
    state.restrictions.lift(placed.id, "office", NOW)  # so that nobody need look what it hides
    state.close()


def _lift_in_silence(scene: Scene) -> None:
    """A restriction was lifted without a word to the person, past the program that refuses it; the recipients were thought of."""
    from zusage.state import open_state

    state = open_state(None, scene.own)
    placed = state.restrictions.place("somebody", "a", "office", NOW - timedelta(days=1), "S-0077", ())
    for occasion in (
        Occasion(kind="restricted", about=f"{placed.id} placed", code="somebody", at=NOW),
        Occasion(kind="lifted", about=f"{placed.id} lifted", code="somebody", at=NOW),
    ):
        state.notices.prepare(occasion, ())
        state.notices.settle(occasion.about, NOW)
    state.close()
    with scene.connected(scene.own / STATE) as connection:
        connection.execute(
            "UPDATE zusage_restriction SET lifted_at = placed_at, lifted_by = 'office' WHERE suspension = 'S-0077'"
        )


def _leave_open(scene: Scene) -> None:
    """Somebody read restricted data and left the file behind."""
    folder = scene.own / "restricted"
    folder.mkdir()
    (folder / "U-0001.json").write_text("{}", encoding="utf-8")


def _lapse(scene: Scene) -> None:
    """The last attestation was given two years earlier than it was."""
    with scene.connected(scene.own / STATE) as state:
        if state.execute("UPDATE zusage_attestation SET at = datetime(at, '-2 years')").rowcount == 0:
            raise AssertionError("nothing was attested")


SABOTEURS: tuple[Saboteur, ...] = (
    Saboteur("a row comes back that should be gone", KeptAtMost, "letters/kept/at-most",
             _sql("INSERT INTO letter VALUES (9, 'back', '2015-01-01')")),
    Saboteur("a name stays that had to be cleared", KeptAtMost, "accounts/anonymised/at-most",
             _sql("INSERT INTO account VALUES (9, 'stays', 'gone', '2015-01-01')")),
    Saboteur("a city stays that had to be made constant", KeptAtMost, "accounts/anonymised/at-most",
             _sql("INSERT INTO account VALUES (9, NULL, 'Bonn', '2015-01-01')")),
    Saboteur("a postal code stays that had to be truncated", KeptAtMost, "addresses/truncated/at-most",
             _sql("INSERT INTO address VALUES (9, '53111', '2015-01-01', 1980, '2010-01-01')")),
    Saboteur("a year of birth stays that had to become its decade", KeptAtMost, "addresses/truncated/at-most",
             _sql("INSERT INTO address VALUES (9, '53', '2015-01-01', 1984, '2010-01-01')")),
    Saboteur("a day stays that had to become the first of its year", KeptAtMost, "addresses/truncated/at-most",
             _sql("INSERT INTO address VALUES (9, '53', '2015-01-01', 1980, '2010-01-02')")),
    Saboteur("an address stays that had to be pseudonymised", KeptAtMost, "visits/pseudonymised/at-most",
             _sql("INSERT INTO visit VALUES (9, '192.0.2.1', '2015-01-01 12:00:00')")),
    Saboteur("a pseudonym lacks a letter", KeptAtMost, "visits/pseudonymised/at-most",
             _sql("INSERT INTO visit SELECT 9, substr(ip, 1, 47), at FROM visit WHERE id = 1")),
    Saboteur("somebody who left stays", KeptAtMost, "members/kept/at-most",
             _sql("INSERT INTO member VALUES (9, 'stays', '2015-01-01', FALSE)")),
    Saboteur("a blocked row is past its last day", KeptAtMost, "contracts/kept/at-most", _outstay),
    Saboteur("a row is deleted under its minimum", KeptAtLeast, "letters/kept/at-least", _sql("DELETE FROM letter WHERE id = 2")),
    Saboteur("a suspended row is deleted by hand", KeptAtLeast, "letters/kept/at-least", _sql("DELETE FROM letter WHERE id = 3")),
    Saboteur("a blocked row is thrown away under its minimum", KeptAtLeast, "contracts/kept/at-least",
             _in_vault("DELETE FROM entry WHERE started_on = '2020-01-01'")),
    Saboteur("a blocked row is put back", Blocked, "contracts/kept/blocked", _put_back,
             also="backups/nightly/erased-stay-erased"),  # after a restore it would look like this
    Saboteur("a blocked row lies open in the vault", Blocked, "contracts/kept/blocked",
             _in_vault("UPDATE entry SET payload = CAST('{\"row\": {\"text\": \"to block\"}, \"padding\": \"' || id || '\"}' AS BLOB)")),
    Saboteur("the application works on an old copy", Blocked, "contracts/kept/blocked", _old_copy),
    Saboteur("a name stays beside what should be a group", KeptAtMost, "surveys/anonymous/at-most",
             _sql("INSERT INTO answer VALUES (9, 'stays', 'north', 'young', '2015-01-01')")),
    Saboteur("a group of one is left", SmallestGroup, "surveys/anonymous/smallest-group",
             _sql("INSERT INTO answer VALUES (9, NULL, 'isle', 'old', '2015-01-01')")),
    Saboteur("a group differs from another in a capital letter alone", SmallestGroup, "surveys/anonymous/smallest-group",
             _sql("UPDATE answer SET region = 'North' WHERE id = 1")),
    Saboteur("a row of another table makes a group of one", SmallestGroup, "surveys/anonymous/smallest-group",
             _sql("INSERT INTO hobby VALUES (9, 1, 'falconry', NULL, '2015-01-01')")),
    Saboteur("a remark stays beside what is joined to a group", KeptAtMost, "surveys/hobbies/at-most",
             _sql("INSERT INTO hobby VALUES (9, NULL, 'chess', 'stays', '2015-01-01')")),
    Saboteur("what was taken out of groups follows by subtraction", SmallestGroup, "surveys/anonymous/smallest-group",
             _sql("DELETE FROM answer WHERE region IS NULL AND id <> 8")),
    Saboteur("a figure stands for one person", SmallestGroup, "statistics/figures",
             _sql("INSERT INTO figure VALUES (9, '2024-03', 'green', 1, '2024-04-01')")),
    Saboteur("a row breaks the rule for every row", EveryRow, "every-row/consents", _sql("INSERT INTO consent VALUES (9, NULL)")),
    Saboteur("a column is added that must not be", NoColumn, "no-column/addresses",
             _sql("ALTER TABLE setting ADD COLUMN Ip_Address TEXT")),
    Saboteur("a table is added without a purpose", Accounted, "accounted/scene",
             _sql("CREATE TABLE diary (id INTEGER PRIMARY KEY, entry TEXT)")),
    Saboteur("a column is added without a purpose", Accounted, "accounted/scene", _sql("ALTER TABLE letter ADD COLUMN mood TEXT")),
    Saboteur("a value of a person stands in an address that was counted", KeptApart, "kept-apart/numbers",
             _in_numbers("INSERT INTO page_day VALUES ('2024-06-01', '/seen?by=' || :name || '&x=1', 9)")),
    Saboteur("a digest of a person is counted", KeptApart, "kept-apart/numbers",
             _in_numbers("INSERT INTO page_day VALUES ('2024-06-01', '/' || :digest, 9)")),
    Saboteur("the number of somebody is counted", KeptApart, "kept-apart/numbers", _remember_number),
    Saboteur("a table of visitors is added to the numbers", Accounted, "accounted/numbers",
             _sql_numbers("CREATE TABLE visitor (id INTEGER PRIMARY KEY, seen TEXT)")),
    Saboteur("a file is left when its row goes", FilesOwned, "files/scene.consent", lambda scene: scene.paper(99)),
    Saboteur("a meeting leaves a recording", ShortLived, "short-lived/meetings", _record),
    Saboteur("a consent is lost at the end of the records", ConsentRecords, "consents/complete",
             records.into("DELETE FROM zusage_consent WHERE number = 4")),
    Saboteur("a consent is lost, and the count of the records with it", ConsentRecords, "consents/complete",
             records.into("DELETE FROM zusage_consent WHERE number = 4", records.REWIND)),
    Saboteur("a consent is lost in the middle of the records", ConsentRecords, "consents/complete",
             records.into("DELETE FROM zusage_consent WHERE number = 2")),
    Saboteur("a record is altered", ConsentRecords, "consents/complete",
             records.into("UPDATE zusage_consent SET content = replace(content, 'refused', 'given') WHERE number = 3")),
    Saboteur("a record is given to somebody else", ConsentRecords, "consents/complete",
             records.into("UPDATE zusage_consent SET subject = replace(subject, substr(subject, 1, 8), '00000000') WHERE number = 2")),
    Saboteur("a record is emptied before its time", ConsentRecords, "consents/complete",
             records.into("UPDATE zusage_consent SET content = NULL, subject = NULL, record = NULL, until = NULL,"
                         " erased_at = '2024-06-01 12:00:00' WHERE number = 2")),
    Saboteur("a refusal is not recorded, and all that could tell is written anew", ConsentRecords, "consents/complete", records.leave_out_a_refusal),
    Saboteur("the text to which people agreed is thrown away", ConsentRecords, "consents/documented",
             records.into("DELETE FROM zusage_consent_text")),
    Saboteur("the text to which people agreed is rewritten", ConsentRecords, "consents/documented",
             records.into("UPDATE zusage_consent_text SET body = replace(body, 'Zählen', 'Zählen und Werben')")),
    Saboteur("a record outlasts its time", ConsentRecords, "consents/kept", records.outlast),
    Saboteur("a full address in a rotated and compressed log", Protected, "access/truncated-ip-address", logs.show_address),
    Saboteur("an old line slips into a log", KeptAtMost, "access/lines/at-most", logs.slip_in),
    Saboteur("a field is logged without a purpose", Accounted, "accounted/weblogs", logs.log_more),
    Saboteur("a deadline for an answer is missed", RequestCases, "requests/answered-in-time", _miss_a_deadline),
    Saboteur("a closed case speaks of somebody for too long", RequestCases, "requests/cases-kept", _never_empty),
    Saboteur("the last step of a case is taken out, and its chain with it", RequestCases, "requests/steps-sealed", cases.take_out),
    Saboteur("a refusal becomes a grant, and the whole chain is computed anew", RequestCases, "requests/steps-sealed",
             lambda scene: cases.rewrite(scene, kind="granted")),
    Saboteur("an answer is dated back, and the whole chain is computed anew", RequestCases, "requests/steps-sealed",
             lambda scene: cases.rewrite(scene, days=725)),
    Saboteur("a case is thrown away", RequestCases, "requests/steps-sealed", cases.throw_away),
    Saboteur("a step is put in later for an earlier day", RequestCases, "requests/steps-sealed", cases.put_in),
    Saboteur("a step is noted as sealed that never was", RequestCases, "requests/steps-sealed", cases.claim_a_seal),
    Saboteur("somebody is not warned whose end is near", Warned, "guests/idle/warned",
             _sql("INSERT INTO guest VALUES (9, 'forgotten@scene.example', '2023-06-15')")),
    Saboteur("somebody stays who was warned and did not come back", KeptAtMost, "guests/idle/at-most", _warned_and_left),
    Saboteur("a warning was never sent", Warned, "guests/idle/warned", _strike_off),
    Saboteur("somebody who objected is put back into the list", Objected, "objections/newsletter",
             _sql("UPDATE reader SET wants = TRUE WHERE id = 1")),
    Saboteur("an import brings somebody back who objected", Objected, "objections/newsletter",
             _sql("INSERT INTO reader VALUES (9, ' Otter@Scene.example', TRUE)")),
    Saboteur("a recipient is never told", RecipientsTold, "recipients-told",
             notices.into("UPDATE zusage_notice SET state = 'waiting', told_at = NULL, receipt = '' WHERE recipient = 'carrier'")),
    Saboteur("a recipient is told too late", RecipientsTold, "recipients-told",
             notices.into("UPDATE zusage_notice SET told_at = datetime(told_at, '+20 days') WHERE recipient = 'carrier'")),
    Saboteur("a recipient is left out without a reason", RecipientsTold, "recipients-told",
             notices.into("UPDATE zusage_notice SET state = 'waiting', told_at = NULL, because = '' WHERE recipient = 'printer'")),
    Saboteur("a rule takes letters and nobody writes down who is to be told", RecipientsTold, "recipients-told", notices.lose_lists),
    Saboteur("a recipient is left out of the list of a letter that a rule took", RecipientsTold, "recipients-told", notices.take_off_the_list),
    Saboteur("a letter that was seen before has gone by a rule and has no list", RecipientsTold, "recipients-told", notices.forget_somebody),
    Saboteur("a recipient is told too late of what a rule took", RecipientsTold, "recipients-told",
             notices.into("UPDATE zusage_notice SET told_at = datetime(told_at, '+20 days') WHERE recipient = 'post'")),
    Saboteur("a restriction is placed and nobody thinks of the recipients", RecipientsTold, "recipients-told", _restrict_in_silence),
    Saboteur("no backup was made for three nights", BackedUp, "backups/nightly/made", backups.make_none),
    Saboteur("an old backup is kept", BackedUp, "backups/nightly/kept", backups.keep_an_old_one),
    Saboteur("a drill finds the backup damaged", BackedUp, "backups/nightly/drilled", backups.damage, drilled=True),
    Saboteur("a backup is restored, and brings back who was erased", BackedUp, "backups/nightly/erased-stay-erased",
             backups.restore),
    Saboteur("a withdrawn consent stands again", Withdrawn, "withdrawals/alerts", _sql("UPDATE agreement SET ended = NULL WHERE id = 1")),
    Saboteur("a row that the restriction does not hide", RequestCases, "requests/restricted",
             _sql("INSERT INTO reader VALUES (2, 'badger@scene.example', TRUE)")),
    Saboteur("a restriction is lifted before the person is told", RequestCases, "requests/restricted", _lift_in_silence),
    Saboteur("restricted data lie open after their use", RequestCases, "requests/restricted", _leave_open),
    Saboteur("a machine's decision is sent once more in the place of a human's", RequestCases, "requests/decided-by-humans",
             _decide_without_a_word),
    Saboteur("an attestation lapses", Attested, "attested/training", _lapse),
)  # fmt: skip
