"""A join of which the server begins with the left side, whatever it takes for quicker: so no row is locked but those that the left side names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class Straight(sa.Join):
    """``left STRAIGHT_JOIN right``."""

    inherit_cache = False


@compiles(Straight)
def _straight(element: Straight, compiler: Any, **kw: Any) -> str:
    kw["asfrom"] = True
    left, right = (compiler.process(side, **kw) for side in (element.left, element.right))
    return f"{left} STRAIGHT_JOIN {right} ON {compiler.process(element.onclause)}"
