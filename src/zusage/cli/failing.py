"""Failures as messages: what, where, why, what to do, and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

KEPT, BROKEN, UNDECIDED, USAGE = 0, 1, 2, 3
#: the exit code of each verdict
CODES = {"kept": KEPT, "broken": BROKEN, "undecided": UNDECIDED}


def reported(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit code."""
    try:
        code = command.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        return code if isinstance(code, int) else KEPT
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return _say(
            "interrupted. What was committed before is in the journal; the same command takes up what is left.", UNDECIDED
        )
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - Python flushes it once more at exit
        return KEPT
    except Exception as error:  # noqa: BLE001 - the last frame before the user: a message, never a traceback
        return _known(error)


def _known(error: Exception) -> int:
    """Say what went wrong. An error that we did not foresee shows its kind and place, but no message: it may hold values."""
    from zusage.connectors.port import SystemTrouble
    from zusage.promises.finding import ManifestError

    if isinstance(error, ManifestError):
        from .findings import show

        show(error.findings)
        return USAGE
    if isinstance(error, SystemTrouble):
        return _say(str(error), UNDECIDED)
    if isinstance(error, _ours()):
        return _say(str(error), USAGE)
    if isinstance(error, OSError):
        return _say(f"{os.path.basename(str(error.filename or 'a file'))}: {error.strerror}", USAGE)
    place = _place(error)
    return _say(
        f"an unexpected {type(error).__name__} at {place}. Nothing more was done. Please report it with this line.", UNDECIDED
    )


def _ours() -> tuple[type[Exception], ...]:
    """Errors whose messages are written for people and hold no personal value."""
    from zusage.bootstrap.erasing import DemandUnknown
    from zusage.bootstrap.requests import NotCarriedOut, NothingSaid
    from zusage.connectors.access_log.declared import NotProtected
    from zusage.connectors.access_log.formats import FormatUnfit
    from zusage.consent.errors import ChoiceRefused
    from zusage.consent.offer import NothingAsked
    from zusage.documents.printing import NoPrinter
    from zusage.enforcement.journal import AlreadyRunning, JournalTorn
    from zusage.enforcement.refusal import PlanRefused
    from zusage.evidence.anchoring import UnknownWitness
    from zusage.evidence.prove import AlreadyLooking, EvidenceUnreadable
    from zusage.planning.holding import HoldUnfit
    from zusage.planning.order import ForeignKeyCycle
    from zusage.promises.naming import UnknownPromise
    from zusage.rights.case import CaseRefused
    from zusage.rights.person import PersonUnfit
    from zusage.rights.rectification import NotCorrectable
    from zusage.sealing import SealingError
    from zusage.state.errors import StateError
    from zusage.vault.errors import VaultError

    from .files import FolderTaken

    return (
        NotCarriedOut,
        NothingSaid,
        AlreadyLooking,
        AlreadyRunning,
        CaseRefused,
        ChoiceRefused,
        DemandUnknown,
        EvidenceUnreadable,
        FolderTaken,
        ForeignKeyCycle,
        FormatUnfit,
        HoldUnfit,
        JournalTorn,
        NoPrinter,
        NothingAsked,
        NotCorrectable,
        NotProtected,
        PersonUnfit,
        PlanRefused,
        SealingError,
        StateError,
        UnknownPromise,
        UnknownWitness,
        VaultError,
    )


def _place(error: Exception) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "?")
        if str(name).startswith("zusage"):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _say(message: str, code: int) -> int:
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    return code
