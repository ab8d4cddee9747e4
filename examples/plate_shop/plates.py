"""The format of a German licence plate, and how one looks."""

from dataclasses import dataclass

from plate_shop.districts import DISTRICTS

LONGEST = 8
FORBIDDEN = frozenset({"HJ", "KZ", "NS", "SA", "SS"})
SUFFIXES = {"": "Standard", "E": "E – Elektrofahrzeug", "H": "H – Oldtimer"}


class PlateError(ValueError):
    """This combination cannot be a licence plate."""


@dataclass(frozen=True, slots=True)
class Plate:
    """District, one or two letters, a number without leading zero, perhaps E or H."""

    district: str
    letters: str
    digits: str
    suffix: str = ""

    def __post_init__(self) -> None:
        if self.district not in DISTRICTS:
            raise PlateError("Diesen Zulassungsbezirk gibt es nicht.")
        if self.letters in FORBIDDEN:
            raise PlateError("Diese Buchstabenfolge wird nicht zugelassen.")
        if len(self.district + self.letters + self.digits + self.suffix) > LONGEST:
            raise PlateError("Ein Kennzeichen hat höchstens acht Zeichen.")

    @property
    def text(self) -> str:
        """As it stands in letters and in the register."""
        return f"{self.district}-{self.letters} {self.digits}{self.suffix}"

    @property
    def district_name(self) -> str:
        """The district's name in full."""
        return DISTRICTS[self.district].name
