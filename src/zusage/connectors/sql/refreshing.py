"""A view whose rows are stored is made anew."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import Step

from ..trouble import CannotHandle

#: its owner, and from PostgreSQL 17 on whoever has MAINTAIN
_MAY = """
SELECT pg_catalog.pg_has_role(relowner, 'USAGE') OR CASE WHEN CAST(current_setting('server_version_num') AS int) >= 170000
    THEN pg_catalog.has_table_privilege(oid, 'MAINTAIN') ELSE false END
FROM pg_catalog.pg_class WHERE oid = to_regclass(:view)
"""


def refresh(connection: sa.Connection, step: Step, view: sa.TableClause, where: sa.ColumnElement[Any]) -> int:
    """How many rows were there that must not be; raises CannotHandle where they are there still, being in the tables behind the view,
    and where the role may not make it anew.

    Inside the transaction of the caller, so that nothing is kept then.
    """
    found = sa.select(sa.func.count()).select_from(view).where(where)
    before = int(connection.execute(found).scalar_one())
    if not connection.execute(sa.text(_MAY), {"view": connection.dialect.identifier_preparer.format_table(view)}).scalar_one():
        raise CannotHandle(
            f"step {step.id}: only the owner of {step.table} can make it anew, and the writer's role is not. Make it the owner (ALTER "
            "MATERIALIZED VIEW … OWNER TO …), from PostgreSQL 17 on give it the right (GRANT MAINTAIN ON … TO …), or let the owner refresh "
            f"{step.table} after this; then plan again."
        )
    connection.exec_driver_sql(f"REFRESH MATERIALIZED VIEW {connection.dialect.identifier_preparer.format_table(view)}")
    left = int(connection.execute(found).scalar_one())
    if left:
        raise CannotHandle(
            f"step {step.id}: {step.table} was made anew and still shows {left} rows that must not be there: they are in the tables "
            "behind it. Give these tables a rule that ends them, or hold both alike; then plan again."
        )
    return before
