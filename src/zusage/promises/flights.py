"""What a canary's flight is to show, as promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from . import promise as p
from .manifest import Manifest
from .manifest.canary import OWN_STORE, Canary, CopyBlock, PackageBlock, TransferBlock


def flights_of(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """One for each store, so that what is left turns that one alone."""
    canary, path = manifest.canary, ("canary",)
    if canary is None:
        return
    refs = canary.refs
    if canary.access:
        yield p.CanaryFlown(id="canary/told", refs=refs.told, path=path, aspect="told", store="", every=canary.every)
    yield from _delivered(manifest, canary)
    for store in dict.fromkeys((*manifest.stores, *canary.files, OWN_STORE)):
        yield p.CanaryFlown(
            id=f"canary/{store}/erased", refs=refs.erased, path=path, aspect="erased", store=store, every=canary.every
        )
    if manifest.people:
        yield p.CanaryFlown(id="canary/used", refs=refs.used, path=path, aspect="used", store="", every=canary.every)
    if canary.blocked:
        yield p.CanaryFlown(id="canary/blocked", refs=refs.blocked, path=path, aspect="blocked", store="", every=canary.every)
    for name, one in manifest.statistics.items():
        yield p.CanaryFlown(
            id=f"canary/{name}/uncounted", refs=refs.uncounted, path=path, aspect="uncounted", store=one.table, every=canary.every
        )
    for name in canary.physical:
        yield p.CanaryFlown(
            id=f"canary/{name}/overwritten", refs=refs.erased, path=path, aspect="overwritten", store=name, every=canary.every
        )


def _delivered(manifest: Manifest, canary: Canary) -> Iterator[p.CanaryFlown]:
    """One for each block of a copy and each condition of a package and of a transfer, where the controller is asked for one, and for what is asked at the door.

    Of what was concluded there is one where something is said to be.
    """
    concluded = any(data.inferred for one in manifest.activities.values() for data in one.data.values())
    asked = (
        ("copy", CopyBlock, canary.access, canary.refs.copied),
        ("package", PackageBlock, canary.portability, canary.refs.packed),
        ("transfer", TransferBlock, canary.transfers, canary.refs.transferred),
    )
    for name, blocks, steps, refs in asked:
        for block in get_args(blocks) if any(step.asks for step in steps) else ():
            if block == "inferred" and not concluded:
                continue
            part = f"{name}/{block}"
            yield _part(canary, part, refs.get(block, ()))
    for right in canary.asked_at_the_door:
        yield _part(canary, f"door/{right}", canary.refs.at_the_door.get(right, ()))


def _part(canary: Canary, part: str, refs: tuple[str, ...]) -> p.CanaryFlown:
    return p.CanaryFlown(
        id=f"canary/{part}", refs=refs, path=("canary",), aspect="delivered", store="", part=part, every=canary.every
    )
