"""Changes a relational database: bounded batches, each a transaction that checks its rows again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from zusage.planning.circles import of_a_leaf, trees_of
from zusage.planning.groups import hangs_on_all
from zusage.planning.plan import BlockRows, ChangeColumns, DeleteRows, Loosened, RefreshView, Step
from zusage.promises.condition import ALWAYS, Condition, all_of
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.promise import Change

from ..port import Batch, Registrar, Remover, Sealer
from ..trouble import CannotHandle, Damaged, InACircle, Interrupted, MoreThanPlanned, Unreachable
from .belonging import Belonging
from .blocking import blocked_rows, whose
from .changing import become, put_back, takes_items
from .compile import from_clause
from .databases.port import Database
from .dialects.port import Times
from .fragile import fragile
from .looking_over import refuse_damaged
from .naming_files import named
from .needing import needs_of
from .referring import referred_by_others
from .refreshing import refresh
from .sizing import Size, spent
from .staying import which_still_there
from .survey import survey
from .target import Target, refuse_unfit

#: how a database is asked to look at foreign keys only when the transaction ends; where it is none, no step asks for it
_DEFERRING = {"sqlite": "PRAGMA defer_foreign_keys = ON", "postgresql": "SET CONSTRAINTS ALL DEFERRED"}


class SqlWriter:
    """A Writer over SQLAlchemy Core. No row travels to Python unless it is blocked; of one that is taken down, what it is known by."""

    def __init__(
        self, system: str, database: Database, engine: sa.Engine, place: str, times: Times,
        sealer: Sealer | None, registrar: Registrar | None = None, remover: Remover | None = None, seconds: float = 0,
    ) -> None:  # fmt: skip
        self.system, self._place, self._times = system, place, times
        self._database, self._engine = database, engine
        self._sealer, self._registrar, self._remover, self._seconds = sealer, registrar, remover, seconds
        self._looked_over = set[str]()
        self._inventory: Inventory | None = None
        self._gone: list[Callable[[], None]] = []
        try:
            self._connection = engine.connect()
        except DBAPIError as error:
            raise Unreachable(system, database.reason(error)) from None

    def survey(self) -> Inventory:
        """Reflected once for each writer."""
        if self._inventory is None:
            with self._transaction():
                self._inventory = survey(self._database, self._connection, self.system, self._place)
        return self._inventory

    @cached_property
    def _belonging(self) -> Belonging:
        return Belonging(self._database, self._connection, self.survey(), self._times)

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """By what the database says of the role; what fails for a moment leaves it open, for the step waits that out and stops by itself."""
        if not self._database.has_roles:
            return ()
        inventory = self.survey()
        taken_down = bool(self._registrar and any(self._registrar.columns(step) for step in steps))
        wanted = needs_of(steps, inventory, taken_down=taken_down)
        try:
            with self._transaction():
                return tuple(map(str, self._database.lacking(self._connection, wanted, inventory.tables)))
        except Interrupted as trouble:
            if not trouble.retryable:
                raise
            return ()

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """Walk the table in batches; see the port for what is promised."""
        if isinstance(step.action, RefreshView):
            yield from self._refresh(step, all_of(step.where, free))
            return
        target = self._target(step, free)
        self._look_over(step, free)
        if step.trees and self._matching(target) > limit:
            raise MoreThanPlanned(step.id, limit)
        done, room = 0, dict(step.part_rows)
        while True:
            before = done
            for rows in self._walk(target, limit, done, batch, room):
                done += rows
                yield rows
            if not step.trees or done == before:
                break
            target = self._target(step, free)  # those to which no row refers any more can go now
        if step.trees and (left := self._matching(target)):
            columns = ", ".join(name for tree in step.trees for name in tree.columns)
            raise InACircle(step.id, step.table, columns, left)
        if (step.triggers or takes_items(step)) and target.stay and not hangs_on_all(step) and (left := self._matching(target)):
            raise CannotHandle(put_back(step, left))

    def _look_over(self, step: Step, free: Condition) -> None:
        """By a damaged table the wrong rows could go."""
        tables = fragile(step, free, self.survey())
        refuse_damaged(self._database, self._connection, self.system, tables, step.id)
        self._looked_over |= {table.name for table in tables}

    def _refresh(self, step: Step, where: Condition) -> Iterator[int]:
        table = self.survey().tables.get(step.table)
        if table is None or not table.materialised:
            raise CannotHandle(f"step {step.id}: {step.table} is not a view whose rows are stored; make a new plan")
        clause = from_clause(table)
        condition = self._belonging.compiler().condition(where, step.table, clause)
        with self._transaction():
            before = refresh(self._connection, step, clause, condition)
        if before:
            yield before

    def _matching(self, target: Target) -> int:
        """Rows that are to go or change, whether or not others refer to them."""
        with self._transaction():
            return self._count(target)

    def _count(self, target: Target) -> int:
        found = sa.select(sa.func.count()).select_from(target.clause).where(target.where)
        return int(self._connection.execute(found).scalar_one())

    def _walk(self, target: Target, limit: int, done: int, batch: int, room: dict[str, int]) -> Iterator[int]:
        """Once through the table."""
        begun, counted = done, bool(done)
        size = target.size(batch, self._seconds)
        clock = partial(spent, self._database.dialect.name) if size.seconds else float
        while True:
            started, before = clock(), dict(room)
            self._gone = []
            with self._transaction(target.step):
                if not counted and (counted := self._cut(target, limit, size)):
                    started = clock()  # the count is no batch
                chosen = self._choose(target, limit - done, size.rows, begun=done > begun)
                if not (counted or done or target.batches.whole) and self._count(target) > limit:
                    raise MoreThanPlanned(target.step.id, limit)  # which of them were reviewed cannot be told, so none goes
                rows = 0
                if done + chosen > limit:
                    raise MoreThanPlanned(target.step.id, limit)
                if chosen:
                    self._belonging.refuse_unlike(target)
                    self._belonging.refuse_spelt_otherwise(target)
                    self._belonging.refuse_referred(target)
                    self._take_down(target)
                    rows = self._act(target, chosen, room)
                self._refuse_more(target, rows, chosen, limit, done)
            if not chosen:
                return
            size.lasted(clock() - started, rows)
            for told in self._gone:
                told()
            done += rows
            if rows:
                yield Batch(rows, {table: before.get(table, 0) - left for table, left in room.items()})

    def _cut(self, target: Target, limit: int, size: Size) -> bool:
        """Cut the walk beforehand, where that is possible and no slower: which tells how many rows there are, too."""
        possible = target.may_be_cut(limit, size.rows)
        found = target.batches.cut(target.next, target.cutting(limit, size)) if possible else None
        if found is not None and found > limit:
            raise MoreThanPlanned(target.step.id, limit)
        return found is not None

    def _refuse_more(self, target: Target, rows: int, chosen: int, limit: int, done: int) -> None:
        """No more may have gone than the plan has left, nor than a batch may have."""
        if done + rows > limit:
            raise MoreThanPlanned(target.step.id, limit)
        if rows > chosen:
            why = "rows began to match while the batch was carried out"
            raise Interrupted(self.system, why, retryable=True, undone=not target.step.without_undo)

    def _choose(self, target: Target, left: int, batch: int, *, begun: bool) -> int:
        """How many rows the next batch has at most: what is left of the plan, where all of it goes in one statement."""
        possible = not begun and target.may_go_at_once(left, batch)
        if possible and target.batches.all_at_once(target.next, stay=target.stay, apart=target.apart(left)):
            return left
        return target.batches.choose(target.next, batch, left, alone=target.alone)

    def which_still_there(self, table: str, rows: Sequence[Mapping[str, object]]) -> list[bool]:
        """Of each whether a row has these values; asked once it is sure that the table's index leads to the right ones."""
        info = self.survey().tables[table]
        if table not in self._looked_over:
            refuse_damaged(self._database, self._connection, self.system, [info])
            self._looked_over.add(table)
        clause = from_clause(info)
        with self._transaction():
            return list(which_still_there(self._connection, clause, rows))

    def _target(self, step: Step, free: Condition) -> Target:
        inventory, where = self.survey(), all_of(step.where, free)
        table = inventory.tables.get(step.table)
        if table is None or table.is_view:
            raise CannotHandle(f"step {step.id}: {step.table} is not a table of system {self.system!r}; make a new plan")
        refuse_unfit(step, inventory)
        with self._transaction():
            batches = self._database.batches(self._connection, table, step.id)
        compiler = self._belonging.compiler()
        found = compiler.condition(where, step.table, batches.clause)
        leaves = [sa.not_(referred_by_others(batches.clause, table, tree)) for tree in step.trees]
        known = self._registrar.columns(step) if self._registrar else ()
        loosely = partial(self._belonging.loosely, table=step.table, clause=batches.clause)
        kept, held = loosely(step.where), loosely(free, references=True)
        if not leaves:
            return Target(step, batches, found, found, known, kept, held)
        alone = compiler.condition(of_a_leaf(where, step.table), step.table, batches.clause)
        return Target(step, batches, found, sa.and_(alone, *leaves), known, kept, held)

    @contextmanager
    def _transaction(self, step: Step | None = None) -> Iterator[None]:
        """Committed as a whole, or undone as a whole where every table of it can undo."""
        undone = step is None or not step.without_undo
        try:
            with self._connection.begin():
                yield
        except IntegrityError as error:
            why = f"{self._database.reason(error)}; the manifest says something that the database forbids"
            raise Interrupted(self.system, why, retryable=False, undone=undone) from None
        except DBAPIError as error:
            tables = fragile(step, ALWAYS, self.survey()) if step else ()
            if step and tables and (mending := self._database.mending(self._connection, tables, error)):
                raise Damaged(self.system, step.id, mending, begun=True) from None
            passes = self._database.passes(error)
            why, lost = self._database.reason(error), error.connection_invalidated or self._connection.invalidated
            raise Interrupted(self.system, why, retryable=passes, undone=undone, lost=lost) from None

    def _take_down(self, target: Target) -> None:
        """Before any of the batch goes; by columns of the row itself, so that nothing else of it is read."""
        if self._registrar and target.taken_down:
            known = sa.select(*(target.clause.c[name] for name in target.taken_down)).where(target.batches.inside())
            self._gone.append(self._registrar(target.step, self._connection.execute(known)))
        if target.step.files:
            if self._remover is None:
                raise CannotHandle(f"step {target.step.id}: its rows have files, and nobody is there who removes them")
            files = list(named(self._connection, target.step, partial(self._belonging.rows_of, target)))
            self._gone.append(self._remover(files, self.which_still_there))

    def _act(self, target: Target, rows: int, room: dict[str, int]) -> int:
        """Carry out the step on the batch; returns how many rows it changed, which only others at work could have made fewer."""
        self._change_elsewhere(target, room)
        match target.step.action:
            case ChangeColumns(changes):
                update = self._database.updating(target.clause, target.batches.inside())
                done = target.batches.change(update.values(self._values(target.clause, target.step.table, changes)))
            case DeleteRows():
                done = self._delete(target, room)
            case BlockRows():
                self._seal(target)
                done = self._delete(target, room)
            case _:
                raise CannotHandle(f"step {target.step.id} is not for a database")
        if done < rows and not target.alone:
            raise Interrupted(
                self.system, "rows of the batch went, or a trigger kept them, while it was carried out", retryable=True
            )
        return done

    def _delete(self, target: Target, room: dict[str, int]) -> int:
        """Delete the batch with what belongs to it; of that no more than the plan counted, which ``room`` keeps."""
        for loosened in target.step.loosened:
            self._loosen(target, loosened)
        self._foresee(target, room)
        for part in reversed(target.step.parts):
            clause, inside = self._belonging.of_part(target, part)
            self._spend(target, part.table, self._delete_part(clause, inside, self.survey().tables[part.table]), room)
        self._let_go_of_itself(target.clause, target.batches.inside(), self.survey().tables[target.step.table])
        return self._deleted(target.clause, target.batches.inside())

    def _foresee(self, target: Target, room: dict[str, int]) -> None:
        """Where nothing can be undone, more parts than the plan counted must be seen before the first of them goes."""
        for part in target.step.parts if target.step.without_undo else ():
            clause, inside = self._belonging.of_part(target, part)
            found = self._connection.execute(sa.select(sa.func.count()).select_from(clause).where(inside)).scalar_one()
            if found > room.get(part.table, 0):
                raise MoreThanPlanned(target.step.id, dict(target.step.part_rows).get(part.table, 0))

    def _let_go_of_itself(self, clause: sa.TableClause, inside: sa.ColumnElement[bool], table: TableInfo) -> None:
        """Where the database demands it, rows that will go and refer to themselves stop doing so."""
        for tree in trees_of(table) if self._database.dialect.holds_itself else ():
            emptied = [name for name in tree.columns if (info := table.column(name)) and info.nullable]
            itself = [clause.c[one] == clause.c[other] for one, other in zip(tree.columns, tree.referred, strict=True)]
            if emptied:
                update = self._database.updating(clause, sa.and_(inside, *itself))
                self._connection.execute(update.values(dict.fromkeys(emptied)))

    def _deleted(self, clause: sa.TableClause, where: sa.ColumnElement[bool]) -> int:
        return int(self._connection.execute(self._database.deleting(clause, where)).rowcount)

    def _delete_part(self, clause: sa.TableClause, inside: sa.ColumnElement[bool], table: TableInfo) -> int:
        """Rows of a part go; where they refer to each other, those first to which none refers."""
        leaves = [sa.not_(referred_by_others(clause, table, tree)) for tree in trees_of(table)]
        rows = 0
        self._let_go_of_itself(clause, inside, table)
        while True:
            gone = self._deleted(clause, sa.and_(inside, *leaves) if leaves else inside)
            rows += gone
            if not leaves or not gone:
                return rows

    def _loosen(self, target: Target, loosened: Loosened) -> None:
        if not loosened.columns:
            self._connection.exec_driver_sql(_DEFERRING[self._database.dialect.name])
            return
        if loosened.table == target.step.table:
            target.batches.empty(loosened.columns)
            return
        clause, inside = self._belonging.of_part(target, next(p for p in target.step.parts if p.table == loosened.table))
        self._connection.execute(self._database.updating(clause, inside).values(dict.fromkeys(loosened.columns)))

    def _seal(self, target: Target) -> None:
        if self._sealer is None:
            raise CannotHandle(f"step {target.step.id}: there is no vault to block rows in")
        selected = {part.table: self._belonging.of_part(target, part) for part in target.step.parts}
        roots = self._rows(target.clause, target.batches.inside())
        parts = {name: self._rows(clause, inside) for name, (clause, inside) in selected.items()}
        people = whose(self._connection, self._belonging.compiler(), target.step, target.clause, target.batches.inside())
        rows = blocked_rows(target.step, self.survey(), self._database.dialect, self._times, roots, parts, people)
        self._gone += [told] if (told := self._sealer(rows)) else []

    def _rows(self, clause: sa.TableClause, where: sa.ColumnElement[bool]) -> Sequence[sa.RowMapping]:
        return self._connection.execute(sa.select(*clause.c).where(where)).mappings().all()

    def _change_elsewhere(self, target: Target, room: dict[str, int]) -> None:
        for one in target.step.elsewhere:
            clause, inside = self._belonging.of_part(target, one.part)
            update = self._database.updating(clause, inside).values(self._values(clause, one.part.table, one.changes))
            self._spend(target, one.part.table, int(self._connection.execute(update).rowcount), room)

    def _spend(self, target: Target, table: str, rows: int, room: dict[str, int]) -> None:
        """Of what belongs to the rows no more goes or changes than the plan counted, which ``room`` keeps."""
        room[table] = room.get(table, 0) - rows
        if room[table] < 0:
            raise MoreThanPlanned(target.step.id, dict(target.step.part_rows).get(table, 0))

    def _values(self, clause: sa.TableClause, table: str, changes: Sequence[Change]) -> dict[str, sa.ColumnElement[Any]]:
        return become(self._database, self._connection, clause, self.survey().tables[table], changes)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()
