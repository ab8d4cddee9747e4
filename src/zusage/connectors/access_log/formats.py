"""The form of a log's lines, from the server's own words: fields, and what stands between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Role = Literal["plain", "client", "agent"]
Kind = Literal["fields", "json", "text"]


class FormatUnfit(ValueError):
    """A format from which the fields of a line cannot be told. Write the server's own log_format or LogFormat."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; it ends where ``after`` begins."""

    name: str
    role: Role
    #: the bytes up to the next field, or up to the end of the line
    after: bytes
    #: in quotation marks: a backslash takes the sign behind it along
    quoted: bool


@dataclass(frozen=True)
class Format:
    """How a line is made."""

    kind: Kind
    #: the bytes before the first field
    before: bytes = b""
    fields: tuple[Field, ...] = ()

    @cached_property
    def shape(self) -> re.Pattern[bytes]:
        """A regular expression with one group a field; a line that does not fit has no fields."""
        parts = [re.escape(self.before)]
        for field in self.fields:
            after, stop = re.escape(field.after), re.escape(field.after[:1])
            if not field.after:
                parts.append(rb"(.*)")
            elif field.quoted:
                parts.append(rb"((?:[^\\%b]++|\\.|(?!%b)%b)*+)" % (stop, after, stop))
            else:
                parts.append(rb"((?:[^%b]++|(?!%b)%b)*+)" % (stop, after, stop))
            parts.append(after)
        return re.compile(b"".join(parts) + rb"\Z", re.DOTALL)

    def values(self, line: bytes) -> tuple[bytes, ...] | None:
        """The fields' values in a line without its end; None where it does not fit."""
        found = self.shape.match(line)
        return found.groups() if found else None

    def place(self, name: str) -> int:
        """Which field, from 0, has a name; raises FormatUnfit."""
        if name not in self.names:
            raise FormatUnfit(f"the format has no field {name}; it has {', '.join(self.names) or 'none'}")
        return next(place for place, field in enumerate(self.fields) if field.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, each once."""
        return tuple(dict.fromkeys(field.name for field in self.fields))


_COMMON = '%h %l %u %t "%r" %>s %b'
#: formats that have a name. ``text`` has no fields that could be told apart: an error log, or whatever begins with a time
NAMED: dict[str, str] = {"common": _COMMON, "combined": _COMMON + ' "%{Referer}i" "%{User-Agent}i"'}
TEXTS = ("nginx-error", "apache-error", "timestamped")

_NAMES: dict[str, str] = {
    "remote_addr": "ip_address", "remote_host": "ip_address", "realip_remote_addr": "ip_address", "proxy_protocol_addr": "ip_address",
    "remote_user": "user", "time_local": "time", "time_iso8601": "time", "msec": "time", "body_bytes_sent": "size",
    "bytes_sent": "size", "http_referer": "referrer", "http_user_agent": "user_agent",
    "h": "ip_address", "a": "ip_address", "l": "ident", "u": "user", "t": "time", "r": "request", "s": "status",
    "b": "size", "B": "size", "O": "size", "referer": "referrer", "user-agent": "user_agent", "m": "method", "U": "path", "q": "query",
    "v": "host", "V": "host", "p": "port", "D": "duration", "T": "duration", "H": "protocol", "f": "file", "P": "process", "k": "requests",
    "X": "connection", "I": "received", "L": "error",
}  # fmt: skip
_ROLES: dict[str, Role] = {"ip_address": "client", "user_agent": "agent"}
_NGINX_COMMON = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
_NGINX_NAMED = {"common": _NGINX_COMMON, "combined": _NGINX_COMMON + ' "$http_referer" "$http_user_agent"'}


def nginx_format(text: str) -> str:
    """A format in nginx's words. Raises FormatUnfit where it is none."""
    words = _NGINX_NAMED.get(text, text)
    if not NGINX.search(words):
        raise FormatUnfit(f"{text!r} is no format of nginx; write its log_format in the manifest")
    return words


#: keys of JSON lines that hold what a browser says of itself
AGENT_KEYS = frozenset(
    {"user_agent", "useragent", "user-agent", "http_user_agent", "agent", "http.user_agent", "request_user-agent"}
)
#: a variable of nginx
NGINX = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")
_APACHE = re.compile(r"%(?:[!\d,]+)?[<>]?(?:\{(?P<what>[^}]*)\}[<>]?(?P<of>\^?[A-Za-z]{1,2})|(?P<bare>[A-Za-z])|(?P<percent>%))")


def parse(text: str) -> Format:
    """Read a named format, an nginx ``log_format`` or an Apache ``LogFormat``. Raises FormatUnfit."""
    text = text.strip()
    if text == "json":
        return Format("json")
    if text in TEXTS:
        return Format("text")
    text = NAMED.get(text, text)
    pieces = _nginx(text) if NGINX.search(text) else _apache(text)
    fields = [piece for piece in pieces if isinstance(piece, str)]
    if not fields:
        raise FormatUnfit(
            f"{text!r} is no format of a log: write common, combined, json, {', '.join(TEXTS)}, "
            "or the server's own log_format, such as '$remote_addr [$time_iso8601] \"$request\" $status'"
        )
    return _joined(pieces)


def field_name(variable: str) -> str:
    """What a variable of nginx or a directive of Apache is called here."""
    return _NAMES.get(variable, variable.removeprefix("http_").replace("-", "_"))


def _nginx(text: str) -> list[str | bytes]:
    found: list[str | bytes] = []
    at = 0
    for variable in NGINX.finditer(text):
        found += [text[at : variable.start()].encode(), variable["braced"] or variable["bare"]]
        at = variable.end()
    return [*found, text[at:].encode()]


def _apache(text: str) -> list[str | bytes]:
    found: list[str | bytes] = []
    text = text.replace('\\"', '"').replace("\\t", "\t")
    at = 0
    for directive in _APACHE.finditer(text):
        between = text[at : directive.start()].encode()
        if directive["percent"]:
            found += [between, b"%"]
        elif directive["bare"] == "t":
            found += [between + b"[", "t", b"]"]
        else:
            found += [between, _apache_name(directive["what"], directive["of"], directive["bare"])]
        at = directive.end()
    return [*found, text[at:].encode()]


def _apache_name(what: str | None, of: str | None, bare: str | None) -> str:
    if bare or what is None or of is None:
        return bare or ""
    if of in ("i", "o"):
        return what.lower()
    return of if of in ("a", "h", "t", "p", "T") else f"{what.lower()}"


def _joined(pieces: list[str | bytes]) -> Format:
    """Pieces between two fields become one; two fields with nothing between them cannot be told apart."""
    before = b""
    fields: list[Field] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            if fields:
                fields[-1] = Field(fields[-1].name, fields[-1].role, fields[-1].after + piece, fields[-1].quoted)
            else:
                before += piece
            continue
        if fields and not fields[-1].after:
            raise FormatUnfit(f"nothing stands between {fields[-1].name} and {piece}, so that they cannot be told apart")
        name = field_name(piece)
        opened = fields[-1].after if fields else before
        fields.append(Field(name, _ROLES.get(name, "plain"), b"", opened.endswith(b'"')))
    return Format("fields", before, tuple(_quoted(field) for field in fields))


def _quoted(field: Field) -> Field:
    """Only a field that also ends with a quotation mark is in quotation marks."""
    return Field(field.name, field.role, field.after, field.quoted and field.after.startswith(b'"'))
