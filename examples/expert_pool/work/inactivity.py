"""People who have not been here for long: a warning a month before the limit. The mail itself is no activity."""

from dateutil.relativedelta import relativedelta
from sqlalchemy import insert, select

from expert_pool.mails import compose
from expert_pool.pool import Pool
from expert_pool.schema import inactivity_warning, person
from expert_pool.work.history import note
from plate_shop.database import utcnow

LIMIT = relativedelta(months=18)
NOTICE = relativedelta(months=17)

_BODY = """Sie haben Ihr Profil im Expertenpool seit 17 Monaten nicht benutzt. Nach 18 Monaten löschen wir es.
Wenn Sie es behalten möchten, melden Sie sich einmal an: {link}

You have not used your profile in the expert pool for 17 months. After 18 months we delete it.
If you want to keep it, log in once: {link}
"""


def warn(pool: Pool) -> int:
    """Warns everybody without a successful application whose profile goes within a month, once; returns how many."""
    warned = 0
    with pool.engine.begin() as connection:
        for one in connection.execute(_silent()).all():
            connection.execute(insert(inactivity_warning).values(person_id=one.id, sent_at=utcnow()))
            mail = compose(one.email, "Ihr Profil wird gelöscht", _BODY.format(link=pool.link("/anmelden")))
            pool.post.queue(connection, mail, "warning", one.id)
            note(connection, "warned", person_id=one.id, actor="system")
            warned += 1
    return warned


def _silent() -> object:
    told = (inactivity_warning.c.person_id == person.c.id, inactivity_warning.c.returned_at.is_(None))
    silent = (person.c.storage_class == "other", person.c.last_active_at < utcnow() - NOTICE)
    return select(person.c.id, person.c.email).where(*silent, ~select(inactivity_warning.c.id).where(*told).exists())
