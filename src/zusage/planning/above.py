"""What rows of a table belong to, however far up."""

from __future__ import annotations

from collections.abc import Iterable

from zusage.promises.promise import Part, Rule


def links_above(rules: Iterable[Rule], rule: Rule) -> tuple[Part, ...]:
    """Every link by which rows of the rule's table, or of its parts, belong to rows of another."""
    links = dict.fromkeys(part for other in rules if other.parts and other.system == rule.system for part in other.parts)
    found: dict[Part, None] = {}
    tables = [rule.table, *(part.table for part in rule.parts)]
    for table in tables:  # which grows on the way
        nearer = [link for link in links if link.table == table and link not in found and link not in rule.parts]
        found.update(dict.fromkeys(nearer))
        tables += [link.of for link in nearer]
    return tuple(found)
