"""An opened state: one way to each register and to the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from zlib import crc32

from zusage.enforcement.journal import AlreadyRunning

from .errors import AlreadyOrdering, AlreadySending
from .locks import Taken, advisory_lock, alone, file_lock
from .passing import cells

#: seconds for which an order waits for another of its case, and how many of different cases can be told apart on files
_PATIENCE, _APART = 30.0, 64


class State:
    """The product's own state, opened. Any thread may use it; each has a connection of its own."""

    def __init__(self, alias: str, folder: Path, *, embedded: bool, clock: Callable[[], datetime]) -> None:
        # The tables can be imported only now that Django is set up.
        from .attestations import Attestations
        from .bundles import Bundles
        from .case_answers import CaseAnswers
        from .case_mails import CaseLinks, CaseMails
        from .case_steps import CaseSteps
        from .cases import Cases
        from .consents import Consents
        from .disclosures import Disclosures
        from .erasures import Erasures
        from .gaps import Gaps
        from .holders import Holders
        from .journal import DjangoJournal
        from .landmarks import LandmarkBook
        from .notice_groups import NoticeGroups
        from .notices import Notices
        from .objections import Objections
        from .remembered import Remembered
        from .restricted_uses import RestrictedUses
        from .restrictions import Restrictions
        from .rule_notices import RuleNotices
        from .sealed_text import SealedText
        from .sightings import Sightings
        from .silences import Silences
        from .suspensions import Suspensions
        from .transfers import Transfers
        from .warnings import Warnings
        from .withdrawals import Withdrawals

        #: Django's name of the connection
        self.alias = alias
        #: where the embedded state and its locks are
        self.folder = folder
        self.embedded = embedded
        self.journal = DjangoJournal(alias, clock)
        self.suspensions = Suspensions(alias, clock)
        self.attestations = Attestations(alias)
        self.consents = Consents(alias)
        self.restrictions = Restrictions(alias)
        self.restricted_uses = RestrictedUses(alias)
        self.objections = Objections(alias)
        self.withdrawals = Withdrawals(alias)
        texts = SealedText(folder)
        self.cases = Cases(alias, texts)
        self.case_links = CaseLinks(alias, texts)
        self.case_mails = CaseMails(alias)
        self.case_answers = CaseAnswers(alias, texts)
        self.case_steps = CaseSteps(alias)
        self.transfers = Transfers(alias)
        self.disclosures = Disclosures(alias)
        self.notices = Notices(alias)
        self.rule_notices = RuleNotices(alias)
        self.remembered = Remembered(alias)
        self.notice_groups = NoticeGroups(alias)
        self.bundles = Bundles(alias)
        self.sightings = Sightings(alias)
        self.silences = Silences(alias)
        self.erasures = Erasures(alias)
        self.landmarks = LandmarkBook(alias)
        self.gaps = Gaps(alias)
        self.warnings = Warnings(alias)
        self.holders = Holders(alias)

    def lock(self) -> AbstractContextManager[Taken]:
        """Be the only apply on this state; gives a way to ask whether one still is. Raises AlreadyRunning.

        Released when the block ends, and by the system or the server when the process is killed.
        """
        return self._alone("apply", AlreadyRunning)

    def ordering(self, case: str) -> AbstractContextManager[Taken]:
        """Be the only one who carries out orders of a case, after waiting for another who does; released as ``lock`` is. Raises AlreadyOrdering."""
        return self._alone("orders", AlreadyOrdering, of=case, seconds=_PATIENCE)

    def sending(self) -> AbstractContextManager[Taken]:
        """Be the only one who sends notices; released as ``lock`` is. Raises AlreadySending."""
        return self._alone("notices", AlreadySending)

    def mailing(self) -> AbstractContextManager[Taken]:
        """Be the only one who mails about cases; released as ``lock`` is. Raises AlreadySending."""
        return self._alone("case-mails", AlreadySending)

    def cells(self) -> Iterator[tuple[str, object]]:
        """Every value in our own tables, with its place."""
        return cells(self.alias)

    def _alone(
        self, name: str, taken: Callable[[], Exception], *, of: str = "", seconds: float = 0
    ) -> AbstractContextManager[Taken]:
        """``of`` tells apart what may be done at once; on files no more than a few are told apart, so that few files lie there."""
        if self.embedded:
            apart = f"-{crc32(of.encode()) % _APART}" if of else ""
            lock = file_lock(self.folder / f"{name}{apart}.lock", seconds)
        else:
            lock = advisory_lock(self.alias, f"{name} {of}" if of else name, seconds)
        return alone(lock, taken)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is noted inside is on disk when the block ends, or none of it."""
        from django.db import transaction

        with transaction.atomic(using=self.alias):
            yield

    def close(self) -> None:
        """Close this thread's connection; the next use opens it again."""
        from django.db import connections

        connections[self.alias].close()
