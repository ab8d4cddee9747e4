"""The process behind `warm`: imports the product, then forks for each call that comes through the socket of its argument.

New states are copies there, too; the program itself makes its own.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

#: what is no part of the command line, or no module
_COLD = ("zusage.__main__", "zusage.testing", "zusage.middleware", "zusage.connectors.access_log._loop")


def warm_up() -> None:
    """Import all that a command may import, set Django up as the first opened state does, and read the law, the texts and the manifest of the demos."""
    import zusage
    from zusage.documents.catalogue import LANGUAGES, catalogue
    from zusage.promises.law import acts, duties, legal_bases
    from zusage.promises.loading import load
    from zusage.state import open_state

    with tempfile.TemporaryDirectory() as folder:
        open_state(None, Path(folder)).close()
    for found in pkgutil.walk_packages(zusage.__path__, "zusage."):
        if not found.name.startswith(_COLD):
            importlib.import_module(found.name)
    for read in (acts, duties, legal_bases):
        read()
    for language in LANGUAGES:
        catalogue(language)
    load(Path(__file__).parents[1] / "examples" / "plate_shop" / "zusage.yaml")


def serve(path: str) -> None:
    """Fork for each caller until standard input ends; tells each its child's number, then how the child ended."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    woken, waker = socket.socketpair()
    for end in (woken, waker):
        end.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    callers: dict[int, socket.socket] = {}
    gc.collect()
    gc.freeze()
    print("warm", flush=True)  # noqa: T201 - the parent waits for this line
    with selectors.DefaultSelector() as ready:
        for end in (listener, woken, sys.stdin):
            ready.register(end, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is listener:
                    caller, _ = listener.accept()
                    child = _fork(caller, (listener, woken, waker, *callers.values()))
                    caller.sendall(b"%d\n" % child)
                    callers[child] = caller
                else:
                    woken.recv(4096)
                    _bury(callers)


def _bury(callers: dict[int, socket.socket]) -> None:
    while callers:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        with callers.pop(child) as caller, suppress(BrokenPipeError):  # it did not wait
            caller.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _fork(caller: socket.socket, ours: tuple[socket.socket, ...]) -> int:
    head, files, _, _ = socket.recv_fds(caller, 4, 3)
    told = b""
    while len(told) < int.from_bytes(head):
        told += caller.recv(1 << 20)
    child = os.fork()
    if child:
        for file in files:
            os.close(file)
        return child
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in (caller, *ours):
        end.close()
    arguments, folder, environment = json.loads(told)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    _end(_run(arguments))
    raise AssertionError("not reached")


def _run(arguments: list[str]) -> int:
    """As the console script; returns the exit code."""
    from zusage.cli import main

    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", errors=errors, closefd=False, buffering=-1)  # noqa: SIM115
        for number, mode, errors in ((0, "r", "strict"), (1, "w", "strict"), (2, "w", "backslashreplace"))
    )
    sys.argv = ["zusage", *arguments]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _end(code: int) -> None:
    """As Python ends, but for taking every module apart, which would copy all memory first."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for file in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            file.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.states import copied_states

    states = Path(sys.argv[1]).with_name("states")  # whoever started this takes it away
    states.mkdir()
    with copied_states(states):
        warm_up()
        serve(sys.argv[1])
