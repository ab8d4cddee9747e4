"""All rules about a manifest alone, in one place: what is not listed here does not run."""

from __future__ import annotations

from datetime import date

from ..finding import Finding
from ..loading import Loaded
from . import acts, answers, bases, cookies, duties, logs, notice, periods, recipients, records, security, storage, websites
from .rule import Rule, by_position

RULES: tuple[Rule, ...] = (
    answers.unanswered,
    periods.no_starting_point,
    periods.no_period,
    periods.until_without_limit,
    periods.minimum_above_maximum,
    periods.two_maxima,
    periods.purpose_outlives_maximum,
    duties.unknown_duty,
    duties.below_duty,
    duties.no_term_of_duty,
    duties.longer_than_duty,
    duties.duty_clock,
    duties.same_duty_different_maxima,
    duties.duty_without_minimum,
    duties.duty_under_other_basis,
    duties.claim_is_no_duty,
    bases.consent_without_withdrawal,
    bases.withdrawal_not_at_any_time,
    bases.consent_without_text,
    bases.interest_unnamed,
    bases.obligation_unstated,
    recipients.processor_without_contract,
    recipients.third_country_without_safeguard,
    recipients.undisclosed_third_country,
    recipients.third_countries_unstated,
    recipients.recipient_without_country,
    recipients.recipient_unused,
    acts.repealed_law,
    acts.void_safeguard,
    acts.terminal_law_unnamed,
    acts.incomplete_citation,
    cookies.cookie_without_owner,
    cookies.cookie_without_lifetime,
    cookies.cookie_without_consent,
    cookies.cookie_of_no_consent,
    cookies.banner_without_service,
    cookies.consent_cookie,
    cookies.nothing_asked,
    websites.terminal_basis,
    websites.cookie_without_basis,
    websites.banner_missing,
    websites.cookie_of_no_site,
    websites.entries_alike,
    logs.only_in_logs,
    logs.not_in_logs,
    security.backup_without_interval,
    security.backup_without_retention,
    security.backup_of_unknown_system,
    security.regular_without_interval,
    notice.no_officer,
    notice.no_notice_version,
    notice.no_controller_address,
    notice.no_controller_email,
    notice.no_authority,
    notice.automated_decisions_unstated,
    storage.no_storage_period,
    storage.class_without_limit,
    storage.change_outside_classes,
    storage.change_leaves_columns,
    storage.pseudonyms_for_ever,
    records.reference_twice,
    records.superseded_but_kept,
    records.superseded_by_unknown,
    records.guard_without_effect,
)


def check(loaded: Loaded, on: date) -> tuple[Finding, ...]:
    """Everything that is wrong, missing or doubtful in a manifest by the law of a day, in one pass, by position."""
    return by_position(finding for rule in RULES for finding in rule(loaded, on))
