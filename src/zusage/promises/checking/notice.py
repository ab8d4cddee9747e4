"""What every notice must say about the controller and itself (Art. 13 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..competence import competent
from ..finding import Severity
from ..loading import Loaded
from .rule import Spot, rule


@rule(
    "no-officer",
    Severity.WARNING,
    why="people must be told how to reach the data protection officer; silence leaves open whether there is one",
    advice="add controller: {officer: {email: …}}, or officer: {none_because: {de: …, en: …}}",
    source="Art. 13(1)(b), 37 GDPR, section 38 BDSG",
)
def no_officer(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Neither an officer nor the reason why there need not be one."""
    if loaded.manifest.controller.officer is None:
        yield Spot(("controller",), "neither a data protection officer nor a reason for having none is named")


@rule(
    "no-notice-version",
    Severity.WARNING,
    why="nobody can show which text held when data were collected or a consent was given",
    advice="add notice: {version: 2026-01-31}, the day of the text",
    source="Art. 5(2), 7(1) GDPR",
)
def no_notice_version(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A notice without a day."""
    if loaded.manifest.notice.version is None:
        yield Spot(("notice",), "the notice bears no version")


@rule(
    "no-controller-address",
    Severity.WARNING,
    why="people must be told who is responsible and how to reach them",
    advice="add controller: {address: …}",
    source="Art. 13(1)(a) GDPR",
)
def no_controller_address(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A controller without a postal address."""
    if not loaded.manifest.controller.address:
        yield Spot(("controller",), "the controller has no address")


@rule(
    "no-controller-email",
    Severity.WARNING,
    why="people must be able to use their rights easily, also electronically",
    advice="add controller: {email: …}",
    source="Art. 12(2), 13(1)(a) GDPR",
)
def no_controller_email(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A controller without an e-mail address."""
    if not loaded.manifest.controller.email:
        yield Spot(("controller",), "the controller has no e-mail address")


@rule(
    "no-authority",
    Severity.WARNING,
    why="people must be told that they can complain, and the competent authority follows from the seat",
    advice="add controller: {land: …}, the Land of the seat, such as land: NW, or authority: {name: {de: …, en: …}, url: …}",
    source="Art. 13(2)(d), 77 GDPR, section 40 BDSG",
)
def no_authority(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A controller of whose seat no authority is known, and none is named."""
    controller = loaded.manifest.controller
    if competent(controller) is None:
        seat = "without the Land of the seat" if controller.country == "DE" else f"for a seat in {controller.country}"
        yield Spot(("controller",), f"{seat} no supervisory authority can be named")


@rule(
    "automated-decisions-unstated",
    Severity.WARNING,
    why="people must be told whether machines decide about them",
    advice="add notice: {automated_decisions: none}, or described and where",
    source="Art. 13(2)(f), 22 GDPR",
)
def automated_decisions_unstated(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A notice that is silent about automated decisions."""
    if loaded.manifest.notice.automated_decisions is None:
        yield Spot(("notice",), "the notice does not say whether there are automated decisions")


@rule(
    "automated-decision-undescribed",
    Severity.ERROR,
    why="people must be told that a machine decides about them, by what logic and with what effect, and a human must decide anew on request",
    advice="write notice: {automated_decisions: described} and requests: {kept: P3Y}",
    source="Art. 13(2)(f), 22(3) GDPR",
)
def automated_decision_undescribed(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A machine decides, but the notice does not say so, or no request for a human's decision is taken in."""
    manifest = loaded.manifest
    for name, activity in manifest.activities.items():
        if activity.automated and (manifest.notice.automated_decisions != "described" or manifest.requests is None):
            yield Spot(("activities", name, "automated"), f"{name} lets a machine decide, without what people need against it")
