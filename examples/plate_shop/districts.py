"""The invented registration districts. No real district uses these letters."""

from typing import NamedTuple


class District(NamedTuple):
    """Where a plate is registered, and the office that reserves it."""

    code: str
    name: str

    @property
    def authority(self) -> str:
        """The office as it stands in the register of recipients."""
        return "zulassungsstelle-" + self.name.lower().translate(str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae"}))

    @property
    def office(self) -> str:
        """The office as people call it."""
        return f"Zulassungsstelle {self.name}"


DISTRICTS = {
    code: District(code, name)
    for code, name in {
        "Q": "Quellstadt",
        "QA": "Auental",
        "QB": "Birkenfurt",
        "QF": "Falkenmoor",
        "QL": "Lindenwerder",
        "QMG": "Mühlengrund",
        "QÖ": "Östertal",
        "QSL": "Seelenau",
        "XR": "Rabenstieg",
        "XT": "Tannenried",
    }.items()
}
