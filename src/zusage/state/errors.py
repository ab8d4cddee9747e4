"""What can go wrong with the state: one class per situation, its docstring the message.

A docstring says what happened, where, why it matters and what to do; the names in braces are filled in when
the error is raised. No message contains a password or a personal value.
"""

from __future__ import annotations

import inspect
import re

#: as numbers are said, such as ``C-0001``
_NUMBER = re.compile(r"[A-Z]{1,2}-[0-9]{1,40}")


class StateError(Exception):
    """Something about the product's own state is not as it must be ({where})."""

    def __init__(self, **where: object) -> None:
        #: The values named in braces in the docstring.
        self.where = where
        pattern = type(self).__doc__ or f"{type(self).__name__}: {sorted(where)}"
        super().__init__(" ".join(inspect.cleandoc(pattern).split()).format(**where))


class UnknownNumber(StateError):
    """There is nothing with the number {id}.

    Compare the number with the list.
    """

    def __init__(self, *, id: str) -> None:
        """What cannot be a number at all is not repeated: it may be anything, a name or an address too."""
        super().__init__(id=id if _NUMBER.fullmatch(id) else "of that number")


class StateDamaged(StateError):
    """The state in {where} is damaged: {why}.

    It holds the suspensions and the journal; working on without them could delete what must stay.
    Nothing was changed. Keep a copy of it, restore it from a backup, and open it again.
    """


class StateGone(StateError):
    """The state in {where} was there before and is gone.

    An empty one would know of no suspension, so what somebody must keep would be deleted.
    Restore state.sqlite3 from a backup. Only if there is none and nothing is suspended, remove {marker} to begin anew.
    """


class StateUnusable(StateError):
    """The state in {where} cannot be opened: {why}.

    Without it nobody knows what is suspended and what was done, so nothing is planned or applied.
    Check that the folder is there, on a local disk with room, and that this user may write to it.
    """


class StateUnreachable(StateError):
    """The state's database at {where} cannot be reached: {why}.

    Without it nobody knows what is suspended and what was done, so nothing is planned or applied.
    Check address, name, user and password in the URL, and that the server is running and lets this machine in.
    """


class StateUrlRefused(StateError):
    """The URL of the state cannot be used: {why}.

    The state is either embedded, without any URL, or on PostgreSQL. The URL is not repeated here, for it may hold a password.
    Write postgresql://user:password@host:port/database, or leave the URL out.
    """


class StateNewer(StateError):
    """The state in {where} was written by a newer version of this program; unknown to this one: {unknown}.

    An older program would misread what it does not know.
    Use the newer version, or restore the state from before the change.
    """


class StateNotInstalled(StateError):
    """Django is configured already, but without the application {app}.

    Its tables would be missing.
    Add it to INSTALLED_APPS where the settings are made.
    """


class StateBusy(StateError):
    """Another program has been preparing the state in {where} for more than {seconds} seconds.

    Two at once could build its tables twice; nothing was changed.
    Wait and try again, or find the program that has the state open.
    """


class UnknownRun(StateError):
    """The journal has no run {run}.

    A line without its run would belong to nothing; nothing was written.
    Begin the run first.
    """


class UnknownSuspension(UnknownNumber):
    """There is no suspension {id}.

    A suspension that is named but not found may still have to hold, so nothing goes on without it.
    Compare the number with the list of suspensions; if it was there before, restore the state from a backup.
    """


class AlreadyLifted(StateError):
    """Suspension {id} was lifted before, at {at}.

    Lifting it again would hide who lifted it first.
    Nothing is left to do; if rows must be held again, place a new suspension.
    """


class HoldRefused(StateError):
    """The suspension cannot hold rows of {table}: {why}.

    A hold that cannot be read holds nothing; the suspension was not placed.
    Name the table as system.table and write an SQL condition on its columns.
    """


class HoldsNothing(StateError):
    """The suspension names neither rows nor a person.

    It would look like a protection and be none; it was not placed.
    Give at least one table with a condition, or a person.
    """


class SuspensionChanged(StateError):
    """Suspension {id} is no longer as it was placed: {why}.

    Rows that it held may no longer be held, so nothing goes on.
    Restore the state from a backup, or lift the suspension and place it again as it was ordered.
    """


class TimeWithoutZone(StateError):
    """The time of {what} has no time zone.

    The same digits mean different instants in different places.
    Give a time with its zone.
    """


class ConsentsTorn(StateError):
    """The records of consent are not whole: {why}.

    What they say could be something that nobody decided; nothing was recorded or changed.
    Run zusage verify to see what is missing or altered, and restore the state from a backup.
    """


class ConsentsStopped(StateError):
    """The records of consent take nothing any more, because the service is stopping.

    Nothing was recorded; whoever chose is told so.
    Try again when the service runs.
    """


class UnknownRestriction(UnknownNumber):
    """There is no restriction {id}.

    Nothing was lifted or noted.
    Compare the number with the list of restrictions.
    """


class RestrictedOtherwise(StateError):
    """This person's data are restricted already, under {id}, on another ground.

    Two restrictions of one person would bring rows back when the first of them ends; nothing was changed.
    Lift {id} first, or leave it in force: it hides the same data.
    """


class NotTold(StateError):
    """The person was not told yet that restriction {id} will be lifted.

    They must be told before it is lifted (Art. 18(3) GDPR); nothing was changed.
    Tell them, note how, then lift it.
    """


class UnknownUse(UnknownNumber):
    """There is no use {id} of restricted data.

    Nothing was closed.
    Compare the number with the list of uses.
    """


class UnknownObjection(UnknownNumber):
    """There is no objection {id}.

    Nothing was decided or noted.
    Compare the number with the list of objections.
    """


class UnknownCase(UnknownNumber):
    """There is no case {id}.

    A request that is named but not found may still have to be answered.
    Compare the number with the list of cases; if it was there before, restore the state from a backup.
    """


class CaseTorn(StateError):
    """Case {id} is not whole: {why}.

    What it says could be something that nobody did; nothing was written.
    Restore the state from a backup.
    """


class UnknownNotice(UnknownNumber):
    """There is no notice {id}.

    A recipient of whom nobody knows may still have to be told.
    Compare the number with the list of notices; if it was there before, restore the state from a backup.
    """


class UnknownNotices(UnknownNumber):
    """There are no notices of what the rules of this plan took to this recipient, or two plans begin with these digits.

    Nothing was noted.
    Compare plan and recipient with the list of notices.
    """

    def __init__(self) -> None:
        """What was given is not repeated: it may be anything."""
        StateError.__init__(self)


class OthersSilent(StateError):
    """Of this rule {number} recipients of this name are silent, and not {given}.

    Whoever answers must have seen for whom; nothing was noted.
    Look at `zusage notices silent`, and give its rule, its recipient and its number.
    """


class NoticeEnded(StateError):
    """Notice {id} has ended already: {state}.

    Noting it again would hide what was noted first; nothing was changed.
    Nothing is left to do.
    """


class NoticesTorn(StateError):
    """Notice {id} cannot be sent or closed: {why}.

    A recipient would be told of something that may not have happened.
    Run again what was interrupted; `zusage status` names it.
    """


class AlreadyOrdering(StateError):
    """Something else that was ordered in this case, or in one that waits in the same line, is being carried out.

    Two at once could do one thing twice; nothing was noted by this one.
    Wait until the other has ended, and send it again.
    """


class AlreadySending(StateError):
    """Somebody else is sending notices at this moment.

    Two at once would send one twice; nothing was sent by this one.
    Wait until the other has ended.
    """
