"""The promises of the platform: from broken to kept by one plan, and each saboteur turns exactly its promise red."""

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import citizen_platform
from citizen_platform.community.retiring import detach
from citizen_platform.database import utcnow
from citizen_platform.generate import generate
from citizen_platform.generating.logs import write_logs
from zusage.bootstrap import opened
from zusage.bootstrap.requests import happen, receive
from zusage.evidence.verdict import judge
from zusage.promises.checking import against, check
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.promises.promise import Accounted, Attested, CookieSeen, KeptApart, SiteSeen, Transported
from zusage.sealing import SigningKey

MANIFEST = Path(citizen_platform.__file__).parent / "zusage.yaml"
NAMES = ("platform", "mailbox", "usage")


@contextmanager
def product(folder):
    """The product on the databases of a folder, while the conference runs."""
    with pytest.MonkeyPatch.context() as patch, (folder / "rooms" / "service" / "alive").open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        for name in NAMES:
            patch.setenv(f"{name.upper()}_DATABASE_URL", f"sqlite:///{folder}/{name}.db")
        patch.setenv("CONFERENCE_FOLDER", str(folder / "rooms"))
        patch.setenv("LOG_FOLDER", str(folder / "logs"))
        with opened(folder / "zusage.yaml", folder / "own") as opened_product:
            yield opened_product
            opened_product.state.close()


def look(opened_product, about=""):
    """The verdict of every promise that needs nothing outside this machine, without sealing it; or of those about a table."""
    eyes = opened_product.eyes()
    numbers = about in ("page_day", "browser_day")
    inside = [
        promise
        for promise in promises_of(opened_product.loaded.manifest)
        if not isinstance(promise, SiteSeen | CookieSeen | Transported)
        and (about in repr(promise) or isinstance(promise, Accounted) or (numbers and isinstance(promise, KeptApart)))
    ]
    return {promise.id: judge(eyes.look(promise).observation).verdict.value for promise in inside}


