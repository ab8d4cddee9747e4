"""People are warned before an end, and who was warned long enough ago is looked up for a plan.

1. Nobody else sends at the same time.
2. A warning is noted before it is sent and noted as sent after a mail server has taken it: killed between, it is sent once more.
3. A mail server that is down stops the sweep, and the next one goes on. An address that is refused is tried again the next day.
4. A clock that was wrong warns nobody in time: what is noted for a day to come counts as not sent, and after a year without a look nothing
   is sent until somebody has looked.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Plan, Selection, Step
from zusage.planning.warning import asking, filling, key_of, rules_in, soon
from zusage.promises.condition import Condition
from zusage.promises.keep_rule import WARNED_AHEAD
from zusage.sealing.erased import row_code

from . import filing

if TYPE_CHECKING:
    from zusage.planning.draft import World
    from zusage.promises.manifest import Warn
    from zusage.promises.promise import Rule
    from zusage.state.warnings import WarningNote

    from .product import Product

_KEY = "warnings.key"
_AGAIN = timedelta(days=1)
_FORGOTTEN = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What became of a sweep, by rule: how many were warned, and how many addresses no mail server takes."""

    sent: dict[str, int]
    refused: dict[str, int]
    #: why the mail server took nothing more, or nothing
    down: str = ""


class LongSilent(SystemTrouble):
    """So long nobody looked that the clock may be years ahead."""

    def __init__(self) -> None:
        super().__init__(
            "nobody was warned: the last look is more than a year ago, or the clock is ahead, and then everybody would be told that their "
            "data go. Nothing was sent. If the clock is right, run `zusage verify` first."
        )


def warning_of(product: Product, rule: Rule) -> Warn:
    """What the manifest says of the warning of a rule that has one."""
    found = product.loaded.manifest.activities[rule.activity].keep[int(rule.path[-1])].warning
    if found is None:
        raise ValueError(f"{rule.id} warns nobody")
    return found


def asked(product: Product, world: World) -> tuple[World, Callable[[Condition], Condition] | None]:
    """The world in which only those go who were warned, and what puts their keys in; raises NoSingleKey or SystemTrouble."""
    rules = [rule for rule in world.rules if rule.warns]
    if not rules:
        return world, None
    keys = {rule.id: list(_warned(product, world, rule)) for rule in rules}
    return asking(world), filling(keys)


def filler(product: Product, plan: Plan) -> Callable[[Step], Step]:
    """Puts the keys of those who were warned by now into the steps of a plan. Raises SystemTrouble."""
    from dataclasses import replace

    names = rules_in(plan)
    if not names:
        return lambda step: step
    world = product.world()
    fill = filling({rule.id: list(_warned(product, world, rule)) for rule in world.rules if rule.id in names})
    return lambda step: replace(step, where=fill(step.where))


def send(product: Product) -> Swept:
    """Warn everybody whose end is near and who does not know yet. Raises AlreadySending, NoSingleKey, ClockJumped or SystemTrouble."""
    from .product import LONG_PAUSE

    if product.trust_clock() > LONG_PAUSE:  # 4
        raise LongSilent
    swept = Swept(sent={}, refused={})
    world = product.world()
    with product.state.sending():  # 1
        for rule in world.rules:
            if rule.warns is None:
                continue
            swept.sent[rule.id] = swept.refused[rule.id] = 0
            if down := _sweep(product, world, rule, swept):
                return Swept(sent=swept.sent, refused=swept.refused, down=down)
            days = timedelta(days=2 * rule.warns.rough_days) + _FORGOTTEN
            product.state.warnings.forget(rule.id, product.clock() - days)
    return swept


def code_of(product: Product, rule: Rule) -> Callable[[tuple[object, ...]], bytes]:
    """Makes the code of an end: of a row's key, and of when its period began."""
    key = _key(product)
    return lambda values: row_code(key, f"{rule.id} {rule.system}.{rule.table}", values)


