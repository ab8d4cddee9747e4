"""Configuration for nginx that shortens addresses before a line is written.

nginx cannot search and replace. The client's address is cut by patterns; any other text in which an address stands becomes a
hyphen, for in doubt it masks. Where more than that is wanted, the filter stands between the server and its log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .declared import NotProtected
from .formats import NGINX, field_name, nginx_format
from .hiding import Drop, Hiding, Truncate

#: variables that never hold an address
_PLAIN = frozenset(
    [
        "body_bytes_sent",
        "bytes_sent",
        "connection",
        "connection_requests",
        "gzip_ratio",
        "msec",
        "pipe",
        "request_length",
        "request_method",
        "request_time",
        "scheme",
        "server_port",
        "server_protocol",
        "ssl_cipher",
        "ssl_protocol",
        "status",
        "time_iso8601",
        "time_local",
        "upstream_response_time",
        "upstream_status",
    ]
)
_CLIENTS = frozenset({"remote_addr", "realip_remote_addr", "proxy_protocol_addr"})
#: an address in four or sixteen bytes, which no pattern can cut
_BINARY = "binary_remote_addr"
_GROUP, _DOT = "[0-9A-Fa-f]{1,4}", r"(?:\.|%2[Ee])"
_QUAD = rf"[0-9]{{1,3}}(?:{_DOT}[0-9]{{1,3}}){{3}}"
_COLON = "(?::|%3[Aa])"
#: digits, dots or colons that are written in a way in which nobody needs to write them
_ODD = r"%3[0-9]|%[46][1-6]|(?:\x5C|%5[Cc])(?:x|u00)"
#: a host's name that tells an address, as names.py has it, and somewhat more
_NAME = (
    r"(?:(?<=%[0-9A-Fa-f]{2})|(?<![0-9])(?<![0-9]-))(?!(?:[0-9]+-)*(?:19|20)[0-9]{2,}(?![0-9]))[0-9]+(?:-[0-9]+){3}"
    r"|(?:[0-9A-Fa-f]\.){8}[0-9A-Fa-f]|[0-9A-Fa-f]{1,4}(?:-[0-9A-Fa-f]{1,4}){7}|[23Ff][0-9A-Fa-f]{2,3}(?:-[0-9A-Fa-f]{1,4})*--[0-9A-Fa-f]"
    r"|(?:(?<![0-9A-Za-z._/-])|(?<=//)|(?<=/\x5C/)|(?<=%2[Ff]/)|(?<=%[0-9A-Fa-f]{2}))[0-9A-Za-z._-]*(?:[0-9A-Fa-f]{8}|[0-9]{12})\.[0-9A-Za-z_-]+\.[0-9A-Za-z]"
    r"|(?::|%3[Aa])(?:\x5C?/|%2[Ff]){2}(?:0[xX]|[0-9]{2})[0-9A-Fa-f]{6}"
)
_SIX = rf"{_COLON}{{2}}|(?:{_GROUP}{_COLON}){{7}}|%25|{_ODD}|{_NAME}"


@dataclass(frozen=True, slots=True)
class Nginx:
    """What is written for one log."""

    system: str
    format: str
    hiding: Hiding | None
    left_out: Mapping[str, str | None]

    def text(self, log: str) -> str:
        """The configuration, for the http context. Raises NotProtected where the server cannot do it."""
        form = nginx_format(self.format)
        maps: list[str] = []
        variables = list(dict.fromkeys(found["braced"] or found["bare"] for found in NGINX.finditer(form)))
        hidden = {name: self._hidden(name, maps) for name in variables}
        stored = NGINX.sub(lambda found: hidden[found["braced"] or found["bare"]], form)
        escape = " escape=json" if form.lstrip().startswith("{") else ""
        return "\n".join(
            (*maps, f"log_format zusage_{self._name}{escape} {_quoted(stored)};", f"access_log {log} zusage_{self._name};", "")
        )

    @property
    def _name(self) -> str:
        return self.system.replace("-", "_")

    def _hidden(self, variable: str, maps: list[str]) -> str:
        """What stands in the format for a variable, with the maps that it needs."""
        name = field_name(variable)
        if variable == _BINARY or (name in self.left_out and self.left_out[name] is None):
            return "-"
        now = f"${variable}"
        if self.hiding is not None and variable not in _PLAIN:
            now = self._map(variable, maps)
        unless = self.left_out.get(name)
        if unless:
            other = next((v for v in _variables(self.format) if field_name(v) == unless), unless)
            kept, now = now, f"$zusage_{self._name}_{variable}_if"
            maps.append(_map(f"${other}", now, [('""', "-"), ('"-"', "-")], kept))
        return "${" + now[1:] + "}"

    def _map(self, variable: str, maps: list[str]) -> str:
        now = f"$zusage_{self._name}_{variable}"
        if variable in _CLIENTS:
            maps.append(_map(f"${variable}", now, self._client(), "-"))
        elif variable == "http_user_agent":
            maps.append(_map(f"${variable}", now, [(f'"~{_SIX}"', "-"), (_versions(), f"${variable}")], "-"))
        else:
            maps.append(_map(f"${variable}", now, [(f'"~{_QUAD}|{_SIX}"', "-")], f"${variable}"))
        return now

    def _client(self) -> list[tuple[str, str]]:
        if isinstance(self.hiding, Drop):
            return []
        if not isinstance(self.hiding, Truncate) or self.hiding.ipv4 % 8 or self.hiding.ipv6 % 16 or not self.hiding.ipv6:
            raise NotProtected(
                f"the log {self.system}: nginx can cut an IPv4 address after 8, 16 or 24 bits and an IPv6 address after 16, 32, 48 or 64, "
                "and makes no codes. Put `zusage logs filter` between server and log."
            )
        return [*_fours("", self.hiding.ipv4), *_fours("::ffff:", self.hiding.ipv4), *_sixes(self.hiding)]


def _variables(form: str) -> list[str]:
    return [found["braced"] or found["bare"] for found in NGINX.finditer(nginx_format(form))]


def _map(source: str, target: str, cases: list[tuple[str, str]], default: str) -> str:
    inner = "".join(f"    {pattern} {value};\n" for pattern, value in cases)
    return f"map {source} {target} {{\n{inner}    default {default};\n}}"


def _fours(before: str, bits: int) -> Iterator[tuple[str, str]]:
    kept, cut = r"\.".join(["[0-9]+"] * (bits // 8)), r"\.".join(["[0-9]+"] * (4 - bits // 8))
    zeros = ".".join(["0"] * (4 - bits // 8))
    if not bits:
        yield f'"~^{before}{cut}$"', f'"{before}{zeros}"'
    else:
        yield rf'"~^(?<zusage_k>{before}{kept})\.{cut}$"', f'"$zusage_k.{zeros}"'


def _sixes(hiding: Truncate) -> Iterator[tuple[str, str]]:
    """nginx writes IPv6 addresses in one way: small letters, ``::`` for the longest run of zeros."""
    if hiding.ipv4 == 24 and hiding.ipv6 >= 40:
        yield '"~^(?<zusage_k>2002:[0-9a-f]{1,4}:[0-9a-f]{1,2})[0-9a-f]{2}:"', '"${zusage_k}00::"'
    yield '"~^2002:"', '"2002::"'
    for groups in range(hiding.ipv6 // 16, 0, -1):
        behind = ":" if groups == hiding.ipv6 // 16 else "::"
        yield f'"~^(?<zusage_k>{":".join(["[0-9a-f]{1,4}"] * groups)}){behind}"', '"$zusage_k::"'
    yield '"~^::"', '"::"'


def _versions() -> str:
    """A browser's name in which every number of four parts is a version."""
    return rf'"~^(?:(?:(?<=[ (;,])|^)[A-Za-z][A-Za-z0-9_+-]*/[0-9]+(?:\.[0-9]+)+|(?!{_QUAD})[\s\S])*$"'


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