def copied(kept, folder):
    shutil.copytree(kept, folder)
    return folder


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Six years in which nothing was ever deleted."""
    folder = tmp_path_factory.mktemp("promises") / "broken"
    (folder / "rooms" / "service").mkdir(parents=True)
    (folder / "rooms" / "service" / "alive").touch()
    generate(*(f"sqlite:///{folder}/{name}.db" for name in NAMES), members=90, years=6)
    write_logs(folder / "logs", utcnow(), days=30, a_day=4)
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "promises.yaml").write_text(MANIFEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "guard.yaml").write_text(f'guard: {{approvers: ["{key.verifier.encode()}"]}}\n')
    (folder / "zusage.yaml").write_text("import: [promises.yaml, guard.yaml]\n")
    return folder


@pytest.fixture(scope="module")
def first(broken):
    """What the first look finds."""
    with product(broken) as ours:
        return look(ours)


@pytest.fixture(scope="module")
def kept(broken, first, tmp_path_factory):
    """The same after the platform has let go of authors, one plan was carried out, and the roles have attested."""
    folder = copied(broken, tmp_path_factory.mktemp("promises") / "kept")
    engine = create_engine(f"sqlite:///{folder}/platform.db")
    detach(engine)
    engine.dispose()
    with product(folder) as ours:
        ours.save_plan(ours.make_plan(), folder / "plan.json")
        ours.approve_plan(folder / "plan.json", SigningKey.load(folder / "second.key"))
        assert not [result.stopped for result in ours.apply_plan(folder / "plan.json", lambda _: None) if result.stopped]
        for promise in promises_of(ours.loaded.manifest):
            if isinstance(promise, Attested):
                ours.state.attestations.attest(promise.id, promise.role, promise.role, ours.clock())
        case = receive(ours, "access", "office", {"person": "member=1"}).case.id
        happen(ours, case, "identity shown", "office", detail="login")
        for kind in ("granted", "carried out", "answered"):
            happen(ours, case, kind, "office")
    return folder


def test_a_request_that_nobody_answers_is_red(kept, tmp_path):
    folder = copied(kept, tmp_path / "asked")
    with product(folder) as ours:
        ours.clock = lambda: datetime.now(UTC) - timedelta(days=62)
        receive(ours, "access", "office", {"person": "member=2"})
    with product(folder) as ours:
        assert {name for name, verdict in look(ours).items() if verdict == "broken"} == {"requests/answered-in-time"}


@pytest.fixture(scope="module")
def untouched(kept):
    with product(kept) as ours:
        return look(ours)


def test_the_manifest_is_clean_by_itself_and_against_the_databases(broken):
    assert check(load(MANIFEST), date.today()) == ()
    with product(broken) as ours:
        assert {finding.code for finding in against(ours.loaded, ours.inventories)} <= {"limit-only-for-some-rows"}


def test_what_nobody_ever_deleted_is_broken_before_the_plan(first):
    expected = {
        "account/unconfirmed/at-most",
        "account/inactive/at-most",
        "account/addresses/at-most",
        "account/sessions/at-most",
        "account/mails/at-most",
        "account/profile/at-most",
        "minors/unanswered/at-most",
        "contact/done/at-most",
        "moderation/decisions/at-most",
        "access-record/looks/at-most",
        "server-log/lines/at-most",
        "meeting-log/lines/at-most",
    }
    assert {name for name, verdict in first.items() if verdict == "broken"} >= expected


def test_after_one_plan_every_promise_is_kept(untouched):
    assert {name: verdict for name, verdict in untouched.items() if verdict != "kept"} == {}
    assert len(untouched) > 70


CONSENT = "SELECT 1 FROM consent WHERE consent.account_id = account.id AND purpose = 'profile-research' AND withdrawn_at IS NULL"
NOBODY = f"(SELECT id FROM account WHERE NOT EXISTS ({CONSENT}) AND id NOT IN (SELECT account_id FROM profile) LIMIT 1)"
ANYBODY = "(SELECT min(id) FROM account WHERE state = 'active')"
#: somebody whom nothing else needs
ALONE = (
    "(SELECT min(id) FROM account WHERE state = 'active' AND id NOT IN (SELECT account_id FROM suggestion WHERE account_id > 0) "
    "AND id NOT IN (SELECT account_id FROM comment WHERE account_id > 0))"
)
HASH = "'$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "B" * 43 + "'"


def profile(column, value):
    return f"INSERT INTO profile (account_id, {column}, project_ends_on) VALUES ({NOBODY}, {value}, '2028-12-31')"


def column(table, name):
    return f"ALTER TABLE {table} ADD COLUMN {name} TEXT"


#: saboteur → the database, the statement, and the promise that it breaks
SABOTEURS = {
    "a message is never settled": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'open', 0, '2025-01-01 10:00:00', '2025-01-01 10:00:00', NULL, "
        "NULL, NULL, 'x@example.org', 'x')",
        "contact/silent/at-most",
    ),
    "a statutory period is over": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'done', 0, '2019-01-01 10:00:00', datetime('now', '-2 days'), "
        "datetime('now', '-2 days'), 'x', '2025-01-01', 'x@example.org', 'x')",
        "statutory-contact/held/at-most",
    ),
    "an account of somebody who left stays": (
        "platform",
        f"INSERT INTO staff VALUES (9999, 'gone', {HASH}, (SELECT min(role) FROM staff), '2019-01-01', '2019-12-31')",
        "staff/leavers/at-most",
    ),
    "a consent of parents outlives its account": (
        "platform",
        f"INSERT INTO guardian_request VALUES (9999, '{'0' * 64}', 'x@example.org', '2024-01-01 10:00:00', '2024-01-02 10:00:00')",
        "minors/agreed/at-most",
    ),
    "an unconfirmed registration stays": (
        "platform",
        "UPDATE account SET state = 'unconfirmed', registered_at = '2025-01-01 10:00:00' WHERE id = " + ALONE,
        "account/unconfirmed/at-most",
    ),
    "a member gone for years stays": (
        "platform",
        f"UPDATE account SET last_seen_on = '2021-01-01' WHERE id = {ALONE}",
        "account/inactive/at-most",
    ),
    "an expired token stays": (
        "platform",
        f"INSERT INTO token VALUES ('{'a' * 64}', {ANYBODY}, 'reset', NULL, '2025-01-01 10:00:00', '2025-01-01 11:00:00')",
        "account/addresses/at-most",
    ),
    "a session never ends": (
        "platform",
        f"INSERT INTO web_session VALUES ('{'b' * 64}', {ANYBODY}, '{{}}', '2025-01-01 10:00:00', '2025-01-01 11:00:00')",
        "account/sessions/at-most",
    ),
    "a mail stays on record": (
        "platform",
        f"INSERT INTO mail_log (account_id, template, sent_at) VALUES ({ANYBODY}, 'activity', '2025-01-01 10:00:00')",
        "account/mails/at-most",
    ),
    "a profile outlives the project": (
        "platform",
        "UPDATE profile SET project_ends_on = '2024-12-31' WHERE account_id = (SELECT min(account_id) FROM profile WHERE study_group IS NULL)",
        "account/profile/at-most",
    ),
    "an unanswered parent stays": (
        "platform",
        f"INSERT INTO guardian_request VALUES (9999, '{'c' * 64}', 'p@example.org', '2025-01-01 10:00:00', NULL)",
        "minors/unanswered/at-most",
    ),
    "a suggestion from long ago stays": (
        "platform",
        "INSERT INTO suggestion VALUES (9999, 1, NULL, 'x', 'x', 'visible', '2015-06-01 10:00:00')",
        "teams/contributions/at-most",
    ),
    "a settled message stays": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'done', 0, '2025-01-01 10:00:00', '2025-01-01 10:00:00', '2025-01-01 11:00:00', "
        "NULL, NULL, 'x@example.org', 'x')",
        "contact/done/at-most",
    ),
    "a confidential message stays": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'done', 1, '2025-01-01 10:00:00', '2025-01-01 10:00:00', '2025-01-01 11:00:00', "
        "NULL, NULL, 'x@example.org', 'x')",
        "contact/sensitive/at-most",
    ),
    "a held message is within reach": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'done', 0, '2025-01-01 10:00:00', '2025-01-01 10:00:00', '2025-01-01 11:00:00', "
        "'§ 147 AO', '2035-01-01', 'x@example.org', 'x')",
        "statutory-contact/held/blocked",
    ),
    "a look stays on record": (
        "platform",
        "INSERT INTO access_record VALUES (9999, 1, 'contact 1', 'x', '2024-01-01 10:00:00')",
        "access-record/looks/at-most",
    ),
    "a decision stays on record": (
        "platform",
        "INSERT INTO moderation VALUES (9999, 'hide', 'comment', 1, 2, 'x', '2019-01-01 10:00:00', NULL)",
        "moderation/decisions/at-most",
    ),
    "a password is stored in clear": (
        "platform",
        f"UPDATE account SET password_hash = 'Sehr-geheim-77' WHERE id = {ANYBODY}",
        "every-row/passwords-are-hashed",
    ),
    "a password is hashed without care": (
        "platform",
        f"UPDATE account SET password_hash = '{hashlib.md5(b'x').hexdigest()}' WHERE id = {ANYBODY}",
        "every-row/passwords-are-hashed",
    ),
    "two accounts share a salt": (
        "platform",
        f"UPDATE account SET password_hash = {HASH} WHERE id IN (SELECT id FROM account WHERE state = 'active' LIMIT 2)",
        "every-row/passwords-are-salted",
    ),
    "a staff password is readable": (
        "platform",
        "UPDATE staff SET password_hash = 'hallo' WHERE id = 1",
        "every-row/staff-passwords-are-hashed",
    ),
    "a token is stored as it was mailed": (
        "platform",
        f"INSERT INTO token VALUES ('mailed', {ANYBODY}, 'reset', NULL, '2026-01-01 10:00:00', '2030-01-01 11:00:00')",
        "every-row/addresses-are-digests",
    ),
    "a session is stored as the browser has it": (
        "platform",
        f"INSERT INTO web_session VALUES ('cookie', {ANYBODY}, '{{}}', datetime('now'), datetime('now'))",
        "every-row/sessions-are-digests",
    ),
    "an account has no consent": (
        "platform",
        f"DELETE FROM consent WHERE purpose = 'registration' AND account_id = {ANYBODY}",
        "every-row/members-consented",
    ),
    "nobody knows which text was consented to": (
        "platform",
        f"UPDATE consent SET text_version = '' WHERE purpose = 'registration' AND account_id = {ANYBODY}",
        "every-row/consents-are-documented",
    ),
    "an account is used unconfirmed": (
        "platform",
        f"UPDATE account SET confirmed_at = NULL WHERE id = {ANYBODY}",
        "every-row/accounts-are-confirmed",
    ),
    "a child has an account without a parent": (
        "platform",
        f"UPDATE account SET age_stated = 'guardian', guardian_request_id = NULL WHERE id = {ANYBODY}",
        "every-row/ages-are-stated",
    ),
    "a language without consent": ("platform", profile("main_language", "'pl'"), "every-row/main-language-with-consent"),
    "languages without consent": ("platform", profile("other_languages", "'x'"), "every-row/other-languages-with-consent"),
    "a country without consent": ("platform", profile("country", "'DE'"), "every-row/country-with-consent"),
    "a postal code without consent": ("platform", profile("postal_code", "'00123'"), "every-row/postal-code-with-consent"),
    "a year of birth without consent": ("platform", profile("birth_year", "1970"), "every-row/birth-year-with-consent"),
    "a gender without consent": ("platform", profile("gender", "'female'"), "every-row/gender-with-consent"),
    "a group without consent": ("platform", profile("rri_group", "'policy'"), "every-row/group-with-consent"),
    "a study group without explicit consent": (
        "platform",
        profile("study_group", "'yes'"),
        "every-row/study-group-with-explicit-consent",
    ),
    "experience without consent": ("platform", profile("experience", "'x'"), "every-row/experience-with-consent"),
    "interests without consent": ("platform", profile("interests", "'x'"), "every-row/interests-with-consent"),
    "somebody unconfirmed suggests": (
        "platform",
        "UPDATE suggestion SET account_id = 99999 WHERE id = (SELECT min(id) FROM suggestion)",
        "every-row/contributors-are-confirmed",
    ),
    "a comment names somebody who left": (
        "platform",
        "UPDATE comment SET account_id = 99999 WHERE id = (SELECT min(id) FROM comment)",
        "every-row/commenters-are-confirmed",
    ),
    "an address in a public suggestion": (
        "platform",
        "UPDATE suggestion SET text = 'an x@example.org', shown = 'visible' WHERE id = (SELECT min(id) FROM suggestion)",
        "every-row/suggestions-show-no-address",
    ),
    "an address in a public comment": (
        "platform",
        "UPDATE comment SET text = 'an x@example.org' WHERE id = (SELECT min(id) FROM comment)",
        "every-row/comments-show-no-address",
    ),
    "a newsletter goes out": (
        "platform",
        f"INSERT INTO mail_log (account_id, template, sent_at) VALUES ({ANYBODY}, 'newsletter', datetime('now'))",
        "every-row/only-declared-mails",
    ),
    "a machine decides": (
        "platform",
        "INSERT INTO moderation VALUES (9999, 'hide', 'comment', 1, 999, 'score 0.93', datetime('now'), NULL)",
        "every-row/people-decide",
    ),
    "somebody looks without a reason": (
        "platform",
        "INSERT INTO access_record VALUES (9999, 1, 'contact 1', ' ', datetime('now'))",
        "every-row/looks-have-a-reason",
    ),
    "staff without secrecy": (
        "platform",
        "UPDATE staff SET bound_to_secrecy_on = NULL WHERE id = 1",
        "every-row/staff-are-bound",
    ),
    "a message is held without a statute": (
        "mailbox",
        "INSERT INTO contact VALUES (9999, 't', 's', 'done', 0, datetime('now'), datetime('now'), datetime('now'), ' ', "
        "date('now', '+1 year'), 'x@example.org', 'x')",
        "every-row/holds-have-a-statute",
    ),
    "another provider": (
        "platform",
        "INSERT INTO provider VALUES ('Wolkendienst', 'processor', 'DE', '2024-01-01', '2024-02-01', '2026-01-01', 'x')",
        "every-row/providers-are-listed",
    ),
    "a contract before the selection": (
        "platform",
        "UPDATE provider SET selected_on = '2035-01-01' WHERE name LIKE 'Rechen%'",
        "every-row/providers-have-a-contract",
    ),
    "a provider outside the EEA": (
        "platform",
        "UPDATE provider SET country = 'US' WHERE name LIKE 'Rechen%'",
        "every-row/providers-are-in-the-eea",
    ),
    "a link that nobody checked": (
        "platform",
        "INSERT INTO external_link VALUES ('https://x.example/', '2026-01-01', ' ')",
        "every-row/links-were-checked",
    ),
    "a page seen twice": (
        "usage",
        "INSERT INTO page_day VALUES ('2026-01-01', '/x', 2)",
        "every-row/pages-are-counted-from-five",
    ),
    "a rare browser": (
        "usage",
        "INSERT INTO browser_day VALUES ('2026-01-01', 'Rare', 1)",
        "every-row/browsers-are-counted-from-five",
    ),
    "a real name": ("platform", column("account", "first_name"), "no-column/no-real-names"),
    "a telephone number": ("platform", column("account", "phone"), "no-column/nothing-more-to-register"),
    "an address with the account": ("platform", column("account", "last_ip"), "no-column/no-connection-data-with-accounts"),
    "a browser with the session": ("platform", column("web_session", "user_agent"), "no-column/no-connection-data-with-sessions"),
    "a score": ("platform", column("account", "karma"), "no-column/no-scores"),
    "a derived interest": ("platform", column("profile", "predicted_topic"), "no-column/no-derived-interests"),
    "a password in clear beside its hash": ("platform", column("account", "password"), "no-column/no-readable-passwords"),
    "who was in which meeting": ("platform", column("membership", "meetings_attended"), "no-column/no-attendance"),
    "the program that wrote a mail": ("mailbox", column("contact", "x_mailer"), "no-column/no-mail-traces"),
    "a table of devices": ("platform", "CREATE TABLE device (id INTEGER, owner INTEGER)", "accounted/platform"),
    "a copy of the messages": ("mailbox", "CREATE TABLE archive (id INTEGER, body TEXT)", "accounted/mailbox"),
    "a table of visits": ("usage", "CREATE TABLE visit (id INTEGER, seen TEXT)", "accounted/usage"),
}
#: what a change of the tables turns red beside
BESIDE = {"accounted/platform", "accounted/mailbox", "accounted/usage"}


@pytest.fixture(scope="module")
def living(kept, tmp_path_factory):
    """A product that stays open, and its folder: what a saboteur changes in rows is taken back after it."""
    folder = copied(kept, tmp_path_factory.mktemp("promises") / "living")
    with product(folder) as ours:
        yield ours, folder


@contextmanager
def sabotaged(kept, folder, database, statement, values=()):
    """The statement is carried out behind everybody's back, and undone in the end."""
    with (
        closing(sqlite3.connect(folder / f"{database}.db")) as changed,
        closing(sqlite3.connect(kept / f"{database}.db")) as fresh,
    ):
        with changed:
            assert changed.execute(statement, values).rowcount != 0, "the saboteur found nothing to break"
        yield
        fresh.backup(changed)


