"""What can go wrong with the vault: one class per situation, its docstring the message.

A docstring says what happened, where, why it matters and what to do; the names in braces are filled in when
the error is raised. No message contains a value of a row or a key.
"""

from __future__ import annotations

import inspect


class VaultError(Exception):
    """Something about the vault is not as it must be ({where})."""

    def __init__(self, **where: object) -> None:
        #: The values named in braces in the docstring.
        self.where = where
        pattern = type(self).__doc__ or f"{type(self).__name__}: {sorted(where)}"
        super().__init__(" ".join(inspect.cleandoc(pattern).split()).format(**where))


class NoVault(VaultError):
    """There is no vault in {folder}.

    Nothing was ever sealed there, or it is gone; that is not the same as an empty vault, and proves nothing.
    Name the right folder; if rows were sealed there before, restore it from a backup.
    """


class VaultDamaged(VaultError):
    """The vault {path} is damaged or holds something else: {why}.

    What it holds can be neither given back nor shown to be gone in time; nothing was changed.
    Keep a copy of it and restore it, with its key, from a backup.
    """


class VaultUnusable(VaultError):
    """The vault {path} cannot be used: {why}.

    Nothing was changed.
    Check that it is on a local disk with room, that this user owns it, and that no other program has it open for long.
    """


class VaultInterrupted(VaultError):
    """A change to the vault {path} was interrupted and is not yet undone.

    Reading it now could show half a change, and whoever only reads may not undo it.
    Run apply again; it undoes the half change and does it anew.
    """


class KeyLost(VaultError):
    """The vault {path} is there, but its key {key} cannot be read: {why}.

    A new key could not open what was sealed with the old one, so none is made.
    Restore the key file from where it is kept.
    """


class WrongKey(VaultError):
    """The key {key} is not the key of the vault {path}.

    It can open nothing, and what was sealed with it now could not be opened with the right one; nothing was changed.
    Restore the key file that belongs to this vault.
    """


class TooOpen(VaultError):
    """Others than its owner may read or change {path} (mode {mode}).

    Whoever reads the key reads everything in the vault, and whoever writes the vault can hide what is overdue.
    Find out whether others had access, then set the mode to 0600.
    """


class EntryUnknown(VaultError):
    """The vault {path} has no entry {id}.

    It was never sealed, or has gone on its last day.
    Compare with the ids that the vault names.
    """


class EntryTampered(VaultError):
    """Entry {id} of the vault {path} does not fit its seal.

    Its content, or a date, rule or digest beside it, was changed since it was sealed; none of it is believed.
    Restore the vault from a backup, and find out who changed it.
    """


class CannotSeal(VaultError):
    """A value in {table}.{column} is of the type {type}, which the vault cannot keep.

    It could not be given back as it was, so the row was not sealed and stays where it is.
    Report the type, or take the column out of the rule.
    """
