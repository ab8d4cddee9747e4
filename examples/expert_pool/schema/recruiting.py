"""What happens between people and the pool."""

from sqlalchemy import Column, Date, DateTime, String, Table, Text

from expert_pool.schema.base import key, needed, of, one_of, pool

APPLICATION_STATES = ("submitted", "in-review", "shortlisted", "accepted", "rejected", "withdrawn")
KINDS = ("vacancy", "training", "field")

application = Table(
    "application",
    pool,
    key(),
    of("person"),
    needed("kind", String(10)),
    of("vacancy", nullable=True),
    of("training", nullable=True),
    of("competence_field", "field_id", nullable=True),
    needed("state", String(12)),
    needed("letter", Text),
    needed("submitted_at", DateTime),
    Column("closed_at", DateTime),
    one_of("kind", KINDS),
    one_of("state", APPLICATION_STATES),
)

application_event = Table(
    "application_event",
    pool,
    key(),
    of("application"),
    needed("at", DateTime),
    needed("actor", String(8)),
    of("staff", nullable=True),
    needed("from_state", String(12)),
    needed("to_state", String(12)),
    needed("note", Text),
    one_of("actor", ("person", "staff")),
)

application_document = Table(
    "application_document",
    pool,
    key(),
    of("application"),
    of("document"),
)

training_invitation = Table(
    "training_invitation",
    pool,
    key(),
    of("training"),
    of("person"),
    of("consent"),
    needed("sent_at", DateTime),
    Column("answered_at", DateTime),
    needed("answer", String(10)),
    one_of("answer", ("", "yes", "no")),
)

attendance = Table(
    "attendance",
    pool,
    key(),
    of("training"),
    of("person"),
    needed("state", String(12)),
    needed("registered_at", DateTime),
    Column("completed_on", Date),
    one_of("state", ("registered", "waiting", "attended", "completed", "absent")),
)

alert_mail = Table(
    "alert_mail",
    pool,
    key(),
    of("alert"),
    of("vacancy", nullable=True),
    of("training", nullable=True),
    needed("sent_at", DateTime),
)

message = Table(  # has two ends: who wrote it, and everybody in message_recipient
    "message",
    pool,
    key(),
    of("person", nullable=True),  # the writing person; empty when staff wrote, or the person is gone
    of("staff", nullable=True),
    needed("audience", String(10)),
    of("competence_field", "field_id", nullable=True),
    Column("answers", key().type, index=True),  # the message that this one answers, while it is there
    needed("subject", String(160)),
    needed("body", Text),
    needed("sent_at", DateTime),
    one_of("audience", ("pool", "field", "person", "team")),
)

message_recipient = Table(
    "message_recipient",
    pool,
    key(),
    of("message"),
    of("person"),
    of("consent", nullable=True),
    needed("delivered_at", DateTime),
    Column("read_at", DateTime),
)

comment = Table(  # participants talk about a training; others answer
    "comment",
    pool,
    key(),
    of("training"),
    of("person", nullable=True),
    of("comment", "answers", nullable=True),
    needed("text", Text),
    needed("at", DateTime),
)

follow_up = Table(
    "follow_up",
    pool,
    key(),
    of("person"),
    of("staff"),
    needed("due_on", Date),
    needed("purpose", String(40)),
    needed("note", String(400)),
    needed("created_at", DateTime),
    Column("done_at", DateTime),
)

appointment = Table(
    "appointment",
    pool,
    key(),
    of("person"),
    of("staff"),
    needed("uid", String(80), unique=True),
    needed("subject", String(160)),
    needed("place", String(160)),
    needed("starts_at", DateTime),
    needed("ends_at", DateTime),
    needed("sent_at", DateTime),
    Column("cancelled_at", DateTime),
)

contact = Table(  # people who are no members, and who wrote to nobody here
    "contact",
    pool,
    key(),
    needed("name", String(120)),
    needed("email", String(190), unique=True),
    needed("basis", String(20)),
    needed("source", String(120)),
    needed("obtained_at", DateTime),
    Column("informed_at", DateTime),
    needed("token", String(43), unique=True),
    Column("opted_out_at", DateTime),
    one_of("basis", ("consent", "inquiry", "interest")),
)

contact_message = Table(
    "contact_message",
    pool,
    key(),
    of("contact"),
    of("staff"),
    needed("subject", String(160)),
    needed("body", Text),
    needed("sent_at", DateTime),
)
