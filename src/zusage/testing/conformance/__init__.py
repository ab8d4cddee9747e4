"""The conformance suite: what every connector must do, run by each of them and by the system in memory.

With pytest, a class of one's own inherits it and says what to build systems with::

    class TestMine(Conformance):
        @pytest.fixture
        def bench(self) -> Bench:
            return MyBench()

Nothing here needs pytest: every test is a method that takes a bench and raises AssertionError.
"""

from __future__ import annotations

from .blocking import BlockingTests
from .changing import ChangingTests
from .circles import CircleTests, TreeTests
from .conditions import ConditionTests
from .constrained import ConstrainedTests, DocumentTests, GeneratedTests
from .deleting import DeletingTests
from .firing import TriggerTests, ZoneTests
from .freeing import FreeingTests
from .grouping import GroupTests
from .joined_groups import JoinedGroupTests
from .leaving import LeavingTests
from .linking import LinkTests, PolymorphicTests, SchemaTests
from .listing import ListTests
from .marking import MarkTests
from .names import NameTests
from .reading import ReadingTests
from .referring import ReferringTests
from .times import TimeTests
from .weighing import WeighingTests


class Conformance(
    ReadingTests,
    WeighingTests,
    GroupTests,
    JoinedGroupTests,
    DeletingTests,
    ReferringTests,
    ChangingTests,
    BlockingTests,
    ConditionTests,
    TimeTests,
    NameTests,
    TreeTests,
    CircleTests,
    FreeingTests,
    LinkTests,
    PolymorphicTests,
    SchemaTests,
    LeavingTests,
    MarkTests,
    TriggerTests,
    ConstrainedTests,
    DocumentTests,
    ListTests,
    GeneratedTests,
    ZoneTests,
):
    """All of it."""


__all__ = ["Conformance"]
