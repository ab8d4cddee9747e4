"""What the interface answers where a call cannot be read: which field is wrong and how. No answer repeats what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

#: how many mistakes an answer names
_MOST = 5
#: of kinds whose own words would repeat what was sent
_SAID: Mapping[str, str] = {
    "extra_forbidden": "there is a field that is not known here",
    "string_unicode": "it cannot be written as UTF-8",
    "string_pattern_mismatch": "it says nothing, has a character that cannot be stored, or is not of the form that is asked for",
}


def unread_by(api: NinjaAPI) -> None:
    """Have an interface answer so what it cannot read."""

    @cache
    def known() -> frozenset[str]:
        schema = api.get_openapi_schema()
        parts = schema.get("components", {}).get("schemas", {}).values()
        asked = (one["name"] for path in schema["paths"].values() for way in path.values() for one in way["parameters"])
        return frozenset({name for part in parts for name in part.get("properties", {})} | set(asked))

    def unfit(request: HttpRequest, error: Any) -> HttpResponse:
        found: Sequence[Mapping[str, Any]] = error.errors
        said = "; ".join(_mistakes(found[:_MOST], known()))
        more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
        return api.create_response(request, {"code": "unfit", "detail": f"{said}{more}. Nothing was noted."}, status=422)

    def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
        detail = "the body is no JSON. Nothing was noted." if error.status_code == 400 else str(error)
        return api.create_response(request, {"code": "unfit", "detail": detail}, status=error.status_code)

    def nobody(request: HttpRequest, error: Any) -> HttpResponse:
        detail = "no token was given that is worth anything: send `Authorization: Bearer …`"
        return api.create_response(request, {"code": "no-token", "detail": detail}, status=401)

    api.add_exception_handler(ValidationError, unfit)
    api.add_exception_handler(HttpError, unreadable)
    api.add_exception_handler(AuthenticationError, nobody)


def _mistakes(found: Sequence[Mapping[str, Any]], known: frozenset[str]) -> Iterator[str]:
    for one in found:
        where = ".".join(dict.fromkeys(part for part in one["loc"][1:] if part in known)) or str(one["loc"][0])
        yield f"{where}: {_how(one)}"


def _how(one: Mapping[str, Any]) -> str:
    if one["type"] == "union_tag_invalid":
        return f"it is none of {one.get('ctx', {}).get('expected_tags', 'those that are described')}"
    return _SAID.get(one["type"], str(one["msg"]).lower())
