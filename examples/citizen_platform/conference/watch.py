"""Looks every second whether a meeting was left behind by a process that died, and removes it."""

from pathlib import Path
from threading import Event, Thread

from citizen_platform.conference.rooms import sweep

EVERY = 1.0


class Watcher:
    """Watches the folder of the meetings from another process than the one that holds them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended = Event()
        self._thread = Thread(target=self.run, daemon=True)

    def start(self) -> "Watcher":
        """Watches in the background."""
        self._thread.start()
        return self

    def run(self) -> None:
        """Watches until it is told to end."""
        while not self._ended.wait(EVERY):
            if self._folder.is_dir():
                sweep(self._folder)

    def close(self) -> None:
        """Ends."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
