"""Failures as messages: what, where, why, what to do, and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

KEPT, BROKEN, UNDECIDED, USAGE = 0, 1, 2, 3
#: the exit code of each verdict
CODES = {"kept": KEPT, "broken": BROKEN, "undecided": UNDECIDED}

#: errors whose messages are written for people and hold no personal value; named, so that nothing is imported to compare
OURS = frozenset(
    {
        "zusage.bootstrap.rights.demands.DemandUnknown",
        "zusage.bootstrap.telling.ledger.RecipientUnknown",
        "zusage.bootstrap.cases.case_mail.NoMailServer",
        "zusage.bootstrap.telling.delivering.NotNamed",
        "zusage.bootstrap.cases.door.LinksEnough",
        "zusage.bootstrap.cases.door.NoAddress",
        "zusage.bootstrap.cases.door.NoDoor",
        "zusage.bootstrap.cases.carried_out.NotCarriedOut",
        "zusage.bootstrap.rights.including.NotIncluded",
        "zusage.bootstrap.cases.recording.StepsBusy",
        "zusage.bootstrap.cases.requests.NothingSaid",
        "zusage.bootstrap.cases.requests.NothingToTell",
        "zusage.bootstrap.cases.staff.NotTaken",
        "zusage.bootstrap.telling.sending.NothingDeclared",
        "zusage.cli.files.FolderTaken",
        "zusage.connectors.access_log.declared.NotProtected",
        "zusage.connectors.access_log.formats.FormatUnfit",
        "zusage.consent.errors.ChoiceRefused",
        "zusage.consent.offer.NothingAsked",
        "zusage.documents.printing.NoPrinter",
        "zusage.enforcement.journal.AlreadyRunning",
        "zusage.enforcement.journal.JournalTorn",
        "zusage.enforcement.refusal.PlanRefused",
        "zusage.evidence.anchoring.UnknownWitness",
        "zusage.evidence.prove.AlreadyLooking",
        "zusage.evidence.prove.EvidenceUnreadable",
        "zusage.planning.holding.HoldUnfit",
        "zusage.planning.order.ForeignKeyCycle",
        "zusage.planning.places.PersonUnfit",
        "zusage.planning.warning.NoSingleKey",
        "zusage.promises.naming.UnknownPromise",
        "zusage.rights.case.CaseRefused",
        "zusage.rights.letter.MailRefused",
        "zusage.rights.objection.ObjectionRefused",
        "zusage.rights.rectification.NotCorrectable",
        "zusage.rights.restriction.NotInstead",
        "zusage.rights.restriction.UseRefused",
        "zusage.rights.withdrawal.NothingToWithdraw",
        "zusage.sealing.errors.SealingError",
        "zusage.state.errors.StateError",
        "zusage.vault.errors.VaultError",
    }
)


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
    from zusage.connectors.trouble import SystemTrouble
    from zusage.promises.finding import ManifestError

    if isinstance(error, ManifestError):
        from .findings import show

        show(error.findings)
        return USAGE
    if isinstance(error, SystemTrouble):
        return _say(str(error), UNDECIDED)
    if _ours(error):
        return _say(str(error), USAGE)
    if isinstance(error, OSError):
        return _say(f"{os.path.basename(str(error.filename or 'a file'))}: {error.strerror}", USAGE)
    place = _place(error)
    return _say(
        f"an unexpected {type(error).__name__} at {place}. Nothing more was done. Please report it with this line.", UNDECIDED
    )


def _ours(error: Exception) -> bool:
    """Whether the error is one of these, or of a class below one."""
    return any(f"{kind.__module__}.{kind.__qualname__}" in OURS for kind in type(error).__mro__)


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
