"""Serves the conference room until it is told to end. Killed at any moment, it leaves nothing that the next start does not remove."""

import signal
import socket
from pathlib import Path

from waitress.server import create_server

from citizen_platform.conference.app import Keeper, create_conference
from citizen_platform.conference.rooms import Rooms


def serve(folder: Path, secret: bytes, bound: socket.socket, *, platform_url: str) -> None:
    """Serves on a bound socket; returns when the process is told to end, with every meeting gone."""
    rooms = Rooms(folder)
    keeper = Keeper(rooms)
    app = create_conference(rooms, secret, platform_url=platform_url, secure=platform_url.startswith("https://"))
    server = create_server(app, sockets=[bound], threads=4, ident="")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    finally:
        keeper.close()
