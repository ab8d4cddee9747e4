"""What is offered, and by whom: nothing here is about a person of the pool."""

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, String, Table, Text

from expert_pool.schema.base import key, needed, of, one_of, pool

CHANNELS = ("site", "members", "feed", "partner")

organisation = Table(
    "organisation",
    pool,
    key(),
    needed("name", String(120), unique=True),
    needed("role", String(10)),
    needed("country", String(2)),
    needed("agreed_on", Date),
    one_of("role", ("operator", "partner")),
)

competence_field = Table(
    "competence_field",
    pool,
    key(),
    needed("name_de", String(80), unique=True),
    needed("name_en", String(80)),
)


def _offer() -> list[Column]:
    return [
        needed("title_de", String(160)),
        needed("title_en", String(160)),
        needed("text_de", Text),
        needed("text_en", Text),
        needed("published_at", DateTime),
    ]


vacancy = Table(
    "vacancy",
    pool,
    key(),
    of("organisation"),
    of("competence_field", "field_id"),
    *_offer(),
    needed("country", String(40)),
    needed("employment", Boolean),  # without one, documents may be shared
    needed("members_only", Boolean),
    needed("closes_on", Date),
)

training = Table(
    "training",
    pool,
    key(),
    of("organisation"),
    *_offer(),
    needed("members_only", Boolean),
    needed("starts_on", Date),
    needed("ends_on", Date),
    needed("places", Integer),
    needed("fee_cents", Integer),
)


def _posting(of_what: str) -> Table:
    return Table(
        f"{of_what}_posting",
        pool,
        key(),
        of(of_what),
        needed("channel", String(10)),
        needed("posted_at", DateTime),
        Column("taken_down_at", DateTime),
        one_of("channel", CHANNELS),
    )


vacancy_posting = _posting("vacancy")
training_posting = _posting("training")

stakeholder = Table(  # who may be shown profiles; the person at the other end has an address of their own
    "stakeholder",
    pool,
    key(),
    needed("organisation", String(120)),
    needed("contact_name", String(120)),
    needed("email", String(190), unique=True),
    needed("country", String(2)),
    needed("international", Boolean),
    needed("transfer_basis", String(120)),  # "" inside the EEA
    needed("added_at", DateTime),
)
