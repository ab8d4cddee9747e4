"""Every table of the shop and of the operator's inquiry mailbox: two databases, one place to read them.

Times are naive UTC. Money is integer cents. Text that holds JSON says so beside the column.
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
    String,
    Table,
    Text,
)

NAMES = {"ix": "ix_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
shop = MetaData(naming_convention=NAMES)
mailbox = MetaData(naming_convention=NAMES)

ORDER_STATES = ("placed", "paid", "shipped", "completed", "cancelled")
INQUIRY_STATES = ("open", "answered", "closed")
KEPT_FOR = ("contract", "letter", "claim")
ROLES = ("orders", "support", "accounts")


def _key() -> Column:
    return Column("id", Integer, primary_key=True)


def _needed(name: str, kind: object, **more: object) -> Column:
    return Column(name, kind, nullable=False, **more)


def _of_order(*, nullable: bool = False) -> Column:
    return Column("order_id", ForeignKey("shop_order.id"), nullable=nullable, index=True)


def _address(prefix: str = "") -> list[Column]:
    return [
        _needed(f"{prefix}street", String(120)),
        _needed(f"{prefix}postal_code", String(10)),
        _needed(f"{prefix}city", String(80)),
    ]


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


customer = Table(
    "customer",
    shop,
    _key(),
    _needed("email", String(190), unique=True),
    _needed("name", String(120)),
    *_address(),
    _needed("created_at", DateTime),
    _needed("last_order_at", DateTime, index=True),
)

shop_order = Table(
    "shop_order",
    shop,
    _key(),
    _needed("number", String(20), unique=True),
    _needed("customer_id", ForeignKey("customer.id"), index=True),
    _needed("name", String(120)),
    *_address(),
    _needed("email", String(190), index=True),
    _needed("plate_text", String(12)),
    _needed("district", String(3)),
    _needed("reservation_wanted", Boolean),
    _needed("status", String(12)),
    _needed("price_cents", Integer),
    _needed("terms_version", String(20)),
    _needed("notice_version", String(64)),
    _needed("placed_at", DateTime, index=True),
    Column("completed_at", DateTime, index=True),  # set when completed or cancelled
    _one_of("status", ORDER_STATES),
)

order_line = Table(
    "order_line",
    shop,
    _key(),
    _of_order(),
    _needed("product", String(120)),
    _needed("quantity", Integer),
    _needed("price_cents", Integer),
)

payment = Table(
    "payment",
    shop,
    _key(),
    _of_order(),
    _needed("method", String(20)),
    _needed("provider_reference", String(64)),
    _needed("amount_cents", Integer),
    _needed("state", String(12)),
    Column("paid_at", DateTime),
)

shipment = Table(
    "shipment",
    shop,
    _key(),
    _of_order(),
    _needed("carrier", String(40)),
    _needed("tracking_code", String(40)),
    _needed("recipient_name", String(120)),
    *_address(),
    Column("announced_to_email", String(190)),
    _needed("shipped_at", DateTime),
    Column("delivered_at", DateTime),
)

reservation = Table(
    "reservation",
    shop,
    _key(),
    _of_order(),
    _needed("plate_text", String(12)),
    _needed("district", String(3)),
    _needed("authority", String(60)),
    _needed("pin", String(12)),
    _needed("expires_on", Date),
    _needed("reserved_at", DateTime),
)

order_note = Table(  # letters and telephone notes, filed to their order
    "order_note",
    shop,
    _key(),
    _of_order(),
    _needed("author_role", String(12)),
    _needed("text", Text),
    _needed("created_at", DateTime),
)

dispute = Table(
    "dispute",
    shop,
    _key(),
    _of_order(),
    _needed("reference", String(40)),
    _needed("reason", Text),
    _needed("opened_at", DateTime),
    _needed("review_on", Date),
    Column("closed_at", DateTime),
)

consent = Table(
    "consent",
    shop,
    Column("id", String(43), primary_key=True),  # random
    _of_order(nullable=True),
    _needed("purpose", String(40)),
    _needed("text_version", String(20)),
    _needed("text_digest", String(64)),
    _needed("given_at", DateTime),
    Column("withdrawn_at", DateTime),
)

disclosure = Table(
    "disclosure",
    shop,
    _key(),
    _of_order(nullable=True),
    _needed("recipient", String(60), index=True),
    _needed("fields", Text),  # comma list of field names, never values
    _needed("purpose", String(60)),
    Column("consent_id", ForeignKey("consent.id"), index=True),
    _needed("sent_at", DateTime),
)

invoice = Table(  # no foreign key to shop_order: the voucher outlives the order
    "invoice",
    shop,
    _key(),
    _needed("number", String(20), unique=True),
    _needed("order_number", String(20), index=True),
    _needed("issued_on", Date, index=True),
    Column("paid_on", Date),
    _needed("recipient_name", String(120)),
    *_address("recipient_"),
    _needed("lines", Text),  # JSON
    _needed("total_cents", Integer),
    _needed("statute", String(80)),
    _needed("assessment_open", Boolean, default=False),
)

commercial_letter = Table(
    "commercial_letter",
    shop,
    _key(),
    _needed("order_number", String(20), index=True),
    _needed("sent_on", Date, index=True),
    _needed("recipient_name", String(120)),
    _needed("recipient_address", String(240)),
    _needed("subject", String(160)),
    _needed("body", Text),
    _needed("statute", String(80)),
)

comparison_consent = Table(  # no product data and no order: who consented stays unknown
    "comparison_consent",
    shop,
    Column("id", String(43), primary_key=True),  # random
    _needed("text_version", String(20)),
    _needed("portal", String(60)),
    _needed("consented_at", DateTime),
)

recipient_contract = Table(
    "recipient_contract",
    shop,
    Column("recipient", String(60), primary_key=True),
    _needed("role", String(12)),
    _needed("country", String(2)),
    _needed("signed_on", Date),
    _needed("valid_until", Date),
    _one_of("role", ("processor", "controller")),
)

web_session = Table(  # the cookie holds the token, this table only its digest
    "web_session",
    shop,
    Column("token_digest", String(64), primary_key=True),
    _needed("state", Text),  # JSON
    _needed("created_at", DateTime),
    _needed("last_seen_at", DateTime, index=True),
)

staff = Table(
    "staff",
    shop,
    _key(),
    _needed("login", String(40), unique=True),
    _needed("password_hash", String(255)),
    _needed("role", String(12)),
    Column("instructed_on", Date),
    Column("bound_to_secrecy_on", Date),
    Column("left_on", Date),
    _one_of("role", ROLES),
)

data_request = Table(
    "data_request",
    shop,
    _key(),
    _needed("kind", String(20)),
    _needed("contact_digest", String(64)),
    _needed("received_at", DateTime),
    _needed("due_at", DateTime),
    Column("closed_at", DateTime),
    Column("outcome", String(40)),
    Column("delete_after", Date),
)

marketing_suppression = Table(
    "marketing_suppression",
    shop,
    Column("digest", String(64), primary_key=True),
    _needed("since", DateTime),
)

inquiry = Table(
    "inquiry",
    mailbox,
    _key(),
    _needed("thread_token", String(43), unique=True),
    _needed("subject", String(160)),
    _needed("state", String(12)),
    _needed("opened_at", DateTime),
    _needed("last_message_at", DateTime, index=True),
    Column("closed_at", DateTime, index=True),
    Column("kept_for", String(12)),
    Column("reference", String(40)),
    _needed("sender_email", String(190), index=True),
    _needed("sender_name", String(120)),
    _one_of("state", INQUIRY_STATES),
    _one_of("kept_for", KEPT_FOR),
)

inquiry_message = Table(
    "inquiry_message",
    mailbox,
    _key(),
    Column("inquiry_id", ForeignKey("inquiry.id"), nullable=False, index=True),
    _needed("direction", String(3)),
    _needed("sender", String(190)),
    _needed("body", Text),
    _needed("created_at", DateTime),
    _one_of("direction", ("in", "out")),
)
