"""Who takes a step at the command line: the holder of a token once anybody holds one, and until then whatever name is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zusage.rights.roles import Holder, Taker

if TYPE_CHECKING:
    from ..product import Product

#: the environment variable with the token
VARIABLE = "ZUSAGE_TOKEN"


class NotTaken(Exception):
    """Nobody who may take this step has shown who they are: why, and what to do. No message holds a token."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(f"nothing was noted: {why}. {advice}")


def taker(product: Product, by: str | None, token: str | None, may: Callable[[Holder], bool]) -> Taker:
    """Who takes a step. Raises NotTaken.

    1. A token is believed, and nothing else once anybody holds one: a name that is given beside it must be the holder's.
    2. Without any holder the name that is given stands there, and the record says that nobody has shown who they are.
    """
    if token:
        holder = product.state.holders.of(token)
        if holder is None:
            raise NotTaken("the token is worth nothing", "See `zusage case token list`, or have a new one issued.")
        if by and by != holder.name:
            raise NotTaken("the token is somebody else's than --by says", "Leave --by out.")
        if not may(holder):
            raise NotTaken(f"a token for {holder.role!r} is not for that", "See `zusage case token --help`.")
        return holder.taker
    if product.state.holders.all():
        raise NotTaken("the staff have tokens, and none is given", f"Give yours in {VARIABLE} or with --token-file.")
    if not by:
        raise NotTaken("it is not said who takes the step", "Give --by, or a token (`zusage case token issue`).")
    return Taker(name=by)
