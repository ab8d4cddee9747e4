"""Rectification (Art. 16 GDPR): which value can be corrected, and what a new one must be. Rules without any system."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from zusage.promises.inventory import ColumnInfo, TableInfo


class NotCorrectable(Exception):
    """A value cannot be corrected so: what, why and what to do. The message holds no value."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}. Nothing was changed. {advice}")


class AlreadyRight(NotCorrectable):
    """The value stands there already, so that there is nothing to correct, and nobody to be told."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"{column} of {table} holds this value already",
            "No recipient is told. Look whether another row, column or value is meant.",
        )


def correctable(table: TableInfo, name: str) -> ColumnInfo:
    """The column, if its values say something of a row rather than which row it is; raises NotCorrectable."""
    column = table.column(name)
    if column is None:
        raise NotCorrectable(f"{table.name} has no column {name}", "Name a column of the living table.")
    if name in table.primary_key or any(name in key.columns for key in table.foreign_keys):
        raise NotCorrectable(
            f"{name} says which row of {table.name} it is, or to which it belongs", "Correct it in the application."
        )
    if column.generated:
        raise NotCorrectable(f"the database computes {name} itself", "Correct the columns that it is computed from.")
    if not table.primary_key:
        raise NotCorrectable(f"{table.name} has no primary key, so that its rows cannot be told apart", "Give it one.")
    return column


def fitting(column: ColumnInfo, text: str | None) -> object:
    """The new value as the column holds it, None to empty it; raises NotCorrectable where it does not fit."""
    if text is None:
        if not column.nullable:
            raise NotCorrectable(f"{column.name} cannot be empty", "Give a value.")
        return None
    if "\0" in text:
        raise NotCorrectable("the new value holds the character NUL", "Leave it out.")
    if column.length is not None and len(text) > column.length:
        raise NotCorrectable(f"the new value is longer than the {column.length} characters of {column.name}", "Shorten it.")
    if column.choices and text not in column.choices:
        raise NotCorrectable(f"the new value is none that {column.name} allows", f"Allowed are: {', '.join(column.choices)}.")
    return _as_kind(column, text)


def _as_kind(column: ColumnInfo, text: str) -> object:
    try:
        match column.kind:
            case "integer":
                return int(text)
            case "number":
                return float(Decimal(text))
            case "boolean":
                return {"true": True, "false": False}[text]
            case "text" | "date" | "time" | "uuid":
                return text
            case _:
                raise NotCorrectable(f"{column.name} holds values inside values, or bytes", "Correct it in the application.")
    except (ValueError, KeyError, InvalidOperation):
        raise NotCorrectable(
            f"the new value is no {column.kind}, which {column.name} holds", "Write it as the table holds it."
        ) from None
