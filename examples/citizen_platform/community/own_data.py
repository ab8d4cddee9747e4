"""Everything that is stored about one member, for the member alone."""

from datetime import date, datetime

from sqlalchemy import Connection, select

from citizen_platform.schema import account, comment, consent, guardian_request, mail_log, membership, profile, suggestion, team

#: Nobody needs to see how a password was hashed.
_HIDDEN = {"password_hash", "id", "account_id", "guardian_request_id", "team_id", "suggestion_id"}

#: What tables and columns are called on the page.
TITLES = {
    "account": "Konto",
    "profile": "Profil",
    "consent": "Einwilligungen",
    "mail_log": "Mails an Sie",
    "suggestion": "Vorschläge",
    "comment": "Kommentare",
    "membership": "Teams",
    "guardian": "Zustimmung der Eltern",
    "username": "Benutzername",
    "email": "E-Mail-Adresse",
    "language": "Sprache der Mails",
    "state": "Stand",
    "registered_at": "angemeldet am",
    "confirmed_at": "bestätigt am",
    "last_seen_on": "zuletzt hier am",
    "reminded_on": "erinnert am",
    "teams_public": "in Teams sichtbar",
    "age_stated": "Angabe zum Alter",
    "main_language": "Hauptsprache",
    "other_languages": "Weitere Sprachen",
    "country": "Land",
    "postal_code": "Postleitzahl",
    "birth_year": "Geburtsjahr",
    "gender": "Geschlecht",
    "rri_group": "Gruppe",
    "study_group": "Teilnahme an einer Untersuchungsgruppe",
    "experience": "Erfahrungen",
    "interests": "Interessen",
    "project_ends_on": "Ende des Projekts",
    "purpose": "Zweck",
    "text_version": "Fassung des Textes",
    "text_digest": "Prüfwert des Textes",
    "given_at": "erteilt am",
    "withdrawn_at": "widerrufen am",
    "template": "Anlass",
    "sent_at": "gesendet am",
    "title": "Titel",
    "text": "Text",
    "shown": "Anzeige",
    "created_at": "geschrieben am",
    "team": "Team",
    "joined_on": "dabei seit",
    "notify": "Mails eingeschaltet",
    "guardian_email": "E-Mail-Adresse von Mutter, Vater oder Vormund",
    "agreed_at": "zugestimmt am",
}


def collect(connection: Connection, account_id: int) -> dict[str, list[dict]]:
    """Table → rows, as JSON can hold them; of others nothing."""
    mine = {"account": select(account).where(account.c.id == account_id)}
    for table in (profile, consent, mail_log, suggestion, comment):
        mine[table.name] = select(table).where(table.c.account_id == account_id)
    teams = select(team.c.name_de.label("team"), membership.c.joined_on, membership.c.notify).join(membership)
    mine["membership"] = teams.where(membership.c.account_id == account_id)
    guardian = select(guardian_request.c.guardian_email, guardian_request.c.agreed_at).join(account)
    mine["guardian"] = guardian.where(account.c.id == account_id)
    return {name: [_plain(row._asdict()) for row in connection.execute(wanted)] for name, wanted in mine.items()}


def _plain(row: dict) -> dict:
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in row.items() if k not in _HIDDEN}
