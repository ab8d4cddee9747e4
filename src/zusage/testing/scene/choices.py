"""Choices of invented people, recorded as the service records them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from zusage.consent.desk import Desk
from zusage.consent.offer import offer_of
from zusage.promises.manifest import Manifest
from zusage.state import State
from zusage.state.acknowledged import Acknowledged


def choose(state: State, folder: Path, manifest: Manifest, at: datetime) -> None:
    """One gives and withdraws, one gives, one refuses; all of it acknowledged."""
    desk = Desk(offer_of(manifest), state.consents, b"scene" * 8, lambda: at)
    desk.open()
    text = desk.text_of("de").digest
    one, two, three = (desk.person("account", name) for name in ("one", "two", "three"))
    made = state.consents.append(
        [
            desk.draft(one, text, "de", "https://scene.example", "accept-all", {"counting": "given"}),
            desk.draft(two, text, "de", "https://scene.example", "accept-all", {"counting": "given"}),
            desk.draft(three, text, "de", "https://scene.example", "reject-all", {"counting": "refused"}),
            desk.draft(one, text, "de", "https://scene.example", "withdraw", {"counting": "withdrawn"}),
        ]
    )
    noted = Acknowledged(folder)
    noted.note(made[-1].number, made[-1].digest)
    noted.close()
