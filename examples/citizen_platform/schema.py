"""Every table of the platform, of its usage statistics and of the operator's mailbox: three databases, one place to read them.

Times are naive UTC. Nothing about a visitor's connection stands in any of them: no address, no browser, no device.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}
platform = MetaData(naming_convention=NAMES)
usage = MetaData(naming_convention=NAMES)
mailbox = MetaData(naming_convention=NAMES)
ALL = {"platform": platform, "usage": usage, "mailbox": mailbox}

ACCOUNT_STATES = ("unconfirmed", "active", "paused")
SHOWN = ("visible", "review", "hidden")
CONSENTS = ("registration", "profile-research", "study-group", "team-research")
TOKENS = ("confirm", "reset", "new-address")
MODERATIONS = ("hide", "redact", "remove", "under-age")
CONTACT_STATES = ("open", "done")
ROLES = ("support", "moderation")


def _key() -> Column:
    return Column("id", Integer, primary_key=True)


def _needed(name: str, kind: object, **more: object) -> Column:
    return Column(name, kind, nullable=False, **more)


def _of(table: str, *, nullable: bool = False) -> Column:
    return Column(f"{table}_id", ForeignKey(f"{table}.id"), nullable=nullable, index=True)


def _by_account() -> Column:
    """Who wrote it; whoever deletes the account, the database itself takes the author away."""
    return Column("account_id", ForeignKey("account.id", ondelete="SET NULL"), nullable=True, index=True)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


guardian_request = Table(  # somebody under 16 named a parent; nothing about the child is stored before the parent agrees
    "guardian_request",
    platform,
    _key(),
    _needed("token_digest", String(64), unique=True),
    _needed("guardian_email", String(190)),
    _needed("asked_at", DateTime, index=True),
    Column("agreed_at", DateTime),
)

account = Table(
    "account",
    platform,
    _key(),
    _needed("username", String(40), unique=True),
    _needed("email", String(190), unique=True),
    _needed("password_hash", String(255)),
    _needed("language", String(2)),  # of the mails
    _needed("state", String(12)),
    _needed("registered_at", DateTime, index=True),
    Column("confirmed_at", DateTime),
    _needed("last_seen_on", Date, index=True),  # a day is enough to tell who has gone
    Column("reminded_on", Date),
    _needed("teams_public", Boolean, default=False),
    _needed("age_stated", String(12)),  # 16-or-older, guardian
    _of("guardian_request", nullable=True),
    _one_of("state", ACCOUNT_STATES),
)

profile = Table(  # every field is optional; without a field there is no row
    "profile",
    platform,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("main_language", String(2)),
    Column("other_languages", String(120)),
    Column("country", String(2)),
    Column("postal_code", String(10)),
    Column("birth_year", SmallInteger),
    Column("gender", String(12)),
    Column("rri_group", String(20)),
    Column("study_group", String(3)),
    Column("experience", Text),
    Column("interests", Text),
    _needed("project_ends_on", Date),  # as it was announced when the values were given
)

consent = Table(
    "consent",
    platform,
    Column("id", String(43), primary_key=True),  # random
    _of("account"),
    _needed("purpose", String(20)),
    _needed("text_version", String(20)),
    _needed("text_digest", String(64)),
    _needed("given_at", DateTime),
    Column("withdrawn_at", DateTime),
    _one_of("purpose", CONSENTS),
)

token = Table(  # the mail holds the token, this table only its digest
    "token",
    platform,
    Column("digest", String(64), primary_key=True),
    _of("account"),
    _needed("kind", String(12)),
    Column("new_email", String(190)),
    _needed("issued_at", DateTime),
    _needed("expires_at", DateTime, index=True),
    _one_of("kind", TOKENS),
)

team = Table(
    "team",
    platform,
    _key(),
    _needed("slug", String(40), unique=True),
    _needed("name_de", String(80)),
    _needed("name_en", String(80)),
    _needed("about_de", Text),
    _needed("about_en", Text),
)

membership = Table(
    "membership",
    platform,
    _key(),
    _of("team"),
    _of("account"),
    _needed("joined_on", Date),
    _needed("notify", Boolean, default=False),
    UniqueConstraint("team_id", "account_id"),
)

suggestion = Table(  # without an account when its author has left and wanted it to stay
    "suggestion",
    platform,
    _key(),
    _of("team"),
    _by_account(),
    _needed("title", String(120)),
    _needed("text", Text),
    _needed("shown", String(10)),
    _needed("created_at", DateTime, index=True),
    _one_of("shown", SHOWN),
)

comment = Table(
    "comment",
    platform,
    _key(),
    _of("suggestion"),
    _by_account(),
    _needed("text", Text),
    _needed("shown", String(10)),
    _needed("created_at", DateTime),
    _one_of("shown", SHOWN),
)

mail_log = Table(  # which declared template went out to whom; no text, no address
    "mail_log",
    platform,
    _key(),
    _of("account"),
    _needed("template", String(20)),
    _needed("sent_at", DateTime, index=True),
)

web_session = Table(  # the cookie holds the token, this table only its digest
    "web_session",
    platform,
    Column("token_digest", String(64), primary_key=True),
    _of("account", nullable=True),
    _needed("state", Text),  # JSON
    _needed("created_at", DateTime),
    _needed("last_seen_at", DateTime, index=True),
)

staff = Table(
    "staff",
    platform,
    _key(),
    _needed("login", String(40), unique=True),
    _needed("password_hash", String(255)),
    _needed("role", String(12)),
    Column("bound_to_secrecy_on", Date),
    Column("left_on", Date),
    _one_of("role", ROLES),
)

moderation = Table(  # every decision against somebody has a human and a reason
    "moderation",
    platform,
    _key(),
    _needed("kind", String(10)),
    _needed("target", String(20)),
    _needed("target_id", Integer),
    _of("staff"),
    _needed("reason", Text),
    _needed("decided_at", DateTime, index=True),
    Column("contested_at", DateTime),
    _one_of("kind", MODERATIONS),
)

access_record = Table(  # who of the staff looked at what, and why
    "access_record",
    platform,
    _key(),
    _of("staff"),
    _needed("seen", String(40)),
    _needed("reason", String(160)),
    _needed("seen_at", DateTime, index=True),
)

provider = Table(
    "provider",
    platform,
    Column("name", String(60), primary_key=True),
    _needed("role", String(12)),
    _needed("country", String(2)),
    _needed("selected_on", Date),
    _needed("contract_on", Date),
    _needed("controlled_on", Date),
    _needed("services", String(120)),
)

external_link = Table(
    "external_link",
    platform,
    Column("address", String(190), primary_key=True),
    _needed("checked_on", Date),
    _needed("checked_by", String(40)),  # a role
)

page_day = Table(  # how often a page was seen on a day: a number below five is never written
    "page_day",
    usage,
    Column("day", Date, primary_key=True),
    Column("page", String(80), primary_key=True),
    _needed("views", Integer),
)

browser_day = Table(
    "browser_day",
    usage,
    Column("day", Date, primary_key=True),
    Column("browser", String(20), primary_key=True),
    _needed("views", Integer),
)

contact = Table(
    "contact",
    mailbox,
    _key(),
    _needed("thread_token", String(43), unique=True),
    _needed("subject", String(160)),
    _needed("state", String(6)),
    _needed("sensitive", Boolean, default=False),
    _needed("received_at", DateTime, index=True),
    _needed("last_message_at", DateTime),
    Column("done_at", DateTime, index=True),
    Column("held_for", String(120)),  # the statute that demands it
    Column("held_until", Date),
    _needed("sender_email", String(190), index=True),
    _needed("sender_name", String(120)),
    _one_of("state", CONTACT_STATES),
)

contact_message = Table(
    "contact_message",
    mailbox,
    _key(),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    _needed("direction", String(3)),
    _needed("body", Text),
    _needed("created_at", DateTime),
    CheckConstraint("direction IN ('in', 'out')", name="direction"),
)