def table_of(statement):
    return re.search(r"(?:INTO|UPDATE|TABLE|FROM) (\w+)", statement)[1]


ROWS = [name for name, (_, statement, _) in SABOTEURS.items() if "TABLE" not in statement]
TABLES = [name for name in SABOTEURS if name not in ROWS]


@pytest.mark.parametrize("name", ROWS)
def test_each_saboteur_turns_exactly_its_promise_red(kept, untouched, living, name):
    database, statement, promise = SABOTEURS[name]
    ours, folder = living
    with sabotaged(kept, folder, database, statement):
        now = look(ours, table_of(statement))
    assert now[promise] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {promise}


def test_each_column_and_table_that_must_not_be_turns_its_promise_red_and_is_named_there(kept, untouched, tmp_path):
    folder = copied(kept, tmp_path / "sabotaged")
    added = {}
    for name in TABLES:
        database, statement, promise = SABOTEURS[name]
        with closing(sqlite3.connect(folder / f"{database}.db")) as connection, connection:
            connection.execute(statement)
        words = re.match(r"(?:CREATE|ALTER) TABLE (\w+)(?: ADD COLUMN (\w+))?", statement)
        added[promise] = words[1] if words[2] is None else f"{words[1]}.{words[2]}"
    with product(folder) as ours:
        eyes = ours.eyes()
        names = [p for p in promises_of(ours.loaded.manifest) if p.id.startswith(("no-column/", "accounted/"))]
        seen = {p.id: eyes.look(p).observation for p in names}
    assert {one for one, observation in seen.items() if judge(observation).verdict.value != "kept"} == set(added)
    for promise, name in added.items():
        if promise.startswith("no-column/"):
            assert seen[promise].forbidden == (name,)
        else:
            assert any(name in forbidden for forbidden in seen[promise].forbidden)


