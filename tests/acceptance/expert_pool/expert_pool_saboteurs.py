"""For every promise of the pool's manifest, statements that break it on a database on which all were kept."""

LONG = "'2015-01-02 03:04:05'"
NOW = "strftime('%Y-%m-%d %H:%M:%S', 'now')"
CODE = "lower(hex(randomblob(32)))"
NAME = "substr(lower(hex(randomblob(32))), 1, 43)"
_KNOWN = "email LIKE 'person.%'"  # not one whom another saboteur brought in
MEMBER = f"(SELECT max(id) FROM person WHERE storage_class = 'kept' AND {_KNOWN})"
NEWCOMER = f"(SELECT id FROM person WHERE storage_class = 'other' AND {_KNOWN} ORDER BY registered_at DESC LIMIT 1)"


def ago(days):
    return f"strftime('%Y-%m-%d %H:%M:%S', 'now', '-{days} days')"


def insert(table, **values):
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(map(str, values.values()))})"


def one(table, change, where="1 = 1", order="1"):
    """Changes exactly one row."""
    return f"UPDATE {table} SET {change} WHERE rowid = (SELECT rowid FROM {table} WHERE {where} ORDER BY {order} LIMIT 1)"


def person(mail, storage_class, **more):
    values = {"email": f"'{mail}@example.org'", "password_hash": "'!'", "state": "'applicant'", "language": "'de'"}
    values |= {"storage_class": f"'{storage_class}'", "registered_at": LONG, "last_active_at": LONG, "confirmed_at": LONG}
    return insert("person", **values | more)


def consent(purpose, whose="(SELECT max(id) FROM person)", **more):
    digest = f"(SELECT text_digest FROM consent WHERE purpose = '{purpose if purpose != 'everything' else 'profile'}' LIMIT 1)"
    if purpose == "origin":
        digest = "'fef3e4093f6223cb71974fea6c9da93b53da4e33668f288b3770ffd4e00de1eb'"
    values = {"id": NAME, "person_id": whose, "subject_digest": CODE, "purpose": f"'{purpose}'", "text_version": "'2026-11'"}
    return insert("consent", **values | {"text_digest": digest, "shown_in": "'de'", "given_at": LONG} | more)


def application(whose, state, **more):
    values = {
        "person_id": whose,
        "kind": "'vacancy'",
        "vacancy_id": 1,
        "state": f"'{state}'",
        "letter": "''",
        "submitted_at": LONG,
    }
    event = {"application_id": "(SELECT max(id) FROM application)", "at": LONG, "from_state": "''", "note": "''"}
    steps = [insert("application_event", **event, actor="'person'", to_state="'submitted'")]
    if state != "submitted":
        steps.append(insert("application_event", **event, actor="'staff'", staff_id=1, to_state=f"'{state}'"))
    return [insert("application", **values | more), *steps]


def silent_member(mail, days):
    """Somebody with an accepted application who was last here so many days ago."""
    applied = application("(SELECT max(id) FROM person)", "accepted", closed_at=LONG)
    return [person(mail, "kept", last_active_at=ago(days)), consent("profile"), *applied]


def contact(mail, **more):
    values = {"name": "'K'", "email": f"'{mail}@example.net'", "basis": "'inquiry'", "source": "'Messe'", "obtained_at": NOW}
    return insert("contact", **values | {"token": NAME} | more)


_TO_CONTACT = {"staff_id": 3, "subject": "'S'", "body": "'B'", "sent_at": NOW, "contact_id": "(SELECT max(id) FROM contact)"}
_MESSAGE = {"audience": "'team'", "subject": "'S'", "body": "'B'"}
_DOCUMENT = {"kind": "'cv'", "file_name": "'a'", "media_type": "'text/plain'", "size": 1, "sha256": CODE, "special": 0}
_HOLD = {
    "reference": "'A 1'",
    "authority": "'Gericht'",
    "scope": "'alles'",
    "opened_on": "'2015-01-01'",
    "review_on": "'2015-06-01'",
}
_SESSION = {"token_digest": CODE, "bound_digest": CODE, "created_at": LONG}
_RECEIPT = {"payer_name": "'P'", "payer_address": "'A'", "service": "'S'", "total_cents": 1, "statute": "'§ 147 AO'"}
_STAFF = {"name": "'N'", "password_hash": "'!'", "role": "'pool'", "unit": "'office'", "granted_until": "'2015-01-01'"}
_DISCLOSURE = {"recipient": "'R'", "kind": "'partner'", "country": "'DE'", "transfer_basis": "''", "purpose": "'training'"}
_SHARING = "(SELECT consent_id FROM disclosure LIMIT 1)"

