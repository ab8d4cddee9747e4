"""Invented values: people who cannot exist, at addresses reserved for examples."""

from datetime import datetime, timedelta
from random import Random

WORDS = [
    "Moos",
    "Kiesel",
    "Nebel",
    "Farn",
    "Ufer",
    "Heide",
    "Wolke",
    "Birke",
    "Lehm",
    "Tau",
    "Ginster",
    "Schiefer",
    "Quelle",
    "Hagel",
    "Distel",
    "Weide",
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
HOSTS = ("example.org", "example.net")
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
QUESTIONS = (
    "Wie viel Wasser brauchen junge Linden im Hochsommer?",
    "Wo in unserer Stadt ist es nachts am kühlsten?",
    "Welche Fragen zum Älterwerden hört die Forschung zu selten?",
    "Wer misst mit, wenn es im Winter zu wenig Helfende gibt?",
    "Können wir die Karte auch auf Polnisch anbieten?",
    "Wie genau sind einfache Sensoren im Vergleich zu teuren?",
    "Was passiert mit den Ergebnissen, wenn das Projekt endet?",
)
ANSWERS = (
    "Das würde ich unterstützen.",
    "Dazu gibt es schon Messungen aus dem letzten Jahr.",
    "Ich kann im Herbst zwei Nachmittage helfen.",
    "Wichtig wäre mir, dass wir auch die Randbezirke einbeziehen.",
    "Vielleicht fangen wir kleiner an und schauen, ob es klappt?",
)


def username(random: Random, number: int) -> str:
    """A pseudonym that nobody else has."""
    return f"{random.choice(WORDS)}{random.choice(ANIMALS)}{number}"


def email(random: Random, number: int) -> str:
    """An address that leads nowhere and does not tell the pseudonym."""
    return f"{random.choice(WORDS).lower()}.{random.choice(ANIMALS)}.{number}@{HOSTS[number % 2]}"


def password_hash(random: Random) -> str:
    """What an argon2id hash looks like, with a salt of its own; no password was ever behind it."""
    salt, tail = ("".join(random.choices(_BASE64, k=length)) for length in (22, 43))
    return f"$argon2id$v=19$m=19456,t=2,p=1${salt}${tail}"


def token(random: Random) -> str:
    """As many random characters as a 256-bit token has."""
    return "".join(random.choices(TOKEN, k=43))


def digest(random: Random) -> str:
    """What a SHA-256 digest looks like."""
    return f"{random.getrandbits(256):064x}"


def before(random: Random, now: datetime, low_days: float, high_days: float) -> datetime:
    """A moment some days ago."""
    return now - timedelta(seconds=int(random.uniform(low_days, high_days) * 86400))


def between(random: Random, since: datetime, until: datetime) -> datetime:
    """A moment in a span."""
    return since + timedelta(seconds=int(random.random() * max(1.0, (until - since).total_seconds())))