def test_every_promise_that_a_machine_can_see_has_a_saboteur(untouched):
    outside = (
        "kept-apart/",
        "server-log/",
        "meeting-log/",
        "short-lived/",
        "every-row/logs-",
        "accounted/weblogs",
        "accounted/meetinglogs",
        "requests/",
    )
    elsewhere = {one for one in untouched if one.startswith(outside)}
    seen = {one for one in untouched if not one.startswith("attested/")}
    rules = {"study-group/project/at-most"}  # whose rows also stand under account/profile, which would turn red with it
    assert seen - {promise for _, _, promise in SABOTEURS.values()} - elsewhere == rules


def account(folder, what):
    with sqlite3.connect(folder / "platform.db") as connection:
        return connection.execute(f"SELECT {what} FROM account WHERE state = 'active' ORDER BY id LIMIT 1").fetchone()[0]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda folder: account(folder, "username"), id="a user name"),
        pytest.param(lambda folder: f"/suche?mail={account(folder, 'email')}", id="an address in an address"),
        pytest.param(lambda folder: hashlib.sha256(account(folder, "email").encode()).hexdigest(), id="a digest of an address"),
        pytest.param(lambda folder: str(account(folder, "id")), id="the number of an account"),
    ],
)
def test_usage_that_leads_to_an_account_is_found(kept, untouched, living, page):
    ours, folder = living
    with sabotaged(kept, folder, "usage", "INSERT INTO page_day VALUES ('2026-01-01', ?, 9)", (page(folder),)):
        now = look(ours, "page_day")
    assert now["kept-apart/usage-and-accounts"] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"kept-apart/usage-and-accounts"}


