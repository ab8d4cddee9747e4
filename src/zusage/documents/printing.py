"""A document for paper, by WeasyPrint. Nothing is fetched: the style is given, and no address in the document is followed."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any, NoReturn


class NoPrinter(Exception):
    """No PDF can be made on this machine."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"no PDF can be made here: {what}. A person must be able to read and keep the answer; nothing was written. "
            "Install zusage[pdf] and the Debian packages libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
        )


def printed(html: str, style: str) -> bytes:
    """The document as PDF/UA; raises NoPrinter."""
    try:
        weasyprint: Any = import_module("weasyprint")
    except (ImportError, OSError):  # OSError: its libraries are missing
        raise NoPrinter("WeasyPrint or its libraries are missing") from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # what it says of a document could quote it
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    document = weasyprint.HTML(string=html.replace('<link rel="stylesheet" href="notice.css">', ""), url_fetcher=_refuse)
    made: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(string=style, url_fetcher=_refuse)], pdf_variant="pdf/ua-1")
    return made


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError("an answer follows no address")
