"""SQL as the surface of conditions: text to tree and back.

Only what the tree can say is accepted. Everything else, above all what could write, is refused with its place in the text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from ..inside import is_inside
from . import tree as t
from .naming import name_of

#: the functions a condition may use, and how many arguments each takes
FUNCTIONS: dict[str, tuple[int, int]] = {
    "lower": (1, 1),
    "upper": (1, 1),
    "length": (1, 1),
    "trim": (1, 1),
    "abs": (1, 1),
    "coalesce": (2, 8),
}
_COMPARISONS: dict[type[exp.Expr], t.Operator] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_CALLS: dict[type[exp.Expr], str] = {
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Length: "length",
    exp.Trim: "trim",
    exp.Abs: "abs",
    exp.Coalesce: "coalesce",
}
_LONGEST = 4000
_DEEPEST = 60


class ConditionError(ValueError):
    """A condition says something that conditions cannot say; ``offset`` counts characters into its text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def parse(text: str) -> t.Condition:
    """Read a condition written in SQL; raises ConditionError with the place of the first thing that is not allowed."""
    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        raise ConditionError(
            f"the condition is too long or too deep; {_LONGEST} characters and {_DEEPEST} brackets are the limit"
        )
    try:
        root = parse_one(text)
    except SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        raise ConditionError("this is not an SQL condition", int(details[0].get("col") or 1) - 1) from None
    except RecursionError:
        raise ConditionError("the condition is nested too deeply") from None
    return _condition(root, {})


def _offset(node: exp.Expr) -> int:
    starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
    return min(starts) if starts else 0


def _refuse(node: exp.Expr, why: str) -> ConditionError:
    return ConditionError(why, _offset(node))


def _condition(node: exp.Expr, aliases: dict[str, str]) -> t.Condition:
    said = _said(node, aliases)
    return t.Not(said) if node.args.get("negate") else said


def _said(node: exp.Expr, aliases: dict[str, str]) -> t.Condition:
    match node:
        case exp.Paren():
            return _condition(node.this, aliases)
        case exp.And():
            return t.And((*_flat(node.left, exp.And, aliases), *_flat(node.right, exp.And, aliases)))
        case exp.Or():
            return t.Or((*_flat(node.left, exp.Or, aliases), *_flat(node.right, exp.Or, aliases)))
        case exp.Not():
            return t.Not(_condition(node.this, aliases))
        case exp.Boolean():
            return t.Truth(bool(node.this))
        case exp.Column():
            return t.Compare("=", _term(node, aliases), t.Literal(True))
        case exp.Exists():
            return _exists(node, aliases)
        case exp.Between():
            if node.args.get("symmetric"):
                raise _refuse(node, "BETWEEN takes the lower bound first, without SYMMETRIC")
            term = _term(node.this, aliases)
            low, high = _term(node.args["low"], aliases), _term(node.args["high"], aliases)
            return t.And((t.Compare(">=", term, low), t.Compare("<=", term, high)))
        case exp.In():
            return _one_of(node, aliases)
        case exp.Like():
            if not isinstance(node.expression, exp.Literal):
                raise _refuse(node, "LIKE needs a quoted pattern")
            return t.Like(_term(node.this, aliases), node.expression.this)
        case exp.Is():
            return _is(node, aliases)
    for kind, operator in _COMPARISONS.items():
        if type(node) is kind:
            return t.Compare(operator, _term(node.this, aliases), _term(node.expression, aliases))
    raise _refuse(node, f"{name_of(node)} cannot stand in a condition; conditions only compare and never write")


def _flat(node: exp.Expr, kind: type[exp.Expr], aliases: dict[str, str]) -> tuple[t.Condition, ...]:
    if type(node) is kind:
        return (*_flat(node.args["this"], kind, aliases), *_flat(node.args["expression"], kind, aliases))
    return (_condition(node, aliases),)


def _is(node: exp.Is, aliases: dict[str, str]) -> t.Condition:
    if isinstance(node.expression, exp.Null):
        return t.IsNull(_term(node.this, aliases))
    if isinstance(node.expression, exp.Boolean):
        inner = _condition(node.this, aliases)
        return t.Surely(inner if node.expression.this else t.Not(inner))
    raise _refuse(node, "IS goes with NULL, TRUE or FALSE")