def test_usage_that_leads_to_a_message_is_found(kept, untouched, living):
    ours, folder = living
    with closing(sqlite3.connect(folder / "mailbox.db")) as connection:
        (address,) = connection.execute("SELECT sender_email FROM contact LIMIT 1").fetchone()
    with sabotaged(kept, folder, "usage", "INSERT INTO page_day VALUES ('2026-01-01', ?, 9)", (address,)):
        now = look(ours, "page_day")
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"kept-apart/usage-and-messages"}


@pytest.mark.parametrize("what", ["chat.txt", "names.json", "pad.html", "slide-1.png", "audio.opus", "video.webm"])
def test_recording_of_a_meeting_is_found(untouched, living, what):
    ours, folder = living
    recording = folder / "rooms" / "2026-recording"
    recording.mkdir()
    (recording / what).write_text("what was said")
    for path in (recording / what, recording):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    try:
        now = look(ours, "CONFERENCE_FOLDER")
    finally:
        shutil.rmtree(recording)
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"short-lived/meetings"}


def test_empty_folder_of_meetings_shows_nothing(living, tmp_path, monkeypatch):
    ours, _ = living
    monkeypatch.setenv("CONFERENCE_FOLDER", str(tmp_path))
    assert look(ours, "CONFERENCE_FOLDER")["short-lived/meetings"] == "undecided"


