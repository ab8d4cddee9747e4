"""A person and everything that they say of themselves."""

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, String, Table, Text

from expert_pool.schema.base import key, needed, of, one_of, pool, token

STATES = ("applicant", "member", "former")
#: who is kept for how long: nobody confirmed the address; never applied successfully; did; wants to be forgotten
CLASSES = ("unconfirmed", "other", "kept", "leaving")
EVIDENCE_STATES = ("submitted", "in-check", "approved", "rejected", "lapsed")
MEMBERSHIP_STATES = ("requested", "in-check", "approved", "rejected", "left")
SOURCES = ("self", "staff", "partner")

person = Table(
    "person",
    pool,
    key(),
    needed("email", String(190), unique=True),
    needed("password_hash", String(255)),
    needed("state", String(12)),
    needed("storage_class", String(12), index=True),
    needed("language", String(2)),
    needed("registered_at", DateTime),
    Column("confirmed_at", DateTime),
    needed("last_active_at", DateTime, index=True),  # only what the person does counts
    Column("consent_withdrawn_at", DateTime),
    Column("terminated_by_person_at", DateTime),
    Column("terminated_by_operator_at", DateTime),
    Column("origin", String(20)),  # only with the consent to the optional cookie
    one_of("state", STATES),
    one_of("storage_class", CLASSES),
    sqlite_autoincrement=True,
)

profile = Table(
    "profile",
    pool,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    needed("given_name", String(80)),
    needed("family_name", String(80)),
    needed("gender", String(10)),  # statistics only; "" where nothing is said
    Column("birth_year", Integer),
    needed("phone", String(40)),
    needed("street", String(120)),
    needed("postal_code", String(12)),
    needed("city", String(80)),
    needed("country", String(2)),
    needed("headline", String(120)),
    needed("about", Text),
    needed("source", String(8)),
    Column("informed_at", DateTime),  # when the person was told, where the source is somebody else
    needed("updated_at", DateTime),
    one_of("source", SOURCES),
)

competence = Table(
    "competence",
    pool,
    key(),
    of("person"),
    needed("area", String(60)),
    needed("years", Integer),
    needed("note", String(240)),
    needed("added_at", DateTime),
)

language_skill = Table(
    "language_skill",
    pool,
    key(),
    of("person"),
    needed("tongue", String(40)),
    needed("level", String(2)),
    needed("added_at", DateTime),
)

experience = Table(
    "experience",
    pool,
    key(),
    of("person"),
    needed("employer", String(120)),
    needed("role", String(120)),
    needed("country", String(40)),
    needed("from_year", Integer),
    Column("until_year", Integer),
    needed("description", Text),
    needed("added_at", DateTime),
)

referee = Table(  # somebody else, named by the person
    "referee",
    pool,
    key(),
    of("person"),
    needed("name", String(120)),
    needed("email", String(190)),
    needed("relation", String(120)),
    needed("added_at", DateTime),
)

document = Table(  # the file and its preview are named by the id
    "document",
    pool,
    token(),
    of("person"),
    needed("kind", String(20)),
    needed("file_name", String(120)),
    needed("media_type", String(40)),
    needed("size", Integer),
    needed("sha256", String(64)),
    needed("special", Boolean),  # holds data of Art. 9
    needed("uploaded_at", DateTime),
    Column("last_used_at", DateTime),
)

evidence = Table(
    "evidence",
    pool,
    key(),
    of("person"),
    of("document", nullable=True),
    needed("kind", String(20)),
    needed("title", String(120)),
    needed("state", String(12)),
    needed("submitted_at", DateTime),
    Column("expires_on", Date),
    of("staff", "checked_by", nullable=True),
    of("staff", "decided_by", nullable=True),
    Column("decided_at", DateTime),
    needed("reason", String(240)),
    needed("contested", String(240)),
    one_of("state", EVIDENCE_STATES),
)

membership = Table(  # of a competence field, through the approval loop
    "membership",
    pool,
    key(),
    of("person"),
    of("competence_field", "field_id"),
    needed("state", String(12)),
    needed("requested_at", DateTime),
    of("staff", "checked_by", nullable=True),
    of("staff", "decided_by", nullable=True),
    Column("decided_at", DateTime),
    needed("reason", String(240)),
    one_of("state", MEMBERSHIP_STATES),
)

availability = Table(
    "availability",
    pool,
    key(),
    of("person"),
    needed("kind", String(10)),
    needed("from_on", Date),
    needed("until_on", Date),
    needed("entered_at", DateTime),
    one_of("kind", ("available", "absent")),
)

alert = Table(
    "alert",
    pool,
    key(),
    of("person"),
    needed("kind", String(10)),
    of("competence_field", "field_id", nullable=True),
    needed("token", String(43), unique=True),
    of("consent"),
    needed("confirmed_at", DateTime),
    Column("ended_at", DateTime),
    one_of("kind", ("job", "training")),
)

consent = Table(  # the ledger: a withdrawn consent outlives its person as a keyed code
    "consent",
    pool,
    token(),
    of("person", nullable=True),
    needed("subject_digest", String(64)),
    needed("purpose", String(30)),
    of("stakeholder", nullable=True),
    needed("text_version", String(20)),
    needed("text_digest", String(64)),  # of the German text, which is the authoritative one
    needed("shown_in", String(2)),
    needed("given_at", DateTime),
    Column("withdrawn_at", DateTime),
)
