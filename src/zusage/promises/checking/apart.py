"""What becomes of what a table must keep apart, and of what the database computes, when a rule has changed its columns. Pure.

Databases write their expressions in SQL of their own. A little of it is read here; of the rest nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from ..condition.tree import around_random
from ..inventory import Distinct, TableInfo
from ..promise import Change

#: what an expression is in rows that a rule has changed: as before, missing, the same in many, another in each; or nobody can tell
Outcome = Literal["as before", "missing", "alike", "different", "unclear"]
_BECOMES: Mapping[str, Outcome] = {
    "clear": "missing", "constant": "alike", "truncate": "alike", "multiple": "alike", "beginning": "alike",
    "unique": "different", "pseudonymise": "different",
}  # fmt: skip
#: of what is written anew into each row, how many letters of chance make it differ for good: 64 bits or more
_RANDOM = {"unique": 16, "pseudonymise": 11}
_PSEUDONYM = "psn1:"
_READ = {"postgresql": "postgres", "mariadb": "mysql", "mysql": "mysql", "sqlite": "sqlite"}
#: what differs still differs
_KEEPING = (exp.Paren, exp.Cast, exp.Collate, exp.Lower, exp.Upper, exp.Trim, exp.MD5, exp.SHA, exp.SHA2)
#: of a missing value nothing is made
_STRICT = (*_KEEPING, exp.Left, exp.Right, exp.Substring, exp.Length, exp.DPipe, exp.Add, exp.Sub, exp.Mul, exp.Replace)


@dataclass(frozen=True, slots=True)
class After:
    """A table in which a rule has changed columns."""

    table: TableInfo
    dialect: str
    changes: Mapping[str, Change]

    def distinct(self, one: Distinct) -> Outcome:
        """What keeps rows apart: ``missing`` and ``different`` never make two the same, ``alike`` does in all of them."""
        terms = [self.expression(term) for term in one.terms]
        if set(terms) == {"as before"} and self._touches(one.only):
            return "unclear"
        found = self._excluded(terms, one.operators) if one.excludes else self._apart(set(terms), nulls_alike=one.nulls_alike)
        return "unclear" if found == "alike" and one.only else found

    def group(self, names: Sequence[str]) -> Outcome:
        """The same of columns by their names."""
        return self._apart({self.column(name) for name in names}, nulls_alike=False)

    def column(self, name: str) -> Outcome:
        """What becomes of a column, also of one that is computed from others."""
        if name in self.changes:
            return _BECOMES.get(self.changes[name].how, "unclear")
        info = self.table.column(name)
        if info is None or not info.generated:
            return "as before"
        return self.expression(info.computed) if info.computed else "unclear"

    def made_from(self, name: str) -> set[str]:
        """The columns from which a column is computed, or itself."""
        info = self.table.column(name)
        return self.named(info.computed) if info and info.computed else {name}

    def expression(self, text: str) -> Outcome:
        """What becomes of an expression as the database writes it."""
        node = self._parsed(text)
        return "unclear" if node is None else self._of(node)

    def named(self, text: str) -> set[str]:
        """The columns that an expression is made from in the end; where it cannot be read, all whose names stand in it."""
        node = self._parsed(text)
        if node is None:
            return {column.name for column in self.table.columns if column.name in text}
        found = {name for one in node.find_all(exp.Column) if (name := self._spelt(one))}
        computed = {name: info.computed for name in found if (info := self.table.column(name)) and info.computed}
        return found - computed.keys() | {name for inner in computed.values() for name in self.named(inner)}

    def _touches(self, text: str) -> bool:
        return bool(text) and bool(self.named(text) & self.changes.keys())

    def _parsed(self, text: str) -> exp.Expr | None:
        try:
            found: exp.Expr = parse_one(f"SELECT {text}", read=_READ.get(self.dialect)).expressions[0]
        except (SqlglotError, IndexError):
            return None
        return found

    def _spelt(self, node: exp.Column) -> str:
        """The column as its table spells it."""
        names = [column.name for column in self.table.columns]
        return node.name if node.name in names else next((one for one in names if one.lower() == node.name.lower()), "")

    def _of(self, node: exp.Expr) -> Outcome:
        match node:
            case exp.Column():
                return self.column(self._spelt(node))
            case exp.Literal() | exp.DataType() | exp.Var() | exp.Identifier() | exp.Null():
                return "alike"
            case exp.Coalesce():
                return self._first([node.this, *node.expressions])
        if (beginning := self._beginning(node)) is not None:
            return beginning
        parts = [self._of(part) for part in node.iter_expressions() if not isinstance(part, exp.DataType)]
        if isinstance(node, _KEEPING) and parts:
            return parts[0]
        joins = isinstance(node, exp.Concat) and self.dialect in ("mariadb", "mysql")
        if "missing" in parts and (joins or isinstance(node, _STRICT)):
            return "missing"
        if isinstance(node, exp.DPipe | exp.Concat) and "different" in parts and "unclear" not in parts:
            return "different"
        return self._all(parts)

    def _beginning(self, node: exp.Expr) -> Outcome | None:
        """Of the first letters of a value that a rule writes anew into each row: whether enough of what differs is among them."""
        name, letters = _first_letters(node)
        change = self.changes.get(self._spelt(name)) if name is not None else None
        if change is None or change.how not in _RANDOM:
            return None
        alike = len(around_random(str(change.value))[0]) if change.how == "unique" else len(_PSEUDONYM)
        return "alike" if letters <= alike else "different" if letters - alike >= _RANDOM[change.how] else "unclear"

    def _first(self, terms: Iterable[exp.Expr]) -> Outcome:
        """The first that is there."""
        for found in map(self._of, terms):
            if found != "missing":
                return found
        return "missing"

    @staticmethod
    def _excluded(terms: Sequence[Outcome], operators: Sequence[str]) -> Outcome:
        """Two rows are refused where each comparison holds of them, which none does of a missing value. Only of = is it known when it does."""
        if set(terms) == {"as before"}:
            return "as before"
        if "missing" in terms or ("different", "=") in zip(terms, operators, strict=False):
            return "different"
        return "alike" if set(terms) == {"alike"} and set(operators) == {"="} else "unclear"

    @staticmethod
    def _apart(terms: set[Outcome], *, nulls_alike: bool) -> Outcome:
        """One part that differs, or is missing, is enough."""
        if terms == {"as before"}:
            return "as before"
        if "different" in terms or ("missing" in terms and not nulls_alike):
            return "different"
        return "alike" if terms <= {"alike", "missing"} else "unclear"

    @staticmethod
    def _all(parts: Iterable[Outcome]) -> Outcome:
        """What is made from constants alone is alike; from what stays as it is, as before."""
        found = set(parts)
        if found == {"as before"} or found == {"as before", "alike"}:
            return "unclear" if "alike" in found else "as before"
        return "alike" if found <= {"alike"} else "unclear"


def _first_letters(node: exp.Expr) -> tuple[exp.Column | None, int]:
    """Of which column an expression is the first letters, and of how many; None where it is something else."""
    match node:
        case exp.Left():
            inner, number, begin = node.this, node.expression, None
        case exp.Substring():
            inner, number, begin = node.this, node.args.get("length"), node.args.get("start")
        case exp.Anonymous() if node.name.lower() == "left" and len(node.expressions) == 2:
            (inner, number), begin = node.expressions, None
        case _:
            return None, 0
    while isinstance(inner, exp.Paren | exp.Cast):
        inner = inner.this
    starts = begin is None or (isinstance(begin, exp.Literal) and begin.name == "1")
    if not (starts and isinstance(inner, exp.Column) and isinstance(number, exp.Literal) and number.name.isdecimal()):
        return None, 0
    return inner, int(number.name)
