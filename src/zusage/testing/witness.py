"""A real witness for tests: C2SP tlog-witness (https://c2sp.org/tlog-witness) over HTTP on the loopback.

It has its own memory and its own reading of RFC 6962 consistency proofs, so that a mistake in the log's proofs
cannot hide behind the same mistake here. It forgets everything when it stops.
"""

import base64
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from zusage.evidence.seal.checkpoint import Checkpoint
from zusage.evidence.seal.cosignature import WitnessKey, cosigned_message
from zusage.evidence.seal.witnessing import Witness
from zusage.sealing import ForgedSignature, Note, SealingError, SignatureLine, SigningKey, VerifierKey

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_TEXT = "text/plain; charset=utf-8"

Reply = tuple[int, str, bytes]  #: HTTP status, content type, body


class WitnessServer:
    """A witness for the given logs; use it as a context manager, or call `add_checkpoint` without HTTP."""

    def __init__(
        self,
        name: str,
        logs: Mapping[str, Sequence[VerifierKey]],
        *,
        seed: bytes = b"\x57" * 32,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve `logs` (public keys by origin), signing as `name` with the Ed25519 key of `seed`."""
        self._signer = SigningKey(name, seed)
        self._logs = {origin: tuple(keys) for origin, keys in logs.items()}
        self._clock = clock
        self._lock = threading.Lock()
        self.key = WitnessKey(name, self._signer.verifier.public)
        self.remembered: dict[str, Note] = {}  #: the latest cosigned checkpoint by origin
        self.requests: list[tuple[bytes, int]] = []  #: every body received and the status it got
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        """Submission and monitoring prefix."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def witness(self) -> Witness:
        """This witness as an operator would configure it."""
        return Witness(self.url, self.key)

    def __enter__(self) -> "WitnessServer":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer the body of one request, checking and remembering in one go."""
        with self._lock:
            reply = self._judge(body)
            self.requests.append((body, reply[0]))
        return reply

    def checkpoint(self, origin_hash: str) -> Reply:
        """The latest cosigned checkpoint of the log whose origin has this SHA-256 in lower-case hex."""
        for origin, note in self.remembered.items():
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                return 200, _TEXT, note.encode()
        return 404, _TEXT, b"never cosigned\n"

    def _judge(self, body: bytes) -> Reply:
        try:
            old, proof, note, checkpoint = _read(body)
        except (ValueError, SealingError):
            return 400, _TEXT, b"malformed request\n"
        if checkpoint.origin not in self._logs:
            return 404, _TEXT, b"unknown log\n"
        if not self._signed(note, checkpoint.origin):
            return 403, _TEXT, b"no valid signature of a trusted key\n"
        if old > checkpoint.size:
            return 400, _TEXT, b"old size above new size\n"
        known = self._known(checkpoint.origin)
        if old != known[0]:
            return 409, "text/x.tlog.size", b"%d\n" % known[0]
        if not _continues(known, (checkpoint.size, checkpoint.root), proof):
            return 422, _TEXT, b"not consistent\n"
        return 200, _TEXT, self._cosign(checkpoint.origin, note)

    def _signed(self, note: Note, origin: str) -> bool:
        try:
            return bool(note.signed_by(self._logs[origin]))
        except ForgedSignature:
            return False

    def _known(self, origin: str) -> tuple[int, bytes]:
        if origin not in self.remembered:
            return 0, hashlib.sha256().digest()
        checkpoint = Checkpoint.parse(self.remembered[origin].text)
        return checkpoint.size, checkpoint.root

    def _cosign(self, origin: str, note: Note) -> bytes:
        seconds = int(self._clock())
        signature = self._signer.signature(cosigned_message(seconds, note.text))
        line = SignatureLine(self.key.name, self.key.key_id, seconds.to_bytes(8, "big") + signature)
        kept = [
            known
            for known in note.signatures
            if (known.name, known.key_id) in {(key.name, key.key_id) for key in self._logs[origin]}
        ]
        self.remembered[origin] = Note(note.text, (*kept, line))
        return line.encode()


def _read(body: bytes) -> tuple[int, list[bytes], Note, Checkpoint]:
    head, _, rest = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if old is None or len(lines) > 63:
        raise ValueError("no old size, or too many proof lines")
    proof = [base64.b64decode(line, validate=True) for line in lines]
    if any(len(step) != 32 for step in proof):
        raise ValueError("a proof line is not a hash")
    note = Note.parse(rest)
    return int(old[1]), proof, note, Checkpoint.parse(note.text)


def _continues(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether `proof` leads from the tree `old` (size, root) to the tree `new`."""
    if new[0] == 0 and new[1] != hashlib.sha256().digest():
        return False
    if old[0] == 0:
        return not proof
    steps = iter(proof)
    try:
        before, after = _rebuild(old[0], new[0], True, old[1], steps)
    except StopIteration:
        return False
    return before == old[1] and after == new[1] and next(steps, None) is None


def _rebuild(old: int, size: int, whole: bool, root: bytes, steps: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The old and the new root of a subtree of `size` leaves of which `old` are old, from the proof's steps.

    Follows SUBPROOF in RFC 6962, section 2.1.2, word for word; `whole` is its last argument.
    """
    if old == size:
        part = root if whole else next(steps)
        return part, part
    left_size = 1 << (size - 1).bit_length() - 1
    if old <= left_size:
        before, after = _rebuild(old, left_size, whole, root, steps)
        return before, _node(after, next(steps))
    before, after = _rebuild(old - left_size, size - left_size, False, root, steps)
    left = next(steps)
    return _node(left, before), _node(left, after)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _handler(server: WitnessServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            found = self.path == "/add-checkpoint"
            self._reply(server.add_checkpoint(body) if found else (404, _TEXT, b"no such call\n"))

        def do_GET(self) -> None:
            found = re.fullmatch(r"/([0-9a-f]{64})/checkpoint", self.path)
            self._reply(server.checkpoint(found[1]) if found else (404, _TEXT, b"no such call\n"))

        def _reply(self, reply: Reply) -> None:
            status, kind, body = reply
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
