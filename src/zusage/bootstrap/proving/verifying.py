"""Looking at every promise: what the prover looks through, wired."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from zusage import PROGRAM
from zusage.connectors.folders import entries_of
from zusage.evidence.look import Eyes
from zusage.evidence.prove import prove
from zusage.evidence.sorting import Lifted, Outlook
from zusage.promises.derive import promises_of, rules_of

from ..cases.recording import seal_steps
from ..looking.side_by_side import looks
from ..looking.undisturbed import undisturbed
from ..rights.restricted import seen
from . import outside
from .case_files import CaseFiles
from .consent_books import Books
from .copy_books import CopyBooks
from .registers import Registers, Said, Warners
from .telling_files import TellingFiles
from .witness_book import WitnessBook, note

if TYPE_CHECKING:
    from zusage.evidence.prove import Outcome

    from ..product import Product


def verify(product: Product, watch: Callable[[Outcome], None] = lambda _: None) -> tuple[Outcome, ...]:
    """Look at every promise, judge and seal. Raises ClockJumped."""
    product.trust_clock()
    with product.evidence.looking(), undisturbed():
        seal_steps(product)
        promises, digest = promises_of(product.loaded.manifest), product.loaded.digest
        through, two = eyes(product), partial(looks, product)
        outcomes = prove(through, promises, product.log, manifest=digest, program=PROGRAM, watch=watch, looks=two)
        note(product, through)  # behind the seal: what was noted before is judged again if this look comes to nothing
        return outcomes


def eyes(product: Product) -> Eyes:
    """Everything through which the prover looks, with what was sealed before; looking through them seals nothing."""
    manifest, past = product.loaded.manifest, product.evidence.history()
    placed = product.state.suspensions.placements()
    outlook = Outlook(
        manifest=manifest,
        rules=rules_of(manifest),
        suspensions=tuple(one.suspension for one in placed if one.lifted_at is None),
        as_of=product.clock(),
        lifted=tuple(
            Lifted(suspension=one.suspension, placed_at=one.placed_at, lifted_at=one.lifted_at)
            for one in placed
            if one.lifted_at is not None
        ),
    )
    cases = CaseFiles(product)
    return Eyes(
        outlook=outlook,
        readers=product.readers,
        applications={name: product.application(name) for name, system in manifest.databases.items() if system.application},
        blocked=product.blocked(),
        attestations=Said(product),
        earlier=past.censuses.get,
        unaccounted=product.unaccounted,
        entries=entries_of,
        sites=outside.sites(product),
        servers=outside.servers(product),
        sentences=lambda: outside.sentences(product),
        consents=Books(product) if manifest.consents else None,
        warnings=Warners(product),
        cases=cases if manifest.requests else None,
        chains=cases if manifest.requests else None,
        steps=past.steps,
        tellings=TellingFiles(product, cases) if manifest.telling else None,
        witness=WitnessBook(product) if manifest.telling else None,
        restricted=lambda: seen(product),
        vaults=CopyBooks(product) if any(backup.kind for backup in manifest.backups.values()) else None,
        drills=past.drills.get,
        flights=past.flights.get,
        objections=Registers(product),
        sealed=past.ledgers.get,
    )
