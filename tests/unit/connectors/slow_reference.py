"""Masking as one would explain it, slow and obvious: every stretch of a line that Python's own ``ipaddress`` takes for an address.

Nothing of the product is used here.
"""

from __future__ import annotations

import ipaddress
import re

_V4 = re.compile(r"(\d{1,3})((?:\.|%2[Ee]))(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?!\d)")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|\\\\x[0-9A-Fa-f]{2}")
_PLAIN = re.compile(r"[^0-9A-Fa-f:%\\]+")
_MAYBE = re.compile(r"\d{1,3}(?:\.|%2[Ee])|(?:[0-9A-Fa-f]{0,4}(?::|%3A)){2}")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2})$")
_VERSION = re.compile(r"(?:^|[ \"(;,])[A-Za-z][\w+-]*/$|rv:$")
#: what makes it doubtful where an address ends: another group, as of a port behind it without brackets
_GOES_ON = re.compile(r"(?::|%3A)[0-9A-Za-z]")
#: nothing but a port of an address that has all of its groups
_PORT = re.compile(r"(?::|%3A)\d{1,5}(?![0-9A-Za-z.:]|%3A)")
_WORD = re.compile(r"(?:[0-9A-Za-z.:]|%3A)+")
#: an escape, or a name; and the pieces of one
_NAME = re.compile(r"(%(?:25)?[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2})|([A-Za-z0-9_.-]+)")
_PIECES = re.compile(r"[0-9A-Fa-f]+|[A-Za-z_]|[.-]")
_V6_SIGNS = frozenset("0123456789abcdefABCDEF:.")


def mask_line(line: bytes, name: str) -> bytes:
    """The line of a format with its addresses cut to 24 and 48 bits."""
    text = line.decode("latin-1")
    if name == "combined":
        agent = _quoted(text, 2)
    elif name == "json":
        found = re.search(r'"user_agent":"((?:[^"\\]|\\.)*)"', text)
        agent = found.span(1) if found else None
    elif name in ("nginx", "apache"):
        agent = _quoted(text, 0)
    else:
        agent = None
    if agent:
        start, end = agent
        inside = _mask(text[start:end], (0, end - start))
        return (_mask(_unnamed(text[:start]), None) + inside + _mask(_unnamed(text[end:]), None)).encode("latin-1")
    return _mask(_unnamed(text), None).encode("latin-1")


def _unnamed(text: str) -> str:
    """The text with a hyphen for what tells an address in a host's name."""
    return _NAME.sub(lambda found: found[1] or _unnamed_name(found[2], text[: found.start()]), text)


def _unnamed_name(name: str, before: str) -> str:
    """The longest stretch from the left whose digits some provider would write for an address."""
    if not re.search(r"(?:[0-9A-Fa-f]+[.-]){3}|[0-9A-Fa-f]{8}|--", name):
        return name
    ends = [0, *(found.end() for found in _PIECES.finditer(name))]
    for start in ends:
        for end in reversed(ends):
            if end - start >= 7 and _tells(name[:start], name[start:end], name[end:], before):
                return f"{name[:start]}-{_unnamed_name(name[end:], before + name[:end])}"
    return name


def _tells(left: str, stretch: str, right: str, before: str) -> bool:
    if left[-1:].isdigit() or right[:1].isdigit():
        return False
    for sign in ".-":
        if re.search(rf"\d\{sign}$", left) or re.match(rf"\{sign}\d", right):
            continue  # numbers that go on
        parts = stretch.split(sign)
        if all(part.isdecimal() for part in parts) and any(_is_four(parts[at : at + 4]) for at in range(len(parts) - 3)):
            letters = re.search(r"[A-Za-z][._-]?$", left) or re.match(r"[._-]?[A-Za-z]", right)
            year = any(len(part) > 3 and part[:2] in ("19", "20") for part in parts)
            if sign == "." and re.match(r"\.[A-Za-z]", right):
                return True
            if sign == "-" and not year and (letters or any(int(part) > 99 for part in parts)):
                return True
    groups, nibbles = stretch.split("-"), stretch.split(".")
    alone = not left[-1:].isalnum() and not right[:1].isalnum()
    if alone and ((len(groups) == 8 and _are_hex(groups, 4)) or (len(nibbles) >= 9 and _are_hex(nibbles, 1))):
        return True
    if (
        not left
        and re.match(r"[23f]", stretch, re.I)
        and len(groups[0]) in (3, 4)
        and stretch.count("--") == 1
        and right[:1] == "."
    ):
        return _are_hex([group for group in groups if group], 4)
    in_path = before.endswith(("/", "%2F")) and not before.endswith(("//", "%2F%2F"))
    last = not in_path and re.match(r"\.[\w-]+\.\w", right) and not re.search(r"[0-9A-Fa-f]$", left)
    return bool(last) and re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}", stretch) is not None


