"""What the service itself needs: staff, sessions, mail, history, figures."""

from sqlalchemy import Column, Date, DateTime, Integer, String, Table, Text, UniqueConstraint

from expert_pool.schema.base import key, needed, of, one_of, pool, token

ROLES = ("recruiting", "training", "pool", "approval", "legal", "reporting")
UNITS = ("elections", "peace", "humanitarian", "office")

staff = Table(
    "staff",
    pool,
    key(),
    Column("login", String(40), unique=True),
    needed("name", String(80)),
    needed("password_hash", String(255)),
    needed("role", String(12)),
    needed("unit", String(16)),
    needed("granted_until", Date),
    Column("instructed_on", Date),
    Column("bound_to_secrecy_on", Date),
    Column("left_on", Date),
    one_of("role", ROLES),
    one_of("unit", UNITS),
)

web_session = Table(  # the cookies hold tokens, this table only their digests
    "web_session",
    pool,
    Column("token_digest", String(64), primary_key=True),
    needed("bound_digest", String(64)),
    of("person", nullable=True),
    of("staff", nullable=True),
    needed("created_at", DateTime),
    needed("last_seen_at", DateTime, index=True),
)

outbox = Table(  # the mail itself lies in the spool folder, named by the id
    "outbox",
    pool,
    token(),
    of("person", nullable=True),
    needed("kind", String(20)),
    needed("queued_at", DateTime),
)

audit = Table(
    "audit",
    pool,
    key(),
    needed("at", DateTime, index=True),
    needed("actor", String(12)),
    of("staff", nullable=True),
    of("person", nullable=True),
    needed("action", String(30)),
    Column("detail", Text),
    one_of("actor", ("person", "staff", "stakeholder", "system")),
)

statistic = Table(  # counts, written when something happens; no row is about anybody
    "statistic",
    pool,
    key(),
    Column("month", String(7)),  # of which month, what and whom, until that turns out to be too few people
    Column("measure", String(30)),
    Column("category", String(40)),
    needed("number", Integer),
    needed("closed_on", Date),  # the first day on which nothing is added any more
    UniqueConstraint("month", "measure", "category"),
)

suppression = Table(  # who wants no messages, known only by a keyed code
    "suppression",
    pool,
    Column("digest", String(64), primary_key=True),
    needed("since", DateTime),
)

deletion_register = Table(
    "deletion_register",
    pool,
    token(),
    needed("subject_digest", String(64)),
    needed("at", DateTime),
    needed("cause", String(20)),
    needed("scope", Text),
)

cookie_choice = Table(  # the browser holds the key, this table its digest
    "cookie_choice",
    pool,
    Column("key_digest", String(64), primary_key=True),
    needed("choice", String(12)),
    needed("text_version", String(20)),
    needed("chosen_at", DateTime),
    one_of("choice", ("essential", "all")),
)

legal_hold = Table(
    "legal_hold",
    pool,
    key(),
    of("person"),
    needed("reference", String(60)),
    needed("authority", String(120)),
    needed("scope", String(240)),
    needed("opened_on", Date),
    needed("review_on", Date),
    Column("closed_on", Date),
)

receipt = Table(  # of a training's fee; no foreign key to the person: the voucher outlives the profile
    "receipt",
    pool,
    key(),
    needed("number", String(20), unique=True),
    Column("person_id", Integer, index=True),
    needed("issued_on", Date),
    needed("payer_name", String(160)),
    needed("payer_address", String(240)),
    needed("service", String(160)),
    needed("total_cents", Integer),
    needed("statute", String(80)),
)
