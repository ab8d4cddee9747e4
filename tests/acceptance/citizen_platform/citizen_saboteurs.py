"""Who breaks which promise of the platform's databases, and how."""

import hashlib

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
    "an account without an address": (
        "platform",
        f"UPDATE account SET email = 'nowhere' WHERE id = {ANYBODY}",
        "every-row/accounts-have-what-they-need",
    ),
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
    "a comment from long ago stays": (
        "platform",
        "INSERT INTO comment SELECT 9999, id, NULL, 'x', 'visible', '2015-06-01 10:00:00' FROM suggestion LIMIT 1",
        "teams/comments/at-most",
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
