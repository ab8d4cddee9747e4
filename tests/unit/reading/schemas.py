"""Foreign databases as people have them: German and English, with foreign keys and without, tidy and grown."""

import contextlib
import sqlite3
from pathlib import Path

from zusage.connectors.opening import open_reader
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import System

#: a German club, whose columns are named in German
VEREIN = """
CREATE TABLE mitglieder (
  mitglied_id INTEGER PRIMARY KEY, anrede TEXT, vorname TEXT NOT NULL, nachname TEXT NOT NULL, geburtsdatum DATE, straße TEXT, plz TEXT,
  ort TEXT, telefonnummer TEXT, iban TEXT, eingetreten_am DATE NOT NULL, ausgetreten_am DATE, bemerkung TEXT
);
CREATE TABLE beiträge (
  id INTEGER PRIMARY KEY, mitglied_id INTEGER NOT NULL REFERENCES mitglieder (mitglied_id), betrag_cent INTEGER, bezahlt_am DATE
);
CREATE TABLE rechnungen (
  rechnungsnummer TEXT PRIMARY KEY, mitglied_id INTEGER NOT NULL REFERENCES mitglieder (mitglied_id), rechnungsdatum DATE NOT NULL, summe INTEGER
);
CREATE TABLE sportarten (id INTEGER PRIMARY KEY, bezeichnung TEXT);
CREATE TABLE bewerbungen (id INTEGER PRIMARY KEY, lebenslauf BLOB, eingegangen_am TIMESTAMP NOT NULL);
"""

#: a shop in the manner of sample databases: capitals, keys that are not called id, and a key to itself
CHINOOK = """
CREATE TABLE Employee (EmployeeId INTEGER PRIMARY KEY, LastName TEXT, ReportsTo INTEGER REFERENCES Employee (EmployeeId), HireDate DATETIME);
CREATE TABLE Customer (
  CustomerId INTEGER PRIMARY KEY, FirstName TEXT, Email TEXT, SupportRepId INTEGER REFERENCES Employee (EmployeeId)
);
CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY, CustomerId INTEGER NOT NULL REFERENCES Customer (CustomerId), InvoiceDate DATETIME NOT NULL);
CREATE TABLE InvoiceLine (
  InvoiceLineId INTEGER PRIMARY KEY, InvoiceId INTEGER NOT NULL REFERENCES Invoice (InvoiceId), TrackId INTEGER NOT NULL REFERENCES Track (TrackId), Quantity INTEGER
);
CREATE TABLE Track (TrackId INTEGER PRIMARY KEY, Name TEXT, GenreId INTEGER REFERENCES Genre (GenreId));
CREATE TABLE Genre (GenreId INTEGER PRIMARY KEY, Name TEXT);
CREATE VIEW Addresses AS SELECT Email FROM Customer;
"""

#: a grown application without a single foreign key, with times as numbers and text
GROWN = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password_hash TEXT, last_login INTEGER, created_at INTEGER NOT NULL);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT, body TEXT, created_at TEXT NOT NULL, lead_time INTEGER);
CREATE TABLE access_log (id INTEGER PRIMARY KEY, ip_address TEXT, user_agent TEXT, timestamp TEXT);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY);
CREATE TABLE "odd.stuff" (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE pairs (left_id INTEGER, right_id INTEGER, note TEXT, PRIMARY KEY (left_id, right_id));
CREATE TABLE pair_comments (id INTEGER PRIMARY KEY, l INTEGER, r INTEGER, comment TEXT, created_at TEXT, FOREIGN KEY (l, r) REFERENCES pairs (left_id, right_id));
CREATE TABLE a (id INTEGER PRIMARY KEY, email TEXT, b_id INTEGER NOT NULL REFERENCES b (id), created_at TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, email TEXT, a_id INTEGER NOT NULL REFERENCES a (id), created_at TEXT);
"""

#: people without any time
TIMELESS = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);"

#: nobody at all
NOBODY = "CREATE TABLE genre (id INTEGER PRIMARY KEY, label TEXT);"

ALL = {"verein": VEREIN, "chinook": CHINOOK, "grown": GROWN, "timeless": TIMELESS, "nobody": NOBODY}


def made(path: Path, script: str) -> Path:
    """A real database of a script."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(script)
    return path


def surveyed(path: Path, script: str) -> Inventory:
    """What our own survey sees of it."""
    reader = open_reader("db", System(url=f"sqlite:///{made(path, script)}"))
    try:
        return reader.survey()
    finally:
        reader.close()