LINE = '{address} - - [{at} +0000] "GET {page} HTTP/1.1" 200 512 "-" "Mozilla/5.0 Firefox/130.0"\n'


@pytest.mark.parametrize(
    ("file", "values", "promise"),
    [
        ("access.log.9.gz", {"address": "198.51.100.77"}, "server-log/shortened"),
        ("conference.log", {"address": "2001:db8:1:2:3:4:5:6"}, "meeting-log/shortened"),
        ("access.log.9.gz", {"at": "01/Jan/2026:10:00:00"}, "server-log/lines/at-most"),
        ("conference.log", {"at": "01/Jan/2026:10:00:00"}, "meeting-log/lines/at-most"),
        ("access.log", {"page": "/suche?wort=x"}, "every-row/logs-hold-no-queries"),
        ("access.log", {"page": "/mitglied/{username}"}, "kept-apart/logs-and-accounts"),
        ("conference.log", {"page": "/raum/{email}"}, "kept-apart/meetings-and-accounts"),
    ],
)
def test_line_slipped_into_a_log_turns_exactly_its_promise_red(untouched, living, file, values, promise):
    ours, folder = living
    path = folder / "logs" / file
    before = path.read_bytes() if path.exists() else None
    line = {"address": "10.1.0.0", "at": f"{utcnow():%d/%b/%Y:%H:%M:%S}", "page": "/"} | values
    line["page"] = line["page"].format(username=account(folder, "username"), email=account(folder, "email"))
    slipped = LINE.format(**line).encode()
    if file.endswith(".gz"):
        path.write_bytes(gzip.compress((gzip.decompress(before) if before else b"") + slipped))
    else:
        path.write_bytes((before or b"") + slipped)
    try:
        system = "meetinglogs" if "conference" in file else "weblogs"
        now = look(ours, system)
    finally:
        path.write_bytes(before) if before is not None else path.unlink()
    assert now[promise] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {promise}


def test_nothing_of_the_saboteurs_is_left(untouched, living):
    assert look(living[0]) == untouched
