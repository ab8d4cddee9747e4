"""Hypothesis strategies for conditions and the rows that they are about. Needs hypothesis; the rest of the kit does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from zusage.promises.condition import (
    And,
    Before,
    Call,
    Column,
    Compare,
    Condition,
    Exists,
    IsNull,
    Like,
    Literal,
    Not,
    OneOf,
    Or,
    Placeable,
    Possibly,
    Shaped,
    Surely,
    Term,
    Truth,
)
from zusage.promises.inventory import Inventory

from .conformance.shop import inventory, link, table

_OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_LETTERS = st.sampled_from(["", "a", "A", "ä", "Ä", "a%", "_", "*", "[a]", "?", "'", '"', "ß", " a ", "5", "psn1:" + "x" * 43])
_NUMBERS = st.sampled_from([0, 1, -1, 5, 2.5, True, False])
_DAYS = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 31), date(2024, 10, 27)])
_INSTANTS = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
    _DAYS,
    st.sampled_from([-1, 0, 1, 1800, 3600, 5400, 7200, 86399]),
)
_ZONES = st.sampled_from(["UTC", "Europe/Berlin"])


def world() -> Inventory:
    """Things, and parts that may belong to one."""
    return inventory(
        table("thing", {"id": "integer", "n": "integer", "s": "text", "b": "boolean", "d": "date", "t": "time"}),
        table("part", {"id": "integer", "thing_id": "integer", "n": "integer", "s": "text"}, links=[link("thing_id", "thing")]),
    )


def times_as_text() -> st.SearchStrategy[str]:
    """Times as databases without times hold them, and what is none."""
    forms = [
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M:%S+02:00",
        "%Y-%m-%d %H:%M:%S.5",
    ]
    spoilt = st.sampled_from(["", "soon", "0000-00-00", "2024-02-30", "2024-01-01 25:00", "1704067200", "99999-01-01"])
    return st.one_of(st.builds(lambda at, form: at.strftime(form), _INSTANTS, st.sampled_from(forms)), spoilt)


def stray(plain: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A value, mostly of the right kind; sometimes none, sometimes of another."""
    return st.one_of(plain, plain, plain, st.none(), _LETTERS, _NUMBERS)


def things() -> st.SearchStrategy[list[dict[str, object]]]:
    """Rows of ``thing``; their ids are their numbers."""
    row = st.fixed_dictionaries(
        {
            "n": stray(_NUMBERS),
            "s": stray(_LETTERS),
            "b": stray(st.booleans()),
            "d": stray(times_as_text()),
            "t": stray(times_as_text()),
        }
    )
    return st.lists(row, min_size=1, max_size=4).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


def parts() -> st.SearchStrategy[list[dict[str, object]]]:
    """Rows of ``part``."""
    row = st.fixed_dictionaries(
        {"thing_id": st.sampled_from([None, 1, 2, 3]), "n": st.one_of(st.none(), _NUMBERS), "s": st.one_of(st.none(), _LETTERS)}
    )
    return st.lists(row, max_size=3).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


def _column(name: str, of: str) -> Column:
    return Column(name, None if of == "thing" else "part")


def terms(of: str) -> st.SearchStrategy[Term]:
    """Columns that are no times, constants, and functions of both."""
    columns = st.sampled_from(["id", "n", "s", "b"] if of == "thing" else ["id", "n", "s"]).map(lambda name: _column(name, of))
    plain: st.SearchStrategy[Term] = st.one_of(columns, columns, _LETTERS.map(Literal), _NUMBERS.map(Literal))
    calls = st.builds(
        lambda name, term: Call(name, (term,)), st.sampled_from(["lower", "upper", "length", "trim", "abs"]), columns
    )
    return st.one_of(plain, plain, calls, st.builds(lambda one, other: Call("coalesce", (one, other)), columns, plain))


def _simple(of: str) -> st.SearchStrategy[Condition]:
    text = _column("s", of)
    constants = st.one_of(_LETTERS.map(Literal), _NUMBERS.map(Literal))
    found: list[st.SearchStrategy[Condition]] = [
        st.builds(Truth, st.booleans()),
        st.builds(Compare, _OPERATORS, terms(of), terms(of)),
        st.builds(IsNull, terms(of)),
        st.builds(OneOf, terms(of), st.lists(constants, max_size=3).map(tuple)),
        st.builds(Like, st.just(text), st.sampled_from(["%", "_", "a%", "%ä", "[a]", "*", "?", "%'%", "a_", "", "%5"])),
        st.builds(Shaped, st.just(text), st.just("truncated"), st.integers(0, 3)),
        st.builds(Shaped, st.just(text), st.just("constant"), _LETTERS),
        st.just(Shaped(text, "pseudonym")),
        st.builds(Shaped, st.just(_column("n", of)), st.just("multiple"), st.integers(2, 7)),
    ]
    return st.one_of(found)


def _of_times() -> st.SearchStrategy[Condition]:
    columns = st.sampled_from([Column("d"), Column("t")])
    days = _DAYS.map(Literal)
    return st.one_of(
        st.builds(Before, columns, _INSTANTS, _ZONES),
        st.builds(lambda column, one, other: Placeable(column, min(one, other), max(one, other)), columns, _INSTANTS, _INSTANTS),
        st.builds(Compare, _OPERATORS, columns, days),
        st.builds(Compare, _OPERATORS, days, columns),
        st.builds(OneOf, columns, st.lists(days, max_size=2).map(tuple)),
        st.builds(IsNull, columns),
    )


def _exists() -> st.SearchStrategy[Condition]:
    belongs: Condition = Compare("=", Column("thing_id", "part"), Column("id", "thing"))
    across = st.builds(lambda operator: Compare(operator, Column("n", "part"), Column("n", "thing")), _OPERATORS)
    inner = st.one_of(_simple("part"), across, across.map(Not))
    other: Condition = Compare("<", Column("id", "other"), Column("id", "thing"))
    twin = st.builds(lambda operator: Compare(operator, Column("n"), Column("n", "thing")), _OPERATORS)
    return st.one_of(
        st.builds(lambda more: Exists("thing", And((other, more)), "other"), twin),
        st.builds(lambda more: Exists("thing", more), _simple("thing")),
        st.just(Exists("part", belongs)),
        st.builds(lambda more: Exists("part", And((belongs, more))), inner),
        st.builds(lambda more: Exists("part", Or((belongs, more))), inner),
        st.builds(lambda more: Exists("part", more), inner),
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions about ``thing``, of every node of the tree."""

    def deeper(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, max_size=3).map(tuple)
        return st.one_of(several.map(And), several.map(Or), inner.map(Not), inner.map(Surely), inner.map(Possibly))

    return st.recursive(st.one_of(_simple("thing"), _of_times(), _exists()), deeper, max_leaves=6)