def _sweep(product: Product, world: World, rule: Rule, swept: Swept) -> str:
    """Warn those of one rule; why it stopped, if it did."""
    from zusage.connectors.notifying import AddressRefused, NotDelivered

    known, now = product.state.warnings.of(rule.id), product.clock()
    for code, address in list(near(product, world, rule)):
        note = known.get(code)
        if note and (_past(note.sent_at, now) or _lately(note.refused_at, now)):
            continue
        number = product.state.warnings.begin(rule.id, code, now)  # 2
        try:
            if not address:
                raise AddressRefused("there is no address")
            _mail(product, rule, address)
        except AddressRefused:
            product.state.warnings.refused(number, now)
            swept.refused[rule.id] += 1
        except NotDelivered as trouble:  # 3
            return str(trouble)
        else:
            product.state.warnings.sent(number, now)
            swept.sent[rule.id] += 1
    return ""


def _lately(refused_at: datetime | None, now: datetime) -> bool:
    at = _past(refused_at, now)
    return at is not None and now - at < _AGAIN


def near(product: Product, world: World, rule: Rule) -> Iterator[tuple[bytes, str]]:
    """The code of each end that is near, and the address to which a warning goes."""
    code = code_of(product, rule)
    for row in _rows(product, world, rule, WARNED_AHEAD, warning_of(product, rule).to):
        yield code(row[:-1]), str(row[-1] or "").strip()


def _warned(product: Product, world: World, rule: Rule) -> Iterator[object]:
    """The keys of those who were warned so long ago that they may go now."""
    warning, known, now = warning_of(product, rule), product.state.warnings.of(rule.id), product.clock()
    zone = ZoneInfo(world.clock.zone)

    def passed(note: WarningNote | None) -> bool:
        told = told_at(note, warning, now)
        return told is not None and warning.before.after(told.astimezone(zone).date()) < world.clock.today()

    if any(passed(note) for note in known.values()):
        code = code_of(product, rule)
        yield from (row[0] for row in _rows(product, world, rule, 0) if passed(known.get(code(row))))


def told_at(note: WarningNote | None, warning: Warn, now: datetime) -> datetime | None:
    """Since when somebody counts as warned, if they do."""
    if note is None:
        return None
    unreachable = note.refused_at and warning.undeliverable == "delete"
    return _past(note.sent_at, now) or (_past(note.begun_at, now) if unreachable else None)


def _past(at: datetime | None, now: datetime) -> datetime | None:
    """Step 4: what is noted for later than now was noted by a clock that was wrong."""
    return at if at and at <= now else None


def _rows(product: Product, world: World, rule: Rule, lead: int, *more: str) -> Iterator[tuple[object, ...]]:
    """Key and beginning of each row whose end is near, and what else is asked of it."""
    reader = product.reader(rule.system)
    start = rule.start.columns if rule.start else ()
    where = soon(world, rule, lead)
    with reader.snapshot():
        yield from reader.rows(
            Selection(system=rule.system, table=rule.table, where=where), (key_of(rule, world.inventories), *start, *more)
        )


def _mail(product: Product, rule: Rule, address: str) -> None:
    """Hand one warning to the mail server. Raises NotDelivered."""
    from zusage.connectors.notifying import Letter, Post, send_mail
    from zusage.connectors.sql.address import fill
    from zusage.documents.warning import subject, text

    warning, manifest, now = warning_of(product, rule), product.loaded.manifest, product.clock()
    until = warning.before.after(now.astimezone(ZoneInfo(manifest.time_zone)).date())
    server = fill("warning.mail.server", warning.mail.server)
    post = Post(server=server, sender=fill("warning.mail.sender", warning.mail.sender), authority=warning.mail.authority)
    letter = Letter(
        key=str(uuid.uuid4()), kind="warned", at=now.astimezone(UTC), controller=manifest.controller.name, identities={},
        corrected=None, public=False, subject=subject(manifest, rule), text=text(manifest, rule, until),
    )  # fmt: skip
    send_mail(post, address, letter)


def _key(product: Product) -> bytes:
    """Our own key of these codes; should it be lost, everybody is warned anew."""
    return filing.key(product.folder / _KEY)


def listed(product: Product) -> dict[str, list[datetime]]:
    """When people were warned, by rule, newest last."""
    found = {}
    for rule in product.world().rules:
        if rule.warns:
            found[rule.id] = sorted(note.sent_at for note in product.state.warnings.of(rule.id).values() if note.sent_at)
    return found
