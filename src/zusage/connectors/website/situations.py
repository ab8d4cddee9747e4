"""The situations in which a site is looked at, each walked by somebody new."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from zusage.promises.manifest.website import Banner, Fill, Login, Website

from ..sql.address import fill
from .controls import Control, Controls, NoControl
from .published import notices
from .roles import tried
from .seen import Fairness, NoticePage, RoleLook, Situation, State
from .walk import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator

#: milliseconds until a control does what it is for, and until what a form leads to is there
_PATIENCE, _LEADING = 5_000, 15_000
#: the ways to each choice: a control before the last is pressed only where the last cannot be seen yet
_REJECT: tuple[Control, ...] = ("settings", "reject-all")
_SAVE: Control = "save"
_UNDO: Control = "withdraw"
_WITHDRAW: tuple[tuple[Control, ...], ...] = (("withdraw",), ("settings", "withdraw"), ("settings", "reject-all"))


class NotChosen(Exception):
    """The choice could not be made; ``lacking``: what the banner has not, although it has something else."""

    def __init__(self, lacking: tuple[str, ...]) -> None:
        self.lacking = lacking
        super().__init__("the choice could not be made")


@dataclass(slots=True)
class Situations:
    """Walks a site. ``visitor`` opens a browser that has never been anywhere."""

    system: str
    site: Website
    url: str
    purposes: tuple[str, ...]
    visitor: Callable[[], AbstractContextManager[Visitor]]
    fairness: Fairness | None = None
    notices: tuple[NoticePage, ...] = ()
    #: page → whether the notice is found from there
    leads: dict[str, bool] = field(default_factory=dict)
    roles: list[RoleLook] = field(default_factory=list)
    _ticked: set[str] = field(default_factory=set)

    def walk(self) -> tuple[State, ...]:
        """Every situation that the manifest declares, in order."""
        states = [self._untouched()]
        if not states[0].pages:
            return tuple(states)  # nobody is at home: what follows would only wait at the same door
        if self.site.banner is not None:
            states.append(self._rejected(self.site.banner))
            states += [self._one(self.site.banner, purpose) for purpose in self.purposes]
            states += self._all_then_none(self.site.banner)
        if self.site.login is not None:
            states.append(self._logged_in(self.site.login))
        if self.site.forms:
            states += self._forms()
        if self.site.roles:
            self._try_roles()
        if self.fairness is not None:
            self.fairness = replace(self.fairness, ticked=tuple(sorted(self._ticked)))
        return tuple(states)

    def _untouched(self) -> State:
        with self.visitor() as visitor:
            visitor.visit(self.site.pages, picture=True)
            if self.site.banner is not None:
                self.fairness = Controls(visitor.page, self.site.banner).fairness()
            state = visitor.state("before-choice")
            self.leads = visitor.leads
            self.notices = notices(visitor, self.site, self.url)
            return state

    def _rejected(self, banner: Literal["zusage"] | Banner) -> State:
        with self.visitor() as visitor:
            controls = self._enter(visitor, banner)
            return self._after(visitor, controls, "after-reject", (), lambda: controls.press(*_REJECT))

    def _one(self, banner: Literal["zusage"] | Banner, purpose: str) -> State:
        with self.visitor() as visitor:
            controls = self._enter(visitor, banner)
            only = partial(controls.allow_only, purpose, self.purposes)
            after = self._after(visitor, controls, "after-accept-one", (purpose,), only)
            self._ticked |= controls.ticked
            return after

    def _all_then_none(self, banner: Literal["zusage"] | Banner) -> list[State]:
        with self.visitor() as visitor:
            controls = self._enter(visitor, banner)
            accepted = self._after(visitor, controls, "after-accept-all", self.purposes, lambda: controls.press("accept-all"))
            visitor.turn()
            return [accepted, self._after(visitor, controls, "after-withdraw", (), lambda: _withdraw(controls))]

    def _enter(self, visitor: Visitor, banner: Literal["zusage"] | Banner) -> Controls:
        """The first page, whose requests belong to the time before the choice."""
        visitor.open(self.site.pages[0])
        return Controls(visitor.page, banner)

    def _choose(self, visitor: Visitor, controls: Controls, choice: Callable[[], None]) -> None:
        """Make a choice, with which a situation begins. Raises NotChosen."""
        visitor.quiet()  # what is still on its way belongs to the time before
        with visitor.choosing():
            self._made(visitor, controls, choice)
            visitor.quiet()
        visitor.settle()

    def _made(self, visitor: Visitor, controls: Controls, choice: Callable[[], None]) -> None:
        from playwright.sync_api import Error

        try:
            choice()
        except NoControl as missing:
            visitor.hinder(str(missing))
            others: tuple[Control, ...] = ("accept-all", "reject-all", "settings")
            there = any(controls.there(controls.selector(other)) for other in others)
            late = any(controls.there(controls.selector(one)) for one in (*others, _SAVE, _UNDO) if one == missing.control)
            raise NotChosen((missing.control,) if there and not late and controls.banner == "zusage" else ()) from None
        except Error as error:
            visitor.hinder(f"a control of the banner could not be used ({type(error).__name__})")
            raise NotChosen(()) from None

    def _after(
        self, visitor: Visitor, controls: Controls, situation: Situation, consented: tuple[str, ...], choice: Callable[[], None]
    ) -> State:
        """The pages after a choice. Where it could not be made they are not looked at: what they do then, they do before any choice."""
        try:
            self._choose(visitor, controls, choice)
        except NotChosen as failed:
            return visitor.state(situation, consented, failed.lacking)
        visitor.visit(self.site.pages, picture=True)
        return visitor.state(situation, consented)

    def _logged_in(self, login: Login) -> State:
        with self.visitor() as visitor:
            if self._send(visitor, login, "the login"):
                visitor.visit(login.pages, picture=False)  # a picture could show whose account it is
                self.leads |= {page: led and self.leads.get(page, True) for page, led in visitor.leads.items()}
            return visitor.state("logged-in")

    def _forms(self) -> list[State]:
        """One form after the other in one browser; what comes of a consent that is given in one is a situation by itself."""
        states: list[State] = []
        given: tuple[str, ...] = ()
        with self.visitor() as visitor:
            for name, form in self.site.forms.items():
                if not self._filled(visitor, form, f"the form {name}"):
                    continue
                agreed = tuple(dict.fromkeys((*given, *form.consents)))
                if agreed != given:
                    visitor.gather()
                    states.append(visitor.state("forms", given))
                    given = agreed
                    visitor.turn()
                    visitor.still(form.page)
                self._sent(visitor, form, f"the form {name}")
            return [*states, visitor.state("forms", given)]

    def _try_roles(self) -> None:
        """Everybody tries everything that is only for some; nobody first."""
        with self.visitor() as visitor:
            self.roles.append(tried(visitor.page, self.site, self.url, ""))
        for name, role in self.site.roles.items():
            with self.visitor() as visitor:
                entered = self._send(visitor, role, f"the login as {name}")
                self.roles.append(
                    tried(visitor.page, self.site, self.url, name) if entered else RoleLook(role=name, entered=False)
                )

    def _send(self, visitor: Visitor, form: Fill, called: str) -> bool:
        """Fill a form in and send it; False where it was not accepted."""
        return self._filled(visitor, form, called) and self._sent(visitor, form, called)

    def _filled(self, visitor: Visitor, form: Fill, called: str) -> bool:
        from playwright.sync_api import Error

        if not visitor.open(form.page):
            return False
        try:
            for selector, text in form.fill.items():
                _type(visitor.page.locator(selector).first, fill(self.system, text) if isinstance(text, str) else text)
        except Error as error:
            visitor.hinder(f"{called} could not be filled in ({type(error).__name__})")
            return False
        return True

    def _sent(self, visitor: Visitor, form: Fill, called: str) -> bool:
        from playwright.sync_api import Error

        try:
            _press(visitor.page.locator(form.submit).first)
            visitor.page.locator(form.done).first.wait_for(timeout=_LEADING)
        except Error as error:
            visitor.hinder(f"{called} was not accepted ({type(error).__name__})")
            return False
        visitor.quiet()
        visitor.settle()
        visitor.gather()
        return True


def _withdraw(controls: Controls) -> None:
    """The shortest way that is there. Raises NoControl."""
    for way in _WITHDRAW[:-1]:
        try:
            return controls.press(*way)
        except NoControl:
            continue
    return controls.press(*_WITHDRAW[-1])


def _press(control: Locator) -> None:
    """Click it; where something lies over it, such as a banner, use the keyboard as a person could."""
    from playwright.sync_api import TimeoutError as Covered

    try:
        control.click(timeout=_PATIENCE / 5)
    except Covered:
        control.press("Enter", timeout=_PATIENCE)


def _type(field_: Locator, text: str | bool) -> None:
    if isinstance(text, bool):
        field_.set_checked(text, timeout=_PATIENCE)
    elif field_.evaluate("one => one.tagName") == "SELECT":
        field_.select_option(text, timeout=_PATIENCE)
    else:
        field_.fill(text, timeout=_PATIENCE)
