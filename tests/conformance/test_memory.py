"""The system in memory does what every connector must."""

import pytest

from zusage.testing.bench import Bench
from zusage.testing.conformance import Conformance
from zusage.testing.memory_bench import MemoryBench


class TestMemory(Conformance):
    @pytest.fixture
    def bench(self) -> Bench:
        return MemoryBench()