def _one_of(node: exp.In, aliases: dict[str, str]) -> t.Condition:
    if node.args.get("query") or not node.expressions:
        raise _refuse(node, "IN takes a list of constants; write EXISTS (SELECT 1 FROM …) for another table")
    values = tuple(_term(value, aliases) for value in node.expressions)
    if not all(isinstance(value, t.Literal) for value in values):
        raise _refuse(node, "IN takes constants only")
    return t.OneOf(_term(node.this, aliases), tuple(v for v in values if isinstance(v, t.Literal)))


def _exists(node: exp.Exists, aliases: dict[str, str]) -> t.Condition:
    query = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    if not isinstance(query, exp.Select):
        raise _refuse(node, "EXISTS takes one SELECT")
    source = query.args.get("from_") or query.args.get("from")
    surplus = [k for k, v in query.args.items() if v and k not in {"expressions", "from", "from_", "where", "kind"}]
    if surplus or source is None or not isinstance(source.this, exp.Table):
        raise _refuse(node, "EXISTS takes the form EXISTS (SELECT 1 FROM table WHERE condition), without joins or groups")
    if not all(isinstance(e, (exp.Literal, exp.Star)) for e in query.expressions):
        raise _refuse(node, "EXISTS selects the constant 1 and nothing else")
    table = source.this
    alias = table.args.get("alias")
    if [k for k, v in table.args.items() if v and k not in {"this", "alias", "db"}] or (alias and alias.args.get("columns")):
        raise _refuse(node, "the table of EXISTS is read whole and as it is")
    if not table.name:
        raise _refuse(node, "the table of EXISTS has no name")
    whole = f"{table.db}.{table.name}" if table.db else table.name
    known = str(table.alias) if alias else whole
    itself = known != whole and any(_table_of(column) == whole for column in query.find_all(exp.Column))
    short = {} if alias else {str(table.name): whole}
    inner = {**aliases, **short, known: known if itself else whole}
    where = query.args.get("where")
    return t.Exists(whole, _condition(where.this, inner) if where else t.ALWAYS, known if itself else None)


def _table_of(column: exp.Column) -> str:
    """The table of a column as it is written, with its schema before a dot."""
    return f"{column.db}.{column.table}" if column.db else column.table


def _term(node: exp.Expr, aliases: dict[str, str]) -> t.Term:
    match node:
        case exp.Paren():
            return _term(node.this, aliases)
        case exp.Column():
            if node.args.get("catalog") or isinstance(node.this, exp.Star):
                raise _refuse(node, "a column is written column, table.column or schema.table.column")
            of = _table_of(node)
            return t.Column(node.name, aliases.get(of, of) or None)
        case exp.JSONExtract():
            return _inside(node, aliases)
        case exp.Literal():
            return t.Literal(node.this if node.is_string else _number(node))
        case exp.Boolean():
            return t.Literal(bool(node.this))
        case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
            number = _number(node.this)
            return t.Literal(-number)
        case exp.Cast() if node.to.this == exp.DataType.Type.DATE and isinstance(node.this, exp.Literal):
            try:
                return t.Literal(date.fromisoformat(node.this.this))
            except ValueError:
                raise _refuse(node, "a date is written DATE 'YYYY-MM-DD'") from None
        case exp.Null():
            raise _refuse(node, "a comparison with NULL is never true; write IS NULL or IS NOT NULL")
    name = _CALLS.get(type(node))
    if name is None:
        raise _refuse(node, f"{name_of(node)} is not known; a condition may use {', '.join(sorted(FUNCTIONS))} and nothing else")
    arguments = [node.this, *node.expressions]
    low, high = FUNCTIONS[name]
    others = [k for k, v in node.args.items() if v and k not in {"this", "expressions"} and v is not True]
    if not low <= len(arguments) <= high or others:
        raise _refuse(node, f"{name} takes {low} argument{'s' if low > 1 else ''}")
    return t.Call(name, tuple(_term(argument, aliases) for argument in arguments))


def _inside(node: exp.JSONExtract, aliases: dict[str, str]) -> t.Column:
    """What lies in a document, by names alone: ``payload->customer->name``."""
    around, key = _term(node.this, aliases), node.expression
    if isinstance(key, exp.JSONPath):
        key = key.expressions[-1] if len(key.expressions) == 2 else None
    name = key.name if isinstance(key, exp.Column | exp.JSONPathKey) and not key.args.get("table") else ""
    if not isinstance(around, t.Column) or not is_inside(f"{around.name}->{name}"):
        raise _refuse(node, "what lies in a document is written column->name->name, with names of letters, digits and _")
    return t.Column(f"{around.name}->{name}", around.table)


