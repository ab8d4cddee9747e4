"""A profile shown to a stakeholder: by a link that needs a code, ends by itself and can be taken back at any time."""

from collections.abc import Iterable
from datetime import timedelta
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, Row, insert, select, update

from expert_pool.mails import compose
from expert_pool.pool import Pool, digest
from expert_pool.schema import (
    competence,
    document,
    experience,
    language_skill,
    profile,
    share,
    share_document,
    share_view,
    stakeholder,
    vacancy,
)
from expert_pool.work import consents, telling
from expert_pool.work.history import note
from plate_shop.database import utcnow

VALID = timedelta(days=30)


class OnlyWithoutEmployment(Exception):
    """Documents are shared only for assignments without an employment relationship."""


def offer(
    pool: Pool,
    person_id: int,
    stakeholder_id: int,
    staff_id: int,
    *,
    fields: Iterable[str],
    vacancy_id: int | None = None,
    document_ids: Iterable[str] = (),
) -> str:
    """Mails the link to the stakeholder, and the code in a mail of its own; returns the link's token.

    Raises NoBasis, NoConsent or OnlyWithoutEmployment.
    """
    token, code, now = token_urlsafe(32), token_hex(4), utcnow()
    chosen = [name for name in telling.PROFILE_FIELDS if name in set(fields)]
    with pool.engine.begin() as connection:
        to = connection.execute(select(stakeholder).where(stakeholder.c.id == stakeholder_id)).one()
        telling.demand_basis(to.country, to.international, to.transfer_basis)
        consent = consents.demand(connection, person_id, "sharing", stakeholder_id)
        documents = _shareable(connection, person_id, vacancy_id, document_ids)
        row = {"person_id": person_id, "stakeholder_id": stakeholder_id, "consent_id": consent, "vacancy_id": vacancy_id}
        row |= {"staff_id": staff_id, "token_digest": digest(token), "code_digest": digest(code), "fields": ",".join(chosen)}
        row |= {"created_at": now, "expires_at": now + VALID}
        number = connection.execute(insert(share).values(row)).inserted_primary_key[0]
        for name in documents:
            connection.execute(insert(share_document).values(share_id=number, document_id=name))
        listed = ",".join([*chosen, *(["documents"] if documents else [])])
        telling.enter(
            connection, person_id, to.organisation, "stakeholder", to.country, to.transfer_basis, listed, "assignment", consent
        )
        note(connection, "shared", person_id=person_id, staff_id=staff_id, actor="staff", detail=to.organisation)
        link = compose(to.email, "Profil zur Ansicht", f"{pool.link(f'/freigabe/{token}')}\n\n{now + VALID:%d.%m.%Y}")
        pool.post.queue(connection, link, "share", person_id)
        pool.post.queue(connection, compose(to.email, "Code zur Ansicht", f"Code: {code}"), "share", person_id)
    return token


def _shareable(connection: Connection, person_id: int, vacancy_id: int | None, names: Iterable[str]) -> list[str]:
    wanted = [*names]
    if not wanted:
        return []
    employment = connection.scalar(select(vacancy.c.employment).where(vacancy.c.id == vacancy_id)) if vacancy_id else True
    if employment:
        raise OnlyWithoutEmployment
    theirs = (document.c.person_id == person_id, document.c.id.in_(wanted), document.c.special.is_(False))
    return list(connection.scalars(select(document.c.id).where(*theirs)))


def opened(connection: Connection, token: str, code: str, what: str) -> Row | None:
    """The share behind a link, if the code is right and it still stands; each look is noted."""
    mine = (share.c.token_digest == digest(token), share.c.code_digest == digest(code.strip()))
    standing = (share.c.revoked_at.is_(None), share.c.expires_at > utcnow())
    one = connection.execute(select(share).where(*mine, *standing)).first()
    if one is not None:
        connection.execute(insert(share_view).values(share_id=one.id, at=utcnow(), what=what))
        note(connection, "share-opened", person_id=one.person_id, actor="stakeholder")
    return one


def shown(connection: Connection, one: Row) -> dict:
    """The chosen fields of a shared profile, and nothing else."""
    fields = one.fields.split(",")
    own = connection.execute(select(profile).where(profile.c.person_id == one.person_id)).one()
    found: dict = {}
    if "name" in fields:
        found["name"] = f"{own.given_name} {own.family_name}"
    found |= {name: getattr(own, name) for name in ("headline", "about") if name in fields}
    lists = {"competences": competence, "languages": language_skill, "experience": experience}
    for name, table in lists.items():
        if name in fields:
            found[name] = list(connection.execute(select(table).where(table.c.person_id == one.person_id)))
    return found


def shared_documents(connection: Connection, share_id: int) -> list[Row]:
    """The documents that go with a share."""
    joined = document.join(share_document, share_document.c.document_id == document.c.id)
    return list(connection.execute(select(document).select_from(joined).where(share_document.c.share_id == share_id)))


def revoke(pool: Pool, connection: Connection, person_id: int, stakeholder_id: int | None = None) -> int:
    """Every link to the person (of one stakeholder) is dead from now on."""
    mine = update(share).where(share.c.person_id == person_id, share.c.revoked_at.is_(None))
    if stakeholder_id is not None:
        mine = mine.where(share.c.stakeholder_id == stakeholder_id)
    return connection.execute(mine.values(revoked_at=utcnow())).rowcount


def of_person(connection: Connection, person_id: int) -> list[Row]:
    """Who was shown the profile, until when, and what."""
    joined = share.join(stakeholder, stakeholder.c.id == share.c.stakeholder_id)
    wanted = select(share, stakeholder.c.organisation, stakeholder.c.country, stakeholder.c.transfer_basis)
    return list(connection.execute(wanted.select_from(joined).where(share.c.person_id == person_id).order_by(share.c.id.desc())))
