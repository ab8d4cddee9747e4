"""What people call what they have written: a parser's names for it are nobody's words."""

from __future__ import annotations

from sqlglot import exp

#: kinds of the parser whose names are not what stands in the text
_WRITTEN: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Neg: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.IntDiv: "DIV",
    exp.DPipe: "||",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "^",
    exp.BitwiseNot: "~",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
    exp.RegexpLike: "a regular expression",
    exp.RegexpILike: "a regular expression",
    exp.SimilarTo: "SIMILAR TO",
    exp.JSONExtract: "a path into a document (-> or #>)",
    exp.JSONBExtract: "a path into a document (-> or #>)",
    exp.JSONExtractScalar: "a path into a document (->> or #>>)",
    exp.JSONBExtractScalar: "a path into a document (->> or #>>)",
    exp.Distance: "<->",
    exp.PropertyEQ: ":=",
    exp.AtTimeZone: "AT TIME ZONE",
    exp.Bracket: "an element in brackets",
    exp.Tuple: "a row of several values",
    exp.Subquery: "a query in brackets",
    exp.Select: "a query",
    exp.Placeholder: "a placeholder",
    exp.Parameter: "a variable",
    exp.Block: "more than one statement",
    exp.DateTrunc: "DATE_TRUNC",
}


def name_of(node: exp.Expr) -> str:
    """An operator by its sign, anything else by its name or in words."""
    if isinstance(node, exp.Anonymous):
        return f"the function {node.this}"
    return _WRITTEN.get(type(node)) or type(node).__name__.upper()
