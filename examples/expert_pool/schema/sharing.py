"""Profiles shown to stakeholders, and who received what."""

from sqlalchemy import Column, DateTime, String, Table, Text

from expert_pool.schema.base import key, needed, of, one_of, pool, token

share = Table(  # the link holds a token, this table only its digest
    "share",
    pool,
    key(),
    of("person"),
    of("stakeholder"),
    of("consent"),
    of("vacancy", nullable=True),
    of("staff"),
    needed("token_digest", String(64), unique=True),
    needed("code_digest", String(64)),
    needed("fields", Text),  # comma list of names, never values
    needed("created_at", DateTime),
    needed("expires_at", DateTime),
    Column("revoked_at", DateTime),
)

share_document = Table("share_document", pool, key(), of("share"), of("document"))

share_view = Table(
    "share_view",
    pool,
    key(),
    of("share"),
    needed("at", DateTime),
    needed("what", String(60)),
)

disclosure = Table(  # the ledger of what went to whom, by the names of the fields
    "disclosure",
    pool,
    key(),
    of("person"),
    needed("recipient", String(120), index=True),
    needed("kind", String(12)),
    needed("country", String(2)),
    needed("transfer_basis", String(120)),
    needed("fields", Text),
    needed("purpose", String(60)),
    of("consent"),
    needed("sent_at", DateTime),
    one_of("kind", ("stakeholder", "partner")),
)

recipient_notice = Table(  # told under Art. 19; holds no person, so that it outlives one
    "recipient_notice",
    pool,
    token(),
    needed("recipient", String(120)),
    needed("what", String(12)),
    needed("reference", String(43)),
    needed("sent_at", DateTime),
    Column("acknowledged_at", DateTime),
    one_of("what", ("erased", "corrected", "withdrawn")),
)
