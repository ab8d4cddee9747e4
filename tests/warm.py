"""``zusage`` with everything imported already: one process for each worker that forks for every call.

For tests of what a command does to the outside. Its own start, what it imports, and how it dies are shown with the real
program: `test_docs` calls each command that the pages show for real once, and the first demo knows nothing of this.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: takes the caller's arguments, environment, folder and the three files over to the process that is warm, and ends as the call ends
_CALLER = """\
#!{python} -IS
import json, os, signal, socket, sys

with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({socket!r})
    told = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(warm, [len(told).to_bytes(4)], [0, 1, 2])
    warm.sendall(told)
    answers = warm.makefile()
    child = int(answers.readline())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    ended = int(answers.readline())
if ended < 0:
    signal.signal(-ended, signal.SIG_DFL)
    os.kill(os.getpid(), -ended)
os._exit(ended)
"""


@contextmanager
def warm() -> Iterator[Path]:
    """A folder for the front of ``PATH``, in which ``zusage`` is this one."""
    folder = Path(tempfile.mkdtemp(prefix="zusage-warm-"))
    socket = folder / "socket"
    caller = folder / "bin" / "zusage"
    caller.parent.mkdir()
    caller.write_text(_CALLER.format(python=sys.executable, socket=str(socket)), encoding="utf-8")
    caller.chmod(0o755)
    command = [sys.executable, "-P", str(Path(__file__).with_name("warm_server.py")), str(socket)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert server.stdout
        assert server.stdout.readline() == b"warm\n"
        yield caller.parent
    finally:
        server.communicate()  # it ends when nobody holds the other end any more
        shutil.rmtree(folder, ignore_errors=True)
