"""What can go wrong with the evidence log: one class per situation, its docstring the message.

Each is a `SealingError`: the docstring says what happened, where, why it matters and what to do.
"""

from zusage.sealing.errors import SealingError


class EntryTooLong(SealingError):
    """Entry {index} of this append has {length} bytes; the log takes at most {limit}.

    Entry bundles carry lengths in two bytes, so a longer entry cannot be written; nothing was appended.
    Put the large part elsewhere and record its SHA-256 digest in the entry.
    """


class NothingToAppend(SealingError):
    """No entries were given to append to the log in {folder}.

    An append that records nothing would issue a checkpoint that says nothing.
    Append at least one entry, or do not call append.
    """


class ReservedEntry(SealingError):
    """Entry {index} of this append reads as a link between logs, which only rotation may write.

    A false link would close the log or name a predecessor it never had; nothing was appended.
    Use another 'type' in the entry, or call rotate.
    """


class MalformedCheckpoint(SealingError):
    """This is not a checkpoint: {why} (line {line}).

    Without origin, size and root hash nobody can say which log this is and what it contained.
    Fetch the checkpoint again, byte for byte.
    """


class MalformedBundle(SealingError):
    """The entry bundle cannot be read: {why} (entry {index} of the bundle).

    Its entries cannot be recomputed, so nothing shows that they are what was sealed.
    Restore the file from a copy of the log.
    """


class MalformedLink(SealingError):
    """An entry claims to link two logs, but cannot be read as such a link: {why}.

    A link that can be read in two ways could name two predecessors.
    Treat the log as damaged; restore it from a copy.
    """


class LogExists(SealingError):
    """There is already a log, or something else, in {folder}; it was left as it is.

    A second log in the same place would mix two histories.
    Open the existing log, or choose an empty or new folder.
    """


class LogMissing(SealingError):
    """There is no log in {folder}: {why}.

    Nothing can be read from or appended to a log that is not there.
    Name the folder that contains the file 'checkpoint', or create the log.
    """


class LogDamaged(SealingError):
    """The log in {folder} is damaged at {where}: {why}.

    Appending would seal the damage, so the log takes no more entries.
    Run the offline verification to see what is affected, and restore the folder from a copy.
    """


class LogBusy(SealingError):
    """Another program has been writing to the log in {folder} for more than {seconds} seconds.

    Two writers at once would fork the log; nothing was appended.
    Wait and try again, or find the program that holds the file 'lock'.
    """


class LogClosed(SealingError):
    """The log in {folder} was closed by rotation; its successor is {successor}.

    An entry after the closing one would contradict it; nothing was appended.
    Append to the successor.
    """


class NoSigningKey(SealingError):
    """The log in {folder} was opened without its key and can only be read.

    Every append issues a signed checkpoint.
    Open the log with its signing key.
    """


class KeyNotForLog(SealingError):
    """The key {name} is not the key of the log {origin}: {why}.

    A checkpoint signed with it would be refused by everyone who knows the log.
    Give the key whose name is the log's origin and with which the log was created.
    """


class SuccessorMismatch(SealingError):
    """The folder {folder} holds a log that is not the successor of {origin}: {why}.

    Linking to it would break the chain of logs; neither log was changed further.
    Choose another folder name or origin for the successor.
    """


class CheckpointUnknown(SealingError):
    """The log in {folder} never issued this checkpoint for size {size}.

    Keeping signatures over something the log never said would spoil its history.
    Give a checkpoint as it was issued by this log.
    """


class BundleUnreadable(SealingError):
    """The evidence bundle {path} cannot be read: {why}.

    What cannot be read cannot be verified.
    Give a folder, a .zip or a .tar of one log, copied completely.
    """


class NothingToAnchor(SealingError):
    """The log {origin} has no entries yet, so there is nothing to anchor.

    A cosignature over an empty log would prove nothing.
    Append evidence first.
    """


class WitnessUnreachable(SealingError):
    """The witness {witness} at {url} could not be reached: {why}.

    The checkpoint stays without this cosignature; the log itself is not affected.
    Try again later; if it persists, check the address and the network.
    """


class WitnessRefused(SealingError):
    """The witness {witness} at {url} refused the checkpoint with HTTP status {status}: {why}.

    The checkpoint stays without this cosignature.
    {what_to_do}.
    """


class ForkSeen(SealingError):
    """The witness {witness} has seen another history of the log {origin}: {why}.

    Someone rolled this log back, restored an old copy, or runs a second log with the same key.
    Stop appending, keep both copies, and find out which history is the true one.
    """


class CosignatureInvalid(SealingError):
    """The witness {witness} at {url} answered without a valid cosignature: {why}.

    A cosignature that does not verify anchors nothing; it was not kept.
    Compare the witness's published key with the configured one.
    """
