"""Of which tables a trigger changes rows, as far as its text says. What it only adds changes no row that is there."""

from __future__ import annotations

import re

#: stands for tables that cannot be known: the text is out of sight, or carries out what it has put together or what stands elsewhere
ANY = "*"
_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_NAME = r'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$]+)'
_CHANGES = re.compile(
    r"\b(?:update(?:\s+or\s+\w+)?|delete\s+from|merge\s+into|truncate(?:\s+table)?|replace\s+into|insert\s+or\s+replace\s+into)"
    rf"\s+(?:only\s+)?((?:{_NAME}\s*\.\s*)*{_NAME})",
    re.IGNORECASE,
)
_ADDS = re.compile(rf"\binsert\s+into\s+((?:{_NAME}\s*\.\s*)*{_NAME})", re.IGNORECASE)
_WRITES = re.compile(
    rf"\b(insert\s+into|update|delete\s+from)\s+(?!set\b)(?:only\s+)?((?:{_NAME}\s*\.\s*)*{_NAME})", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(?:merge|truncate)\b", re.IGNORECASE)
_OVER = re.compile(r"\bon\s+(?:conflict|duplicate)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:execute|perform|call)\b", re.IGNORECASE)


def altered(text: str | None) -> tuple[str, ...]:
    """The bare names in small letters, ``ANY`` among them where there may be more."""
    if text is None:
        return (ANY,)
    plain = _ASIDE.sub(" ", text)
    found = [*_CHANGES.findall(plain), *(_ADDS.findall(plain) if _OVER.search(plain) else ())]
    names = {re.split(r"\s*\.\s*", name)[-1].strip('"`[]').lower() for name in found}
    return tuple(sorted(names | ({ANY} if _ELSEWHERE.search(plain) else set())))


def needed(text: str | None) -> tuple[str, ...]:
    """Rights that a trigger needs by its text, each as ``INSERT on t``; none where the text is out of sight, or does not say it all."""
    plain = _ASIDE.sub(" ", text or "")
    if _ELSEWHERE.search(plain) or _WHOLE.search(plain):
        return ()
    found = [(verb.split()[0].upper(), re.sub(r"\s+", "", name)) for verb, name in _WRITES.findall(plain)]
    found += [("UPDATE", name) for verb, name in found if verb == "INSERT" and _OVER.search(plain)]
    return tuple(sorted({f"{verb} on {name}" for verb, name in found}))
