"""Spoilt manifests: bytes, lines, scalars and parts of a sound one replaced by what nobody expects."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from ruamel.yaml import YAML

_BOMB = "[&a [x, x, x, x, x, x, x, x], &b [*a, *a, *a, *a, *a, *a, *a, *a], &c [*b, *b, *b, *b, *b, *b, *b, *b], &d [*c, *c, *c, *c, *c, *c, *c, *c], &e [*d, *d, *d, *d, *d, *d, *d, *d], [*e, *e, *e, *e, *e, *e, *e, *e]]"

#: what may stand where a value is expected, as YAML
ODD_YAML = (
    '!!python/object/apply:os.system ["true"]', "!!python/name:os.system", "!!python/tuple [1]", "!foo bar", "!!binary aGk=",
    "!!set {a, b}", "!!omap [a: 1]", "!!int x", "!!float x", "!!timestamp x", "!!str 5", "!!null x", "&again [*again]",
    "&again {again: *again}", "*nowhere", "&", "*", "{<<: *title}", "{<<: [*title, *title]}", "{<<: 5}", "{<<: [1]}",
    "{<<: {<<: *title}, de: x}", _BOMB, "\tx", "x\ty", "9" * 5000, "1" + "0" * 300, "0x" + "f" * 300, "-0", "0o777", "0b11", "1_000",
    "1:30:00", ".nan", ".inf", "-.inf", "1e999", "2024-02-30", "2024-02-29", "0000-00-00", "2024-01-01T00:00:00Z", "12:30", "null",
    "~", "", "true", "False", "yes", "=", "<<", "[[[[[[[[]]]]]]]]", "[" * 50 + "]" * 50, "[" * 3000, "{" * 3000, "{a: " * 60 + "}" * 60,
    '"\\ud800"', '"\\udfff x"', '"\\0"', '"\\e[31mred"', '"\\x85"', '"\\U0001F600"', "😀", "ß", "‮abc", "\ufeff", "\u2028", "é" * 3000,
    "x" * 100_000, "'", '"', "|", ">-", "|2\n x", "|\n   text\n  less", "@x", "`x`", "%x", "- x", "? [a]\n: b", "{[a]: b}", "{{a: b}: c}",
    "{? : }", "{null: x}", "{true: x}", "{1: x, '1': y}", "{a: 1, a: 2}", "{2024-01-01: x}", "#", "x #y", "...", "---", "--- x", "a: b: c",
    "P", "PT", "P0D", "P9999Y", "P99999999Y", "P1DT1H", "-P1D", "p1y", "end_of_year()", "end_of_year(a, b)", "latest(a)", "latest(a,)",
    "a; DROP TABLE b", "1 = 1; DELETE FROM x", "(" * 59 + "a" + ")" * 59, "(" * 500, "NOT " * 900 + "a", "a = b AND " * 300 + "c",
    "EXISTS (SELECT * FROM a JOIN b)", "EXISTS (SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b))", "a IN ()", "a IN (SELECT 1)", "a LIKE b",
    "CAST(a AS INT)", "load_extension('x')", "a = DATE '2024-02-30'", "CASE WHEN a THEN b END", "/* x", "-- x", "a = 'x", "a ~ 'b'", "?",
    ":name", "$1", "a = NULL", "a IS 5", "SELECT 1", "*", "a.b.c.d = 1", "-5", "a = -b", "x via y", "shop.a.b.c.d via e", "a.b(c, d) via e", "a.b via c",
    "../../../etc/passwd", "/dev/zero", "Europe", "Europe/Nowhere", "postgresql://u:secret@h/d", "${", "${}", "NaN", "1.0", "[1]", "{a: 1}",
)  # fmt: skip

#: what may stand where a part is expected, as values
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**63, 10**300, 0.5, float("inf"), float("nan"), "", " ", "x", "x" * 5000, "\n", "P1Y", "a.b", "a via b",
    [], [None], [[]], [{}], ["x"], ["x", "x"], [1, 2], {}, {"": ""}, {"de": "x"}, {"de": "x", "en": 5}, {"x": None}, {"<<": {}},
    {"import": "x"}, {"from_": "x"}, {"value": True}, {"columns": ["x"]}, {"years": 1}, "import", [["x"] * 3] * 3,
)  # fmt: skip


def mutants(text: str, seed: int, number: int) -> Iterator[bytes]:
    """``number`` spoilt copies of a manifest; the same seed gives the same."""
    chance = random.Random(seed)
    plain = _plain(text)
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: _bytes(text, chance),
        lambda: _lines(text, chance),
        lambda: _scalar(text, chance),
        lambda: _scalar(text, chance),
        lambda: _part(plain, chance),
        lambda: _part(plain, chance),
        lambda: _insertion(text, chance),
    )
    for _ in range(number):
        yield chance.choice(ways)()


@cache
def _plain(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def _bytes(text: str, chance: random.Random) -> bytes:
    content = bytearray(text.encode())
    for _ in range(chance.choice((1, 1, 1, 2, 5, 30))):
        at = chance.randrange(len(content))
        content[at] = chance.choice((content[at] ^ (1 << chance.randrange(8)), chance.randrange(256), 0, 9, 34, 58, 123))
    if chance.random() < 0.1:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def _lines(text: str, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    for _ in range(chance.choice((1, 1, 2, 4))):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[one]
            case 1:
                lines.insert(other, lines[one])
            case 2:
                lines[one], lines[other] = lines[other], lines[one]
            case 3:
                lines[one] = "  " + lines[one]
            case 4:
                lines[one] = lines[one][1:]
            case _:
                lines[one] = lines[one].replace(" ", "\t", 1)
    return "".join(lines).encode()


def _scalar(text: str, chance: random.Random) -> bytes:
    places = list(re.finditer(r"(?<=: )[^\n{}\[\],]+|(?<=[\[,] )?\b[a-z_.]+\b", text))
    found = chance.choice(places)
    return (text[: found.start()] + chance.choice(ODD_YAML) + text[found.end() :]).encode("utf-8", "surrogatepass")


def _insertion(text: str, chance: random.Random) -> bytes:
    at = chance.randrange(len(text))
    return (text[:at] + chance.choice(ODD_YAML) + text[at:]).encode("utf-8", "surrogatepass")


def _part(plain: Any, chance: random.Random) -> bytes:
    copied = json.loads(json.dumps(plain))
    for _ in range(chance.choice((1, 1, 2, 3))):
        inner, key = chance.choice(list(_places(copied)) or [(copied, "zusage")])
        match chance.randrange(4):
            case 0:
                inner.pop(key) if isinstance(inner, list) else inner.pop(key, None)
            case 1 if isinstance(inner, dict):
                inner[chance.choice(("form", "keeps", "names", "Zusage", "x y", "ä", "purpos"))] = copy.deepcopy(inner.get(key))
            case _:
                inner[key] = copy.deepcopy(chance.choice(ODD_VALUES))
    return json.dumps(copied, indent=1, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)
