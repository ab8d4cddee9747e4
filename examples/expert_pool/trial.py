"""What a trial with a synthetic person needs of the pool: something to apply for, something to come to, and staff with one password."""

import os
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe

from expert_pool.pool import Pool
from expert_pool.work import offers
from expert_pool.work.team import TEAM, set_password
from plate_shop.database import utcnow

_WORDS = {f"{part}_{code}": "Probe" for part in ("title", "text") for code in ("de", "en")}


def prepare(pool: Pool, password: str = "") -> dict[str, str]:
    """Offers a vacancy and a training on the site, gives the staff a password, and returns what ``canary.yaml`` wants to know."""
    password, today = password or token_urlsafe(12), utcnow().date()
    common = {**_WORDS, "organisation_id": 1, "members_only": False}
    job = {"field_id": 1, "country": "Kalevia", "employment": False, "closes_on": today + timedelta(days=30)}
    day = today + timedelta(days=20)
    course = {"starts_on": day, "ends_on": day, "places": 8, "fee_cents": 0}
    with pool.engine.begin() as connection:
        numbers = [
            offers.publish(connection, kind, common | own, ["site"]) for kind, own in (("vacancy", job), ("training", course))
        ]
    backups = Path(os.environ.get("POOL_BACKUPS") or pool.settings.folder.parent / "backups")
    backups.mkdir(parents=True, exist_ok=True)
    if not any(backups.iterdir()):
        (backups / "README").write_text("Backups of the pool; there is none yet.\n")
    for login in TEAM:
        set_password(pool.engine, login, password)
    return {
        "POOL_URL": pool.settings.public_url,
        "POOL_FOLDER": str(pool.settings.folder),
        "POOL_BACKUPS": str(backups),
        "POOL_STAFF_PASSWORD": password,
        "POOL_VACANCY": str(numbers[0]),
        "POOL_TRAINING": str(numbers[1]),
    }
