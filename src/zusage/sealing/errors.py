"""What can go wrong with keys and notes: one class per situation, its docstring the message.

A docstring says what happened, where, why it matters and what to do; the names in braces are filled in when
the error is raised. No message contains a secret or a signed text.
"""

import inspect


class SealingError(Exception):
    """Something about a key, a note or a log is not as it must be ({where})."""

    def __init__(self, **where: object) -> None:
        #: The values named in braces in the docstring.
        self.where = where
        pattern = type(self).__doc__ or f"{type(self).__name__}: {sorted(where)}"
        super().__init__(" ".join(inspect.cleandoc(pattern).split()).format(**where))


class MalformedKey(SealingError):
    """The key {key} is not a usable Ed25519 key: {why}.

    With a key that cannot be read, nothing can be checked or signed.
    Copy the whole key again from where it was published; it reads name+8 hex digits+base64.
    """


class MalformedNote(SealingError):
    """This is not a signed note: {why} (line {line}).

    A note in another form may mean different things to different readers, so none of it is believed.
    Fetch the note again, byte for byte; editors and mail change line ends.
    """


class NoKnownSignature(SealingError):
    """No signature on this note comes from a known key; it is signed by {signers}, known are {known}.

    A text that nobody known has signed could come from anyone, so it is not believed.
    Ask the signer for their key over another channel, or give the key that belongs to this note.
    """


class ForgedSignature(SealingError):
    """The signature of {name} on this note does not fit its text.

    Either the text was changed after it was signed, or someone signed in another's name.
    Do not use the text; fetch it again from its source and report it there if this persists.
    """


class TextNotSignable(SealingError):
    """This text cannot be signed as a note: {why}.

    Readers of notes refuse such a text, so the signature would be worth nothing.
    End the text with a newline, encode it as UTF-8 and leave out every other control character.
    """


class KeyFileExists(SealingError):
    """The key file {path} exists already and was left as it is.

    Overwriting it would destroy the key that everything signed so far is checked with.
    Choose another path, or move the old file to a safe place first.
    """


class KeyFileMissing(SealingError):
    """The key file {path} cannot be read: {why}.

    Without its key nothing can be signed.
    Name the right path, restore the file from its backup, or generate a new key and publish it.
    """


class KeyFileTooOpen(SealingError):
    """The key file {path} can be read or changed by others than its owner (mode {mode}).

    Whoever can read it can sign in its name.
    If others had access, generate a new key; otherwise set the mode to 0600.
    """