def _number(node: exp.Literal) -> int | float:
    try:
        return int(node.this)
    except ValueError:
        pass
    try:
        return float(node.this)
    except ValueError:
        raise _refuse(node, "this is not a number") from None


def to_text(node: t.Condition | t.Term) -> str:
    """Write a condition as SQL; ``parse`` reads it back to an equal tree. What has no surface is written as a description."""
    match node:
        case t.Column(name, table):
            return f"{_quoted(table)}.{_quoted(name)}" if table else _quoted(name)
        case t.Literal(value):
            return _constant(value)
        case t.Call(function, arguments):
            return f"{function}({', '.join(map(to_text, arguments))})"
        case t.Compare(operator, left, right):
            return f"{to_text(left)} {operator} {to_text(right)}"
        case t.IsNull(term):
            return f"{to_text(term)} IS NULL"
        case t.OneOf(term, values):
            return f"{to_text(term)} IN ({', '.join(map(to_text, values))})"
        case t.Like(term, pattern):
            return f"{to_text(term)} LIKE {_constant(pattern)}"
        case t.And(parts):
            return "(" + " AND ".join(map(to_text, parts)) + ")"
        case t.Or(parts):
            return "(" + " OR ".join(map(to_text, parts)) + ")"
        case t.Not(part):
            return f"NOT ({to_text(part)})"
        case t.Exists(table, where, name):
            source = f"{_quoted(table)} AS {_quoted(name)}" if name else _quoted(table)
            return f"EXISTS (SELECT 1 FROM {source} WHERE {to_text(where)})"  # noqa: S608 - text for people
        case t.Under(table, columns, referred, where, through):
            links = f"{', '.join(map(_quoted, columns))} to {', '.join(map(_quoted, referred))}"
            by = f"{links} of rows where {to_text(through)}" if through else links
            return f"some row under it in {_quoted(table)}, by {by}, where {to_text(where)}"
        case t.Rare(_, where, columns, _, at_least):
            by = ", ".join([*map(_quoted, columns), *map(_linked, node.linked)])
            return f"of a group of fewer than {at_least} by {by}, or to go with one, where {to_text(where)}"
        case t.Truth(value):
            return "TRUE" if value else "FALSE"
        case t.Among(name):
            return f"among {name}"
        case t.Surely(part):
            return f"({to_text(part)}) IS TRUE"
        case t.Possibly(part):
            return f"({to_text(part)}) is not false"
        case t.Before(column, instant):
            return f"{to_text(column)} before {instant.isoformat()}"
        case t.Placeable(column):
            return f"{to_text(column)} is a plausible time"
        case t.Shaped(column, shape):
            return f"{to_text(column)} is already {shape}"


def _linked(node: t.Linked) -> str:
    by = ", ".join([*map(_quoted, node.columns), *map(_linked, node.within)])
    return f"rows of {_quoted(node.table)} via {', '.join(map(_quoted, node.by))} with {by}"


def _quoted(name: str) -> str:
    plain = name.isascii() and name.isidentifier() and name.upper() not in _RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'


_RESERVED = frozenset(
    [
        "ALL",
        "AND",
        "AS",
        "BETWEEN",
        "BY",
        "CASE",
        "CHECK",
        "COLUMN",
        "CROSS",
        "DATE",
        "DELETE",
        "DESC",
        "DISTINCT",
        "DROP",
        "ELSE",
        "END",
        "EXISTS",
        "FALSE",
        "FOR",
        "FROM",
        "FULL",
        "GROUP",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTO",
        "IS",
        "JOIN",
        "KEY",
        "LEFT",
        "LIKE",
        "LIMIT",
        "NOT",
        "NULL",
        "OFFSET",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "PRIMARY",
        "REFERENCES",
        "RIGHT",
        "SELECT",
        "SET",
        "TABLE",
        "THEN",
        "TO",
        "TRUE",
        "UNION",
        "UNIQUE",
        "UPDATE",
        "USER",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WITH",
    ]
)


def _constant(value: str | int | float | bool | date | Decimal | bytes | None) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return repr(value)
        case Decimal() | bytes():
            return "(a key as it is held)"
        case date():
            return f"DATE '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
