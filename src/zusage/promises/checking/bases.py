"""Legal bases: each needs what makes it hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..manifest.activities import CONSENT
from .rule import Spot, rule


@rule(
    "consent-without-withdrawal",
    Severity.ERROR,
    why="a consent of which nobody was told how to withdraw it is not valid",
    advice="add consent: {withdraw: {de: …, en: …}}; withdrawing must be as easy as giving",
    source="Art. 7(3), 13(2)(c) GDPR",
)
def consent_without_withdrawal(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Consent as a basis, without a way to withdraw it."""
    for name, activity in loaded.manifest.activities.items():
        if activity.legal_basis in CONSENT and not (activity.consent and activity.consent.withdraw):
            yield Spot(("activities", name, "legal_basis"), f"{name} rests on consent, but says not how to withdraw it")


@rule(
    "withdrawal-not-at-any-time",
    Severity.WARNING,
    why="people must be told that they can withdraw at any time",
    advice="write 'jederzeit' in the German and 'at any time' in the English text",
    source="Art. 7(3), 13(2)(c) GDPR",
)
def withdrawal_not_at_any_time(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A withdrawal that is not said to be open at any time."""
    for name, activity in loaded.manifest.activities.items():
        withdraw = activity.consent.withdraw if activity.consent else None
        if withdraw is None:
            continue
        for language, words in (("de", "jederzeit"), ("en", "at any time")):
            if words not in withdraw.in_language(language).lower():
                path = ("activities", name, "consent", "withdraw", language)
                yield Spot(path, f"the withdrawal of {name} is not said to be possible {words!r}")


@rule(
    "consent-without-text",
    Severity.WARNING,
    why="whoever relies on consent must be able to show to which text it was given",
    advice="add consent: {text_version: …}",
    source="Art. 7(1) GDPR",
)
def consent_without_text(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Consent without the version of the text that people agree to."""
    for name, activity in loaded.manifest.activities.items():
        if activity.legal_basis in CONSENT and activity.consent and not activity.consent.text_version:
            yield Spot(("activities", name, "consent"), f"{name} names no version of the text of its consent")


@rule(
    "interest-unnamed",
    Severity.ERROR,
    why="an interest that people are not told cannot be weighed and carries no processing",
    advice="add legitimate_interest: {de: …, en: …}",
    source="Art. 6(1)(f), 13(1)(d) GDPR",
)
def interest_unnamed(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Legitimate interests as a basis, without naming them."""
    for name, activity in loaded.manifest.activities.items():
        if activity.legal_basis == "art-6-1-f" and activity.legitimate_interest is None:
            yield Spot(("activities", name, "legal_basis"), f"{name} rests on a legitimate interest, but names none")


@rule(
    "obligation-unstated",
    Severity.WARNING,
    why="people must be told whether they have to give the data and what follows if they do not",
    advice="add obligation: {de: …, en: …}",
    source="Art. 13(2)(e) GDPR",
)
def obligation_unstated(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A contract as a basis, without saying whether the data must be given."""
    for name, activity in loaded.manifest.activities.items():
        if activity.legal_basis == "art-6-1-b" and activity.obligation is None:
            yield Spot(("activities", name), f"{name} does not say whether people must give the data")
