"""A manifest against the tables that are really there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..condition.surface import FUNCTIONS
from ..finding import Finding
from ..inventory import Inventory
from ..loading import Loaded
from . import accounting, anonymity, constraints, copies, distinct, existence, fitness, packed
from .rule import by_position
from .seen import LiveRule, Seen

#: the functions of conditions that each dialect has
DIALECTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(FUNCTIONS) for name in ("sqlite", "postgresql", "mysql", "mariadb")}
)

LIVE_RULES: tuple[LiveRule, ...] = (
    existence.not_surveyed,
    existence.unknown_table,
    existence.unknown_column,
    existence.path_not_followed,
    existence.not_personal_missing,
    fitness.not_a_time,
    fitness.rule_about_a_view,
    fitness.function_missing,
    fitness.cannot_be_emptied,
    fitness.generated_column,
    distinct.same_value_twice,
    distinct.same_value_unclear,
    distinct.computed_column_empty,
    constraints.partition_key_changed,
    constraints.key_changed,
    constraints.reference_stays,
    constraints.cannot_be_emptied_elsewhere,
    constraints.value_not_allowed,
    constraints.half_a_document,
    constraints.check_violated,
    constraints.check_unclear,
    anonymity.anonymous_row_keeps_text,
    anonymity.anonymous_row_keeps_files,
    anonymity.anonymous_row_keeps_traits,
    anonymity.anonymous_rows_joined,
    anonymity.group_cannot_go,
    copies.flag_ignored,
    copies.row_in_two_tables,
    copies.stored_view,
    packed.keys_in_one_value,
    packed.keys_of_bytes,
    packed.keys_not_followed,
    fitness.unlike_keys,
    fitness.no_foreign_key,
    fitness.another_end,
    fitness.limit_only_for_some_rows,
    fitness.not_known_again,
    accounting.unaccounted_table,
    accounting.unaccounted_column,
    accounting.unaccounted_view,
)


def against(
    loaded: Loaded,
    inventories: Mapping[str, Inventory],
    functions: Mapping[str, frozenset[str]] = DIALECTS,
) -> tuple[Finding, ...]:
    """Everything in which a manifest and the live systems do not fit, by position.

    ``functions`` says by dialect which functions conditions may use there.
    """
    seen = Seen(loaded, inventories, functions)
    return by_position(finding for rule in LIVE_RULES for finding in rule(seen))


def unaccounted(loaded: Loaded, inventories: Mapping[str, Inventory]) -> tuple[str, ...]:
    """The names of all live tables and columns that no activity accounts for, such as ``shop.log.referrer``."""
    return accounting.unaccounted(Seen(loaded, inventories, DIALECTS))
