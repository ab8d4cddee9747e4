"""What can be wrong with a choice that arrives: one class per situation. No message holds a value that somebody sent."""

from __future__ import annotations


class ChoiceRefused(Exception):
    """A choice that cannot be recorded as it is; nothing was written."""

    #: a word for programs
    code = "refused"


class UnknownText(ChoiceRefused):
    """The choice names a text that was never shown here."""

    code = "unknown-text"

    def __init__(self) -> None:
        super().__init__(
            "the choice names a text that this service has never shown, so that nobody could prove what was agreed to. "
            "Fetch the script again; it holds the texts of today with their digests."
        )


class UnknownPurpose(ChoiceRefused):
    """The choice is about something that the text does not ask."""

    code = "unknown-purpose"

    def __init__(self) -> None:
        super().__init__(
            "the choice is about a purpose that the text did not ask for. Answer the purposes of the text and no others."
        )


class NothingChosen(ChoiceRefused):
    """The choice answers nothing."""

    code = "nothing-chosen"

    def __init__(self) -> None:
        super().__init__("the choice answers no purpose. Send one answer for each purpose: given, refused or withdrawn.")


class Malformed(ChoiceRefused):
    """A part of the choice is not as it must be."""

    code = "malformed"

    def __init__(self, part: str, expected: str) -> None:
        super().__init__(f"{part} is not {expected}. Nothing was recorded.")


class UnknownField(ChoiceRefused):
    """The choice says something that nobody would read."""

    code = "unknown-field"

    def __init__(self) -> None:
        super().__init__(
            "the choice has a field that is not known here. Send subject, text, language, how and choices, and nothing else. "
            "Nothing was recorded."
        )


class UnknownSubject(ChoiceRefused):
    """Nobody of this number has chosen anything."""

    code = "unknown-subject"

    def __init__(self) -> None:
        super().__init__("nobody of this number has decided anything here, so there is nothing to withdraw.")


class UnknownReceipt(ChoiceRefused):
    """There is no such record, or its time of keeping is over."""

    code = "unknown-receipt"

    def __init__(self) -> None:
        super().__init__("there is no record of this number, or it was erased when its time of keeping was over.")


class LinkRefused(ChoiceRefused):
    """A link from a mail that does not or no longer hold."""

    code = "link-refused"

    def __init__(self) -> None:
        super().__init__("this link does not or no longer hold. Ask for a new one.")
