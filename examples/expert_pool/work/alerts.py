"""Alerts by e-mail on new vacancies and trainings: asked for, confirmed, and ended with one click."""

from secrets import token_urlsafe

from sqlalchemy import Connection, Row, insert, select, update

from expert_pool.mails import compose
from expert_pool.pool import Pool
from expert_pool.schema import alert, alert_mail, person
from expert_pool.work import consents, offers
from expert_pool.work.accounts import active
from plate_shop.database import utcnow


def subscribe(pool: Pool, connection: Connection, person_id: int, kind: str, field_id: int | None, language: str) -> int:
    """An alert, with the consent that it rests on."""
    consent = consents.give(pool, connection, person_id, "alerts", language)
    row = {"person_id": person_id, "kind": kind, "field_id": field_id, "consent_id": consent, "token": token_urlsafe(32)}
    active(connection, person_id)
    return connection.execute(insert(alert).values(**row, confirmed_at=utcnow())).inserted_primary_key[0]


def end(connection: Connection, token: str) -> bool:
    """Ends the alert that a mail's link names; needs no login. Its consent ends with it."""
    one = connection.execute(select(alert).where(alert.c.token == token, alert.c.ended_at.is_(None))).first()
    if one is None:
        return False
    connection.execute(update(alert).where(alert.c.id == one.id).values(ended_at=utcnow()))
    consents.withdraw_one(connection, one.consent_id)
    return True


def send(pool: Pool) -> int:
    """Tells subscribers what is new to them; returns the number of mails."""
    sent = 0
    with pool.engine.begin() as connection:
        for one in connection.execute(_standing()).all():
            for offer in _news(connection, one):
                target = {"vacancy_id" if one.kind == "job" else "training_id": offer.id}
                connection.execute(insert(alert_mail).values(alert_id=one.id, **target, sent_at=utcnow()))
                pool.post.queue(connection, _mail(pool, one, offer), "alert", one.person_id)
                sent += 1
    return sent


def _standing() -> object:
    """Alerts that stand, of people who may be written to."""
    joined = alert.join(person, person.c.id == alert.c.person_id)
    mine = (alert.c.ended_at.is_(None), person.c.storage_class.in_(("other", "kept")))
    return select(alert, person.c.email, person.c.state).select_from(joined).where(*mine)


def _news(connection: Connection, one: Row) -> list[Row]:
    """Offers published since the alert was confirmed that it has not told of yet."""
    kind = "vacancy" if one.kind == "job" else "training"
    told = set(connection.scalars(select(alert_mail.c[f"{kind}_id"]).where(alert_mail.c.alert_id == one.id)))
    found = offers.visible(connection, kind, "site", member=one.state == "member")
    mine = [o for o in found if kind == "training" or one.field_id in (None, o.field_id)]
    return [o for o in mine if o.published_at >= one.confirmed_at and o.id not in told]


def _mail(pool: Pool, one: Row, offer: Row) -> object:
    path = f"/stellen/{offer.id}" if one.kind == "job" else f"/trainings/{offer.id}"
    body = f"{offer.title_de}\n{offer.title_en}\n\n{pool.link(path)}"
    return compose(one.email, f"Neu im Expertenpool: {offer.title_de}", body, stop=pool.link(f"/abbestellen/{one.token}"))
