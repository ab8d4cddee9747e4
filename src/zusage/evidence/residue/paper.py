"""The words of a PDF: its streams are packed and its letters numbered anew, so that its bytes show nothing."""

from __future__ import annotations

import io
import logging
from importlib.util import find_spec
from typing import IO

#: how one begins
SIGN = b"%PDF-"
NO_READER = "is a PDF, which pypdf reads; that is not installed here (zusage[pdf])"


def has_reader() -> bool:
    """Whether PDFs can be read here."""
    return find_spec("pypdf") is not None


def words_in(stream: IO[bytes]) -> str:
    """The text of all pages and what is said about the document. Raises ValueError where it cannot be read, or is encrypted.

    What is a picture is none, and letters that the document does not say are unseen.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a document could quote it
    try:
        reader = PdfReader(io.BytesIO(stream.read()))
        about = [str(value) for value in (reader.metadata or {}).values()]
        return "\n".join([*about, *(page.extract_text() for page in reader.pages)])
    except (PyPdfError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as trouble:
        raise ValueError(type(trouble).__name__) from None
