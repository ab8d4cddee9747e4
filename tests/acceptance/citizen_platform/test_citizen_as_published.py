"""The platform's notice as it was published: checking finds by itself what lawyers found in it by hand.

The findings are numbered as in the catalogue of the notice's promises, CP-F01 to CP-F41.
"""

from datetime import date
from pathlib import Path

import pytest

import citizen_platform
from zusage.promises.checking import check
from zusage.promises.loading import load

PUBLISHED = Path(citizen_platform.__file__).parent / "as-published.yaml"
ON = date(2026, 1, 15)

BASIS = "legal_basis: art-6-1-f"
CONTACT = "answering your e-mail}\n    legal_basis: art-6-1-f"
COOKIES = "linking requests to the session}\n    legal_basis: art-6-1-f"
#: number → code, manifest path, and the one correction that must make it go
FINDINGS = {
    "F02": ("notice-older-than-law", "notice.version", "version: 2022-05-02", "version: 2025-05-02"),
    "F03": ("controller-is-a-person", "controller.name", "name: Dr. med. Erika Mustermann", "name: Klinik Musterstadt"),
    "F04-contact": ("interest-of-public-body", "activities.contact.legal_basis", CONTACT, CONTACT.replace("6-1-f", "6-1-e")),
    "F04-log": ("interest-of-public-body", "activities.server-log.legal_basis", "public_body: true", "public_body: false"),
    "F04-cookies": ("interest-of-public-body", "activities.cookies.legal_basis", COOKIES, COOKIES.replace("6-1-f", "6-1-e")),
    "F05-contact": (
        "interest-unnamed",
        "activities.contact.legal_basis",
        CONTACT,
        f"{CONTACT}\n    legitimate_interest: {{de: Antwort, en: answer}}",
    ),
    "F05-cookies": (
        "interest-unnamed",
        "activities.cookies.legal_basis",
        COOKIES,
        f"{COOKIES}\n    legitimate_interest: {{de: Anmeldung, en: login}}",
    ),
    "F06": (
        "until-without-limit",
        "activities.contact.keep.0.until",
        "data: mailbox.contact\n        until",
        "data: mailbox.contact\n        at_most: P7D\n        from: done_at\n        until",
    ),
    "F13": (
        "absolute-promise",
        "measures.not-passed-on.says.de",
        "in keiner Weise weitergegeben",
        "nur an die genannten Dienstleister weitergegeben",
    ),
    "F14": (
        "special-without-basis",
        "activities.research.data.platform.profile.classes.health",
        "special: [health]",
        "special: []",
    ),
    "F18-account": (
        "no-storage-period",
        "activities.account.data",
        "{login: [username, email, password_hash]}}\n",
        "{login: [username, email, password_hash]}}\n    keep: [{at_most: P2Y, from: last_seen_on}]\n",
    ),
    "F18-contributions": (
        "no-storage-period",
        "activities.teams.data",
        "{contribution: [title, text]}}\n",
        "{contribution: [title, text]}}\n    keep: [{at_most: P10Y, from: created_at}]\n",
    ),
    "F20": ("terminal-law-unnamed", "notice.names_laws", "[DSGVO, BDSG]", "[DSGVO, BDSG, TDDDG]"),
    "F26": ("absolute-promise", "measures.transport.says.de", "Dritte keine Inhalte", "Dritte nicht leicht Inhalte"),
    "F27": ("absolute-promise", "measures.passwords.says.en", "no passwords can fall", "passwords fall less easily"),
    "F29": (
        "consent-without-text",
        "activities.research.consent",
        "    data:\n      platform.profile:",
        "      text_version: '1'\n    data:\n      platform.profile:",
    ),
    "F31": ("regular-without-interval", "measures.providers", "    regular: true", "    regular: true\n    every: P1Y"),
    "F32": (
        "recipient-unused",
        "recipients.conference-host",
        "    recipients: [host]\n    data:\n      platform.account",
        "    recipients: [host, conference-host]\n    data:\n      platform.account",
    ),
    "F34-host": (
        "processor-without-contract",
        "recipients.host.role",
        'website)"}\n    role: processor',
        'website)"}\n    role: processor\n    contract: 2023-02-01',
    ),
    "F34-conference": (
        "processor-without-contract",
        "recipients.conference-host.role",
        "conference system)}\n    role: processor",
        "conference system)}\n    role: processor\n    contract: 2023-02-01",
    ),
    "F39": ("no-authority", "controller", "controller:\n", "controller:\n  land: MV\n"),
}


def found(file):
    return {(one.code, one.path): one for one in check(load(file), ON)}


@pytest.fixture(scope="module")
def published():
    return found(PUBLISHED)


@pytest.mark.parametrize("number", FINDINGS)
def test_the_finding_is_reported_with_its_reason_and_goes_when_just_that_is_corrected(published, tmp_path, number):
    code, path, wrong, right = FINDINGS[number]
    one = published[code, path]
    assert one.why
    assert one.advice
    assert one.source
    text = PUBLISHED.read_text(encoding="utf-8")
    assert text.count(wrong) == 1
    corrected = tmp_path / "corrected.yaml"
    corrected.write_text(text.replace(wrong, right), encoding="utf-8")
    left = found(corrected)
    assert (code, path) not in left
    assert len(left.keys() & published.keys()) > len(published) / 2


def test_nothing_is_found_that_has_no_number_but_what_the_notice_leaves_out(published):
    assert {code for code, _ in published} - {code for code, *_ in FINDINGS.values()} <= {"obligation-unstated"}


def test_the_corrected_manifest_has_none_of_them():
    assert check(load(PUBLISHED.parent / "zusage.yaml"), ON) == ()