SABOTEURS = {
    # -- what outstays its day
    "profiles/unconfirmed/at-most": [person("s1", "unconfirmed", confirmed_at="NULL")],
    "profiles/inactive/at-most": [person("s2", "other"), consent("profile")],
    "profiles/successful/at-most": silent_member("s3", 4000),
    "profiles/inactive/warned": [person("s8", "other", last_active_at=ago(535)), consent("profile")],
    "profiles/successful/warned": silent_member("s9", 5 * 365 - 10),
    "profiles/withdrawn/at-most": [person("s4", "leaving", consent_withdrawn_at=LONG)],
    "profiles/terminated/at-most": [person("s5", "leaving", terminated_by_person_at=LONG, terminated_by_operator_at=LONG)],
    "profiles/referees/at-most": [
        insert("referee", person_id=MEMBER, name="'R'", email="'r@example.net'", relation="''", added_at=LONG)
    ],
    "profiles/unused-documents/at-most": [insert("document", id=NAME, person_id=MEMBER, **_DOCUMENT, uploaded_at=LONG)],
    "files/pool.document": [
        one("document", f"id = {NAME}", "id NOT IN (SELECT document_id FROM evidence WHERE document_id NOT NULL)")
    ],
    "files/pool.outbox": [one("outbox", f"id = {NAME}")],
    "profiles/lapsed-proofs/at-most": [one("evidence", "state = 'approved', expires_on = '2020-01-01'")],
    "profiles/past-availability/at-most": [
        insert(
            "availability", person_id=MEMBER, kind="'absent'", from_on="'2015-01-01'", until_on="'2015-01-02'", entered_at=LONG
        )
    ],
    "profiles/outdated-applications/at-most": application(MEMBER, "submitted"),
    "profiles/follow-ups/at-most": [
        insert("follow_up", person_id=MEMBER, staff_id=1, due_on="'2015-01-01'", purpose="'P'", note="'N'", created_at=LONG)
    ],
    "profiles/appointments/at-most": [
        insert(
            "appointment",
            person_id=MEMBER,
            staff_id=1,
            uid="'u'",
            subject="'S'",
            place="''",
            starts_at=LONG,
            ends_at=LONG,
            sent_at=LONG,
        )
    ],
    "profiles/inbox/at-most": [
        insert("message", **_MESSAGE, staff_id=1, sent_at=NOW),
        insert("message_recipient", message_id="(SELECT max(id) FROM message)", person_id=MEMBER, delivered_at=LONG),
    ],
    "profiles/trail/at-most": [insert("audit", at=LONG, actor="'person'", person_id=MEMBER, action="'logged-in'")],
    "profiles/sessions/at-most": [insert("web_session", **_SESSION, person_id=MEMBER, last_seen_at=LONG)],
    "profiles/unsent-mail/at-most": [insert("outbox", id=NAME, person_id=MEMBER, kind="'alert'", queued_at=LONG)],
    "claims/rejected/at-most": application(MEMBER, "rejected", closed_at=LONG),
    "claims/holds/at-most": [insert("legal_hold", person_id=MEMBER, **_HOLD, closed_on="'2016-01-01'")],
    "first-contact/origin/at-most": [
        one("person", f"origin = 'search', registered_at = {LONG}", f"id = {MEMBER}"),
        consent("origin", MEMBER),
    ],
    "messages/old-messages/at-most": [insert("message", **_MESSAGE, person_id=MEMBER, sent_at=LONG)],
    "messages/messages-of-leavers/at-most": [
        person("s6", "leaving", consent_withdrawn_at=NOW),
        insert("message", **_MESSAGE, person_id="(SELECT max(id) FROM person)", sent_at=ago(10)),
    ],
    "messages/old-comments/at-most": [insert("comment", training_id=1, person_id=MEMBER, text="'T'", at=LONG)],
    "messages/comments-of-leavers/at-most": [
        person("s7", "leaving", consent_withdrawn_at=NOW),
        insert("comment", training_id=1, person_id="(SELECT max(id) FROM person)", text="'T'", at=ago(10)),
    ],
    "contacts/addresses/at-most": [contact("c1", obtained_at=LONG)],
    "contacts/opted-out/at-most": [contact("c2", opted_out_at=LONG)],
    "accountability/ended-consents/at-most": [consent("profile", "NULL", withdrawn_at=LONG)],
    "accountability/deletions/at-most": [
        insert("deletion_register", id=NAME, subject_digest=CODE, at=LONG, cause="'self'", scope="'person'")
    ],
    "accountability/objections/at-most": [insert("suppression", digest=CODE, since=LONG)],
    "accountability/notices/at-most": [
        insert("recipient_notice", id=NAME, recipient="'R'", what="'erased'", reference=NAME, sent_at=LONG)
    ],
    "accountability/choices/at-most": [
        insert("cookie_choice", key_digest=CODE, choice="'all'", text_version="'1'", chosen_at=LONG)
    ],
    "receipts/tax/at-most": [insert("receipt", number="'R0'", issued_on="'2010-05-05'", **_RECEIPT)],
    "receipts/tax/at-least": ["DELETE FROM receipt WHERE id = (SELECT id FROM receipt ORDER BY issued_on DESC LIMIT 1)"],
    "receipts/tax/blocked": [insert("receipt", number="'R1'", issued_on="date('now', '-1800 days')", **_RECEIPT)],
    "stakeholders/contacts/at-most": [
        insert(
            "stakeholder",
            organisation="'S'",
            contact_name="'N'",
            email="'s@example.net'",
            country="'DE'",
            international=0,
            transfer_basis="''",
            added_at=LONG,
        )
    ],
    "staff/leavers/at-most": [
        insert(
            "staff",
            login="'gone'",
            **_STAFF,
            instructed_on="'2014-01-01'",
            bound_to_secrecy_on="'2014-01-01'",
            left_on="'2015-01-01'",
        )
    ],
    # -- what every row fulfils
    "every-row/consent-stands": [one("consent", "withdrawn_at = given_at", f"purpose = 'profile' AND person_id = {NEWCOMER}")],
    "every-row/address-confirmed": [one("person", "confirmed_at = NULL", f"id = {NEWCOMER}")],
    "every-row/one-storage-class": [one("person", "storage_class = 'other'", "storage_class = 'kept'", "last_active_at DESC")],
    "every-row/passwords-are-hashed": [one("person", "password_hash = 'geheim'")],
    "every-row/members-were-admitted": [f"DELETE FROM membership WHERE person_id = {MEMBER}"],
    "every-row/consents-name-their-text": [one("consent", "text_digest = printf('%064d', 0)")],
    "every-row/consents-have-one-purpose": [consent("everything", MEMBER)],
    "every-row/withdrawals-survive-deletion": [one("consent", "subject_digest = 'somebody'")],
    "every-row/profiles-know-their-source": [one("profile", "source = 'partner'")],
    "every-row/adults-only": [one("profile", "birth_year = 2015")],
    "every-row/documents-are-safe": [one("document", "media_type = 'application/x-msdownload'")],
    "every-row/special-data-with-explicit-consent": [one("document", "special = 1")],
    "every-row/proofs-of-declared-kinds": [one("evidence", "kind = 'mood'")],
    "every-row/two-people-decide-on-proofs": [one("evidence", "state = 'rejected', decided_by = checked_by")],
    "every-row/people-decide-on-applications": [one("application_event", "staff_id = NULL", "to_state = 'accepted'")],
    "every-row/applications-have-a-history": [one("application", "state = 'shortlisted'", "state = 'submitted'")],
    "every-row/applications-come-from-people": [
        one("application_event", "actor = 'staff', staff_id = 1", "to_state = 'submitted'")
    ],
    "every-row/applications-have-one-target": [one("application", "training_id = 1", "kind = 'vacancy'")],
    "every-row/invited-with-consent": [
        one("training_invitation", "consent_id = (SELECT id FROM consent WHERE purpose = 'profile')")
    ],
    "every-row/completed-has-a-day": [one("attendance", "completed_on = NULL")],
    "every-row/alerts-were-asked-for": [one("alert", f"confirmed_at = {LONG}")],
    "every-row/alerts-end-when-ended": [
        one("alert", f"ended_at = {LONG}", f"id IN (SELECT alert_id FROM alert_mail WHERE sent_at > {LONG})")
    ],
    "every-row/pool-messages-with-consent": [
        insert("message", **_MESSAGE | {"audience": "'pool'"}, staff_id=3, sent_at=NOW),
        insert("message_recipient", message_id="(SELECT max(id) FROM message)", person_id=MEMBER, delivered_at=NOW),
    ],
    "every-row/field-messages-to-the-field": [
        insert(
            "message",
            **_MESSAGE | {"audience": "'field'"},
            staff_id=3,
            sent_at=NOW,
            field_id=f"(SELECT min(id) FROM competence_field WHERE id NOT IN (SELECT field_id FROM membership WHERE person_id = {MEMBER}))",
        ),
        consent("messages", MEMBER),
        insert(
            "message_recipient",
            message_id="(SELECT max(id) FROM message)",
            person_id=MEMBER,
            delivered_at=NOW,
            consent_id=f"(SELECT max(id) FROM consent WHERE purpose = 'messages' AND person_id = {MEMBER})",
        ),
    ],
    "every-row/messages-without-author-are-empty": [insert("message", **_MESSAGE, sent_at=NOW)],
    "every-row/comments-without-author-are-empty": [insert("comment", training_id=1, text="'T'", at=NOW)],
    "recipients-told": ["UPDATE zusage_notice SET told_at = datetime(told_at, '+20 days') WHERE recipient = 'region-west'"],
    **{
        f"withdrawals/{name}": [
            one("consent", "withdrawn_at = NULL", f"purpose = '{name}'", "withdrawn_at IS NULL, withdrawn_at DESC")
        ]
        for name in ("alerts", "sharing", "messages")
    },
    "withdrawals/profiles": [
        one(
            "consent",
            "withdrawn_at = NULL",
            "purpose = 'profile' AND person_id NOT NULL AND withdrawn_at NOT NULL",
            "withdrawn_at DESC",
        )
    ],
    "objections/contacts": [contact("contact.objected")],
    "every-row/contacts-have-a-source": [contact("c3", source="' '")],
    "every-row/contacts-were-informed": [contact("c4"), insert("contact_message", **_TO_CONTACT | {"sent_at": ago(0)})],
    "every-row/nobody-is-written-to-after-opting-out": [
        contact("c5", informed_at=ago(9), obtained_at=ago(10), opted_out_at=ago(1)),
        insert("contact_message", **_TO_CONTACT),
    ],
    "every-row/objections-are-codes": [insert("suppression", digest="'somebody@example.org'", since=NOW)],
    "every-row/shared-with-consent": [one("share", "stakeholder_id = 2")],
    "every-row/shares-end-with-their-consent": [
        one("consent", f"withdrawn_at = {NOW}", "id IN (SELECT consent_id FROM share WHERE revoked_at IS NULL)")
    ],
    "every-row/shares-are-secure": [one("share", "expires_at = created_at")],
    "every-row/no-gender-in-shares": [one("share", "fields = 'name,gender'")],
    "every-row/documents-only-without-employment": [
        one("share", "vacancy_id = (SELECT min(id) FROM vacancy WHERE employment)", "id = (SELECT max(id) FROM share)"),
        insert("share_document", share_id="(SELECT max(id) FROM share)", document_id="(SELECT max(id) FROM document)"),
    ],
    "every-row/third-countries-with-a-basis": [one("disclosure", "country = 'XX'")],
    "every-row/partners-get-name-and-address": [
        insert("disclosure", person_id=MEMBER, **_DISCLOSURE, fields="'birth_year,email'", consent_id=_SHARING, sent_at=NOW)
    ],
    "every-row/disclosed-with-consent": [one("disclosure", f"sent_at = {LONG}")],
    "every-row/holds-have-a-reference": [one("legal_hold", "reference = ' '", "closed_on IS NULL")],
    "every-row/holds-are-reviewed": [
        one("legal_hold", f"opened_on = date({ago(20)}), review_on = date({ago(2)})", "closed_on IS NULL")
    ],
    "every-row/receipts-name-their-statute": [one("receipt", "statute = ''")],
    "every-row/members-only-stays-inside": [
        insert("vacancy_posting", vacancy_id="(SELECT min(id) FROM vacancy WHERE members_only)", channel="'feed'", posted_at=NOW)
    ],
    "every-row/sessions-hold-codes": [insert("web_session", **_SESSION | {"token_digest": "'plain'"}, last_seen_at=NOW)],
    "every-row/origin-with-consent": [one("person", "origin = 'search'", f"id = {NEWCOMER}")],
    "every-row/looking-is-not-noted": [insert("audit", at=NOW, actor="'person'", person_id=MEMBER, action="'vacancy-viewed'")],
    "every-row/choices-are-documented": [
        insert("cookie_choice", key_digest=CODE, choice="'all'", text_version="''", chosen_at=NOW)
    ],
    "every-row/deletions-are-on-record": [
        insert("deletion_register", id=NAME, subject_digest=CODE, at=NOW, cause="'self'", scope="''")
    ],
    "every-row/staff-are-instructed": [one("staff", "bound_to_secrecy_on = NULL")],
    "every-row/figures-are-coarse": [
        insert(
            "statistic",
            month="'2026-01'",
            measure="'m'",
            category="'Kim aus Quellstadt'",
            number=1,
            closed_on="date('now', '+20 days')",
        )
    ],
    # the only diverse person who applied in a month that is over, whom no plan has seen yet
    "statistics/figures-of-groups": [
        insert(
            "statistic",
            month="'2020-02'",
            measure="'applications-by-gender'",
            category="'diverse'",
            number=1,
            closed_on="'2020-03-01'",
        )
    ],
    # -- what no table has
    "no-column/nobody-in-figures": ["ALTER TABLE statistic ADD COLUMN person_hash TEXT"],
    "no-column/no-address-in-sessions": ["ALTER TABLE web_session ADD COLUMN ip TEXT"],
    "no-column/no-page-history": ["ALTER TABLE web_session ADD COLUMN last_page TEXT"],
    "no-column/no-sensitive-matching": ["ALTER TABLE alert ADD COLUMN gender TEXT"],
    "no-column/no-participants-in-publications": ["ALTER TABLE training ADD COLUMN participants TEXT"],
    "no-column/places-know-nothing-special": ["ALTER TABLE attendance ADD COLUMN health TEXT"],
    "no-column/no-scoring": ["ALTER TABLE profile ADD COLUMN score INTEGER"],
    "accounted/pool": ["CREATE TABLE diary (id INTEGER PRIMARY KEY, entry TEXT)"],
}
#: a promise that cannot be broken without another: a receipt past its last day is past the end of its purpose as well, a column
#: that must not be has no purpose either, and whoever comes in past their end was not warned of it
IMPLIED = {
    "profiles/inactive/at-most": {"profiles/inactive/warned"},
    "profiles/successful/at-most": {"profiles/successful/warned"},
    "receipts/tax/at-most": {"receipts/tax/blocked"},
    **{
        f"no-column/{name}": {"accounted/pool"}
        for name in (
            "no-address-in-sessions",
            "no-page-history",
            "no-sensitive-matching",
            "places-know-nothing-special",
            "no-scoring",
        )
    },
}
