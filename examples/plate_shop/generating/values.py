"""Invented values: people who cannot exist, in places that do not, at addresses reserved for examples."""

from datetime import datetime, timedelta
from random import Random

COLOURS = [
    "Silber",
    "Kupfer",
    "Blau",
    "Grün",
    "Gold",
    "Nebel",
    "Morgen",
    "Winter",
    "Heide",
    "Moos",
    "Sand",
    "Schiefer",
    "Bernstein",
    "Regen",
]
ANIMALS = [
    "dachs",
    "fuchs",
    "reiher",
    "milan",
    "otter",
    "hase",
    "luchs",
    "kranich",
    "wiesel",
    "sperling",
    "molch",
    "igel",
    "falter",
    "hecht",
]
STREETS = [
    "Amselweg",
    "Tannenpfad",
    "Mühlgasse",
    "Lindenallee",
    "Kiesgrube",
    "Seeufer",
    "Ahornring",
    "Brunnenhof",
]
CITIES = [
    "Quellstadt",
    "Auental",
    "Birkenfurt",
    "Falkenmoor",
    "Lindenwerder",
    "Rabenstieg",
    "Tannenried",
    "Seelenau",
]
HOSTS = ("example.org", "example.net")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
FORBIDDEN = frozenset({"HJ", "KZ", "NS", "SA", "SS"})
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def person(random: Random, number: int) -> dict:
    """Name, address and e-mail address of somebody who was never born."""
    surname = random.choice(COLOURS) + random.choice(ANIMALS)
    return {
        "name": f"{'Kundin' if number % 2 else 'Kunde'} {surname}",
        "email": f"{surname.lower().replace('ü', 'ue')}.{number}@{HOSTS[number % 2]}",
        **address(random),
    }


def address(random: Random) -> dict:
    """An address with a postal code that was never given out."""
    return {
        "street": f"{random.choice(STREETS)} {random.randint(1, 99)}",
        "postal_code": f"00{random.randint(100, 999)}",
        "city": random.choice(CITIES),
    }


def plate(random: Random, district: str) -> str:
    """A plate of the district in the German format."""
    letters = random.choice(LETTERS) + random.choice(LETTERS)
    if letters in FORBIDDEN:
        letters = letters[0]
    return f"{district}-{letters} {random.randint(1, 9999 if len(district) < 3 else 999)}"


def token(random: Random) -> str:
    """As many random characters as a 256-bit token has."""
    return "".join(random.choices(TOKEN, k=43))


def digest(random: Random) -> str:
    """What a SHA-256 digest looks like."""
    return f"{random.getrandbits(256):064x}"


def later(random: Random, moment: datetime, low_days: float, high_days: float) -> datetime:
    """A moment some days after another."""
    return moment + timedelta(seconds=int(random.uniform(low_days, high_days) * 86400))