def _is_four(parts: list[str]) -> bool:
    try:
        return bool(ipaddress.IPv4Address(".".join(str(int(part)) if len(part) < 4 else part for part in parts)))
    except ValueError:
        return False


def _are_hex(parts: list[str], most: int) -> bool:
    return all(1 <= len(part) <= most and all(sign in "0123456789abcdefABCDEF" for sign in part) for part in parts)


def _quoted(text: str, number: int) -> tuple[int, int] | None:
    spans = [found.span(1) for found in re.finditer(r'"((?:[^"\\]|\\.)*)"', text)]
    return spans[number] if number < len(spans) else None


def _mask(text: str, agent: tuple[int, int] | None) -> str:
    done = ""
    at = 0
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain:
            done, at = done + plain[0], plain.end()
            continue
        escape = _ESCAPE.match(text, at) if text[at] in "%\\" else None
        if escape and escape[0].upper() != "%3A":
            done, at = done + escape[0], escape.end()
            continue
        inside = agent is not None and agent[0] <= at < agent[1]
        length, instead = _address_at(text, at, inside)
        done += instead if length else text[at]
        at += length or 1
    return done


def _address_at(text: str, at: int, in_agent: bool) -> tuple[int, str]:
    if not _MAYBE.match(text, at):
        return 0, ""
    before = text[at - 1] if at else " "
    if before.isalnum() and not _ESCAPED.search(text[max(0, at - 4) : at]):
        return 0, ""
    four = _V4.match(text, at)
    if four and all(int(four[n]) < 256 for n in (1, 3, 4, 5)):
        if in_agent and _VERSION.search(text[max(0, at - 80) : at]):
            return 0, ""
        return four.end() - at, four[2].join((str(int(four[1])), str(int(four[3])), str(int(four[4])), "0"))
    return _six_at(text, at)


def _six_at(text: str, at: int) -> tuple[int, str]:
    """The longest stretch that is an IPv6 address, with its colons written plainly or as ``%3A``; in doubt the whole word goes."""
    for colon in (":", "%3A"):
        if colon not in text[at : at + 4 + len(colon)]:
            continue
        end, plain = at, ""
        ends = [(at, "")]
        while end < len(text):
            if text.startswith(colon, end):
                plain, end = plain + ":", end + len(colon)
            elif text[end] in _V6_SIGNS and text[end] != ":":
                plain, end = plain + text[end], end + 1
            else:
                break
            ends.append((end, plain))
        for stop, candidate in reversed(ends):
            if candidate.count(":") < 2 or text[stop : stop + 1].isalnum():
                continue
            try:
                address = ipaddress.IPv6Address(candidate)
            except ValueError:
                continue
            port = _PORT.match(text, stop)
            if port and candidate.count(":") == 7 and "::" not in candidate and "." not in candidate:
                return stop - at, f"[{_spelt(_cut(address)).replace(':', colon)}]"
            if "." not in candidate and _GOES_ON.match(text, stop):
                return _WORD.match(text, at).end() - at, "-"
            masked = _cut(address)
            if masked == address:
                return stop - at, text[at:stop]
            return stop - at, _spelt(masked).replace(":", colon)
    return 0, ""


def _cut(address: ipaddress.IPv6Address) -> ipaddress.IPv6Address:
    if address.ipv4_mapped:
        return ipaddress.IPv6Address(int(address) & ~0xFF)
    bits = 40 if address in ipaddress.IPv6Network("2002::/16") else 48
    return ipaddress.IPv6Network((address, bits), strict=False).network_address


def _spelt(address: ipaddress.IPv6Address) -> str:
    """The groups up to the last that is not zero, then ``::``."""
    if address.ipv4_mapped:
        return f"::ffff:{address.ipv4_mapped}"
    groups = [int(group, 16) for group in address.exploded.split(":")]
    while groups and not groups[-1]:
        groups.pop()
    return ":".join(f"{group:x}" for group in groups) + "::"
