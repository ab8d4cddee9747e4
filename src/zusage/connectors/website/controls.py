"""Working a banner: finding its controls on the page and in its frames, and pressing them as a person would."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from zusage.promises.manifest.website import Banner

from .seen import Fairness

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Control = Literal["accept-all", "reject-all", "settings", "save", "withdraw"]
_PATIENCE = 3.0
_TICKED = "one => one.checked ?? one.getAttribute('aria-checked') === 'true'"
_TICK = f"(one, wanted) => {{ if (({_TICKED})(one) !== wanted) one.click() }}"
_SHAPE = """one => { const box = one.getBoundingClientRect(), style = getComputedStyle(one); return [
  Math.round(box.width * box.height),
  [style.color, style.backgroundColor, style.fontWeight, style.fontSize, style.textDecorationLine].join(' ')] }"""


class NoControl(Exception):
    """The banner has no such control within reach."""

    def __init__(self, control: str) -> None:
        self.control = control
        super().__init__(f"there is no control {control}")


@dataclass(slots=True)
class Controls:
    """The controls of a site's banner on a page."""

    page: Page
    banner: Literal["zusage"] | Banner
    #: boxes that were ticked before anybody touched them
    ticked: set[str] = field(default_factory=set)

    def selector(self, control: Control) -> str | None:
        """Where a control is, as CSS; None where the manifest names none."""
        if self.banner == "zusage":
            return f'[data-zusage="{control}"]'
        places: dict[Control, str | None] = {
            "accept-all": self.banner.accept_all,
            "reject-all": self.banner.reject_all,
            "settings": self.banner.settings,
            "save": self.banner.save,
            "withdraw": self.banner.withdraw,
        }
        return places[control]

    def box(self, purpose: str) -> str | None:
        """Where the box of a purpose is."""
        return f'input[data-zusage-purpose="{purpose}"]' if self.banner == "zusage" else self.banner.purposes.get(purpose)

    def there(self, selector: str | None, patience: float = 0.0) -> Locator | None:
        """The first element of the page or of its frames that can be seen, as soon as there is one."""
        until = time.monotonic() + patience
        while selector is not None:
            for frame in self.page.frames:
                found = frame.locator(selector).locator("visible=true").first
                if found.count():
                    return found
            if time.monotonic() > until:
                return None
            self.page.wait_for_timeout(50)
        return None

    def press(self, *controls: Control) -> None:
        """Press the last of the controls, and the ones before only where it cannot be seen yet. Raises NoControl."""
        goal = controls[-1]
        target = self.there(self.selector(goal), _PATIENCE if len(controls) == 1 else _PATIENCE / 10)
        if target is None and len(controls) > 1:
            self.press(*controls[:-1])
            target = self.there(self.selector(goal), _PATIENCE)
        if target is None:
            raise NoControl(goal)
        target.click(timeout=_PATIENCE * 1000)

    def allow_only(self, purpose: str, purposes: tuple[str, ...]) -> None:
        """Tick one purpose and no other, and save. Raises NoControl."""
        if self.there(self.selector("save"), _PATIENCE / 10) is None:
            self.press("settings")
        for name in purposes:
            box = self._box(name)
            if box.evaluate(_TICKED):
                self.ticked.add(name)
            box.evaluate(_TICK, name == purpose)
        self.press("save")

    def _box(self, purpose: str) -> Locator:
        """A box may be drawn by its label and be hidden itself."""
        selector = self.box(purpose)
        for frame in self.page.frames:
            found = frame.locator(selector).first if selector else None
            if found is not None and found.count():
                return found
        raise NoControl(f"for the purpose {purpose}")

    def fairness(self) -> Fairness | None:
        """Both choices side by side; None where one of them is not to be found at all."""
        accept, reject = self.there(self.selector("accept-all"), _PATIENCE), self.there(self.selector("reject-all"))
        if accept is None:
            return None
        area, style = accept.evaluate(_SHAPE)
        other_area, other_style = reject.evaluate(_SHAPE) if reject else (0, "")
        return Fairness(
            accept_clicks=1,
            reject_clicks=1 if reject else 2,
            accept_area=int(area),
            reject_area=int(other_area),
            accept_style=str(style),
            reject_style=str(other_style),
        )
