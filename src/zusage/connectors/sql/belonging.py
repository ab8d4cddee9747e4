"""What belongs to a batch, and what must not go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import ChangeColumns
from zusage.planning.somebody import conjuncts
from zusage.promises.condition import ALWAYS, Condition, Not
from zusage.promises.inventory import ColumnInfo, Inventory
from zusage.promises.promise import Part

from ..trouble import CannotHandle, StillReferred
from .compile import Compiler, from_clause
from .databases.port import Database
from .dialects.port import Times
from .referring import among, kind_of
from .target import Target


@dataclass(frozen=True, slots=True)
class Belonging:
    """Finds what belongs to the batches of a writer, by statements on its connection."""

    database: Database
    connection: sa.Connection
    inventory: Inventory
    times: Times

    def compiler(self) -> Compiler:
        """Writes conditions as the database has them."""
        return Compiler(self.inventory, self.database.dialect, self.times)

    def of_part(self, target: Target, part: Part) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
        """The rows of a part that belong to the batch."""
        clause = from_clause(self.inventory.tables[part.table])
        return clause, self._belongs(target, part, clause)

    def _belongs(self, target: Target, part: Part, clause: sa.FromClause) -> sa.ColumnElement[bool]:
        """The row of a part belongs to the batch."""
        inside, compiler = self._among(target, part.table, clause, part.of, part.pairs), self.compiler()
        return inside if part.fixed == ALWAYS else sa.and_(inside, compiler.condition(part.fixed, part.table, clause))

    def _referred(self, target: Target, table: str, columns: Sequence[str]) -> sa.Select[Any]:
        """The values that some columns have in the batch, or in what belongs to it."""
        if table == target.step.table and (keys := target.batches.keys(columns)) is not None:
            return keys
        clause, inside = self.rows_of(target, table)
        return sa.select(*(clause.c[name] for name in columns)).where(inside)

    def _among(
        self, target: Target, table: str, clause: sa.FromClause, of: str, pairs: Sequence[tuple[str, str]]
    ) -> sa.ColumnElement[bool]:
        """The row refers to the batch, or to what belongs to it."""
        values, referred = [clause.c[one] for one, _ in pairs], self._referred(target, of, [other for _, other in pairs])
        texts = self._as_texts(table, of, pairs)
        if self._spans(target, table, of, pairs) and (spanned := self.database.spanned(values[0], referred)) is not None:
            return spanned
        return among(values, referred, as_texts=texts)

    def _as_texts(self, table: str, of: str, pairs: Sequence[tuple[str, str]]) -> frozenset[int]:
        """Where a text, such as a reference by a type and a key has, refers to a UUID, and the database compares no two of these."""
        one, other = (self.inventory.tables[name] for name in (table, of))
        mixed = {n for n, (mine, theirs) in enumerate(pairs) if {kind_of(one, mine), kind_of(other, theirs)} == {"uuid", "text"}}
        return frozenset() if self.database.compares_uuids else frozenset(mixed)

    def _spans(self, target: Target, table: str, of: str, pairs: Sequence[tuple[str, str]]) -> bool:
        """Whether what is referred to is one whole number, of a batch among several, so that its rows lie between two numbers."""
        (one, other), *more = pairs
        kinds = {kind_of(self.inventory.tables[table], one), kind_of(self.inventory.tables[of], other)}
        return not more and kinds == {"integer"} and not target.batches.whole

    def refuse_unlike(self, target: Target) -> None:
        """What conditions do not count as belonging to a row must not go with it: a text, say, beside the number of the row."""
        tables = self.inventory.tables
        for part in target.step.parts:
            above = from_clause(tables[part.of]).alias()
            pairs = part.pairs
            kinds_of = [(kind_of(tables[part.table], one), kind_of(tables[part.of], other)) for one, other in pairs]
            if all(one == other and not (one == "text" and self.database.dialect.loose) for one, other in kinds_of):
                continue
            clause, inside = self.of_part(target, part)
            links = [(clause.c[one], above.c[other]) for one, other in pairs]
            kinds = [self.database.dialect.same_kind(*link) for link in links]
            alike = sa.exists(
                sa.select(sa.literal_column("1"))
                .select_from(above)
                .where(*(self.database.dialect.linked(*link) for link in links), *kinds)
            )
            unlike = sa.exists(sa.select(sa.literal_column("1")).select_from(clause).where(inside, sa.not_(alike)))
            never = any(isinstance(kind, sa.Null) for kind in kinds)  # a statement that compared them would be refused
            if never or self.connection.execute(sa.select(unlike)).scalar_one():
                raise CannotHandle(
                    f"step {target.step.id}: {part.table}.{', '.join(part.columns)} holds another kind of value than "
                    f"{part.of}.{', '.join(other for _, other in pairs)}, "
                    "a text, say, where a number is, or small letters where there are capitals. Whether these rows belong together, and "
                    "what holds them, cannot be told. The batch is left untouched. Give both columns one type, and values one spelling."
                )

    def refuse_spelt_otherwise(self, target: Target) -> None:
        """What would keep a row if something were spelt like the key keeps the batch: the database takes both for one key."""
        if self._some_kept(target, target.kept_loosely):
            raise CannotHandle(
                f"step {target.step.id}: rows refer to rows of {target.step.table} in other letters, such as small ones for capitals. The "
                "database takes both for one key, but whether they keep these rows cannot be told to the letter. The batch is left "
                "untouched. Give each key one spelling, that of the row to which it refers."
            )
        if self._some_kept(target, target.held_loosely):
            raise CannotHandle(
                f"step {target.step.id}: rows of {target.step.table}, or what belongs to them, name what a suspension holds in other "
                "letters, such as small ones for capitals. The database takes both for one key, but whether these rows are held cannot be "
                "told to the letter. The batch is left untouched. Give each key one spelling, that of the row to which it refers."
            )

    def _some_kept(self, target: Target, conditions: Sequence[sa.ColumnElement[bool]]) -> bool:
        """Of some row of the batch one of these is not so."""
        for one in conditions:
            kept: sa.Select[Any] = (
                sa.select(sa.literal_column("1")).select_from(target.clause).where(target.batches.inside(), sa.not_(one))
            )
            if self.connection.execute(sa.select(sa.exists(kept))).scalar_one():
                return True
        return False

    def loosely(
        self, where: Condition, table: str, clause: sa.TableClause, *, references: bool = False
    ) -> tuple[sa.ColumnElement[bool], ...]:
        """Of what must not be the case for a row to go, all that depends on the letters of keys, as the database takes these.

        With ``references`` also where a column of a foreign key is compared with a constant.
        """
        compiler = self.compiler()
        keys = compiler.dialect.as_keys(self._references() if references else ())
        if keys is compiler.dialect:
            return ()
        found = []
        for part in (one for one in conjuncts(where) if isinstance(one, Not)):
            asked, more = (one.condition(part, table, clause) for one in (compiler, replace(compiler, dialect=keys)))
            if len({str(one.compile(dialect=self.connection.dialect)) for one in (asked, more)}) > 1:
                found.append(more)
        return tuple(found)

    def _references(self) -> list[ColumnInfo]:
        """Columns that name a row of another table, by the database's own word."""
        tables = self.inventory.tables.values()
        named = ((table, name) for table in tables for key in table.foreign_keys for name in key.columns)
        return [info for table, name in named if (info := table.column(name))]

    def refuse_referred(self, target: Target) -> None:
        """Rows from outside must not refer to what goes, nor be emptied or go with it unseen."""
        if isinstance(target.step.action, ChangeColumns):
            return
        for referrer in target.step.referrers:
            if target.step.trees and referrer.table == referrer.of == target.step.table:
                continue  # only rows to which no other refers were chosen
            outside = from_clause(self.inventory.tables[referrer.table]).alias()
            refers = self._among(
                target, referrer.table, outside, referrer.of, [*zip(referrer.columns, referrer.referred, strict=True)]
            )
            for part in (p for p in target.step.parts if p.table == referrer.of == referrer.table):
                refers = sa.and_(refers, sa.case((self._belongs(target, part, outside), 1), else_=0) == 0)
            found = sa.exists(sa.select(sa.literal_column("1")).select_from(outside).where(refers))
            if self.connection.execute(sa.select(found)).scalar_one():
                raise StillReferred(target.step.id, referrer.table, ", ".join(referrer.columns), referrer.of)

    def rows_of(self, target: Target, table: str) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
        """The rows of the step's table, or of a part, that belong to the batch."""
        if table == target.step.table:
            return target.clause, target.batches.inside()
        return self.of_part(target, next(p for p in target.step.parts if p.table == table))
