"""Compiles the masking loop of log lines when the product is installed. Without a compiler the product is the same, only slower there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("src/zusage/connectors/access_log")


class CompiledLoop(BuildHookInterface):
    """Adds ``_loop.so`` to wheels and to the source folder of an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile if there is a compiler; a failure is told and passed over."""
        folder = Path(self.root) / FOLDER
        if self.target_name == "wheel" and compile_loop(folder / "loop.c", folder / "_loop.so"):
            build_data["artifacts"].append(str(FOLDER / "_loop.so"))
            build_data["pure_python"] = False
            build_data["tag"] = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")


def compile_loop(source: Path, library: Path) -> bool:
    """Compile with the digest of the source inside, so that a library from another source is never used."""
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        return False
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    new = library.with_name(f"{library.name}.{os.getpid()}")
    command = [compiler, "-O3", "-shared", "-fPIC", f'-DZUSAGE_SOURCE="{digest}"', "-o", str(new), str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        os.replace(new, library)
    except (OSError, subprocess.SubprocessError):
        new.unlink(missing_ok=True)
        return False
    return True
