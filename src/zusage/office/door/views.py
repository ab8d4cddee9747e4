"""What the door answers. No cookie is set, and nothing is looked up before somebody is answered."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.urls import path

from zusage.bootstrap import Product
from zusage.bootstrap.cases import fetching
from zusage.bootstrap.cases.door import confirm, good, knock
from zusage.bootstrap.cases.login import ask_logged_in
from zusage.documents.catalogue import Language
from zusage.rights.case import RIGHTS, Right

from . import pages

_METHODS = ("GET", "HEAD", "POST")
_log = logging.getLogger("zusage.cases")
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+\.[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+"
)


def _answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whatever cannot be done now is told as a page; the log has its kind alone, for a driver's words may hold a value."""

    @wraps(view)
    def answered(request: HttpRequest, **parts: str) -> HttpResponse:
        product, _ = _door(request)
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        try:
            return view(request, **parts)
        except (BadRequest, SuspiciousOperation, MultiPartParserError):  # what was sent is no form: Django says so
            raise
        except Exception as error:  # noqa: BLE001 - a person waits for an answer, whatever went wrong
            _log.error("a request could not be answered: %s", type(error).__name__)
            asked = request.GET.get("language", "") if request.method != "POST" else request.POST.get("language", "")
            language = pages.language_of(request.headers.get("Accept-Language", ""), asked)
            return pages.unavailable(product.loaded.manifest, language, "../" if parts else "")

    return answered


def _door(request: HttpRequest) -> tuple[Product, Callable[[], None]]:
    """Only through the door of this service, and only where the manifest declares one."""
    scope = request.scope  # type: ignore[attr-defined]  # Django's ASGI handler puts it there
    product, wake = scope.get("zusage.product"), scope.get("zusage.wake")
    requests = product.loaded.manifest.requests if isinstance(product, Product) else None
    if not isinstance(product, Product) or wake is None or requests is None or requests.door is None:
        raise Http404
    return product, wake


@_answered
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it."""
    product, wake = _door(request)
    manifest, accepted = product.loaded.manifest, request.headers.get("Accept-Language", "")
    if request.method != "POST":
        return pages.form(manifest, pages.language_of(accepted, request.GET.get("language", "")))
    sent = request.POST
    language = pages.language_of(accepted, sent.get("language", ""))
    right = next((one for one in RIGHTS if one == sent.get("right")), None)
    if "login" in sent:
        return _logged_in(product, sent, right, language)
    address, words = sent.get("address", "").strip(), _words(sent)
    wrong = _wrong(right, address, words)
    if right is None or wrong:
        return pages.form(manifest, language, {"right": right or "", "address": address, "words": words}, wrong)
    knock(product, right, address, words, language)
    wake()
    return pages.sent(manifest, language, delayed=request.scope["zusage.delayed"]())  # type: ignore[attr-defined]


def _logged_in(product: Product, sent: QueryDict, right: Right | None, language: Language) -> HttpResponse:
    """The service says who asks."""
    words = _words(sent)
    found = ask_logged_in(product, sent.get("login", ""), right, words) if right and len(words) <= pages.WORDS else None
    manifest = product.loaded.manifest
    return pages.confirmed(manifest, language, found, root="") if found else pages.unbelieved(manifest, language)


def _words(sent: QueryDict) -> str:
    return sent.get("words", "").replace("\r\n", "\n").replace("\x00", "").strip()


@_answered
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A mailed link: looking at it uses nothing up, for mail scanners look at every link."""
    product, _ = _door(request)
    manifest = product.loaded.manifest
    language = pages.language_of(request.headers.get("Accept-Language", ""))
    if request.method != "POST":
        return pages.to_confirm(language) if good(product, secret) else pages.refused(manifest, language)
    found = confirm(product, secret)
    return pages.confirmed(manifest, language, found) if found else pages.refused(manifest, language)


@_answered
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """An answer behind a link that is good once: a letter is shown, what has files is sent as an archive."""
    product, _ = _door(request)
    manifest = product.loaded.manifest
    language = pages.language_of(request.headers.get("Accept-Language", ""))
    if request.method != "POST":
        return pages.to_fetch(language) if fetching.good(product, secret) else pages.refused(manifest, language)
    parcel = fetching.fetch(product, secret)
    if parcel is None:
        return pages.refused(manifest, language)
    letter = parcel.letter
    return pages.letter(language, letter) if letter else pages.archive(parcel)


@_answered
def answers(request: HttpRequest, **parts: str) -> HttpResponse:
    """What lies ready for whoever is logged in, as the service says."""
    product, _ = _door(request)
    manifest, sent = product.loaded.manifest, request.POST
    language = pages.language_of(request.headers.get("Accept-Language", ""), sent.get("language", ""))
    found = fetching.lying_ready(product, sent.get("login", "")) if request.method == "POST" else None
    return pages.unbelieved(manifest, language) if found is None else pages.ready(language, found)


def style(request: HttpRequest) -> HttpResponse:
    """The style of the pages."""
    _door(request)
    made = HttpResponse(pages.style(), content_type="text/css; charset=utf-8")
    made["Cache-Control"] = "max-age=3600"
    made["X-Content-Type-Options"] = "nosniff"
    return made


def _wrong(right: Right | None, address: str, words: str) -> list[str]:
    """Which fields do not fit, in the order of the form."""
    fits = {
        "right": right is not None,
        "address": len(address) <= pages.ADDRESS and bool(_ADDRESS.fullmatch(address)),
        "words": len(words) <= pages.WORDS,
    }
    return [field for field, good in fits.items() if not good]


urls = [
    path("", ask),
    path("page.css", style),
    path("link/<str:secret>", link),
    path("answer/<str:secret>", answer),
    path("answers", answers),
]
