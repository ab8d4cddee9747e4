"""The encrypted vault: where rows wait, out of the application's reach, between the end of their purpose and their last day.

For systems whose database knows no roles. One folder: ``vault.sqlite3`` with one sealed entry per row, and ``vault.key``.
What must be asked without the key stands in clear beside each entry: which rule, since when, until when, and keyed digests
of the row and the person. Everything that says something about a person is inside the ciphertext.
"""

from .reader import Counts, VaultReader
from .values import Document, Row, Value
from .writer import VaultWriter

__all__ = ["Counts", "Document", "Row", "Value", "VaultReader", "VaultWriter"]
