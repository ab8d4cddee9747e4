"""How often one address may write."""

from __future__ import annotations

import pytest

from zusage.office.limits import RateLimit


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("2001:db8:1:2::1", "2001:DB8:1:2:ffff::7", "2001:db8:1:3::1"),
        ("fe80::1%eth0", "fe80::2%eth0", "fe80:0:0:1::1"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("somebody@mail.example", "somebody@mail.example", "else@mail.example"),
    ],
)
def test_addresses_of_one_connection_count_as_one(one: str, same: str, other: str) -> None:
    limit = RateLimit(1, lambda: 0.0)
    assert (limit.wait(one), limit.wait(same), limit.wait(other)) == (0, 60, 0)


def test_after_a_while_one_more_may_come_and_not_all_at_once() -> None:
    now = 0.0
    limit = RateLimit(3, lambda: now, seconds=3600)
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 1200]
    now = 1200.0
    assert [limit.wait("a") for _ in range(2)] == [0, 1200]
