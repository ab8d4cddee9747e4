"""A document for paper, by WeasyPrint. Nothing is fetched: style and pictures are given, and no address in the document is followed."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any


class NoPrinter(Exception):
    """No PDF can be made on this machine."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"no PDF can be made here: {what}. A person must be able to read and keep the answer; nothing was written. "
            "Install zusage[pdf] and the Debian packages libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
        )


def printed(html: str, style: str, pictures: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The document as PDF/UA, with PNG ``pictures`` by the names that it has for them; raises NoPrinter."""
    try:
        weasyprint: Any = import_module("weasyprint")
        nothing = import_module("weasyprint.urls").URLFetcher(allowed_protocols=("data",))
    except (ImportError, OSError):  # OSError: its libraries are missing
        raise NoPrinter("WeasyPrint or its libraries are missing") from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # what it says of a document could quote it
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    text = html.replace('<link rel="stylesheet" href="notice.css">', "")
    for name, picture in pictures.items():
        text = text.replace(f'src="{name}"', f'src="data:image/png;base64,{b64encode(picture).decode()}"')
    document = weasyprint.HTML(string=text, url_fetcher=nothing)
    made: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(string=style, url_fetcher=nothing)], pdf_variant="pdf/ua-1")
    return made
