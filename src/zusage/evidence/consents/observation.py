"""What was seen of the records of consent: counts and digests, never a pseudonym or a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The chain of records, read from its beginning."""

    #: records that were found, the emptied ones included, and those that the chain's head names
    records: int
    head: int
    #: up to which record choices were acknowledged, by a note apart from the database; None: there is no such note
    acknowledged: int | None
    #: up to which record the chain reached when it was last sealed; None: it never was
    before: int | None
    #: numbers that are missing, records that do not follow from the one before, and records whose content is another
    gaps: int
    unlinked: int
    altered: int
    #: records that were emptied before their time of keeping can have been over
    too_early: int
    #: the record that was the last one then, at the last look or when it was acknowledged, is another now
    rewritten: bool
    #: digest of the last record, which the next look compares with
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Whether each record says what it must: which text, in which version, when, how, and what."""

    given: int
    refused: int
    withdrawn: int
    #: records that leave something out, or say what nobody can read
    unclear: int
    #: records whose text is not kept, or has another digest
    untexted: int
    #: texts that are kept
    texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The service, tried out by a subject that is nobody: refusing, giving and withdrawing."""

    #: what went as it must, and what did not, in words
    done: tuple[str, ...]
    failed: tuple[str, ...]
    #: calls that it took to give, and to withdraw all of it
    calls_to_give: int
    calls_to_withdraw: int


ConsentObservation = Ledger | Papers | Trial
