"""Resolve requirements/*.in and write requirements/*.txt: `make lock`.

Versions already locked stay unless they no longer fit; `make lock UPGRADE=1` takes the newest.
The lock holds for every platform Python 3.11 runs on and names no package index.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.environment import REQUIREMENTS, create, install

# In this order: the test lock is held to the versions of the run lock.
NAMES = ("run", "test", "lock")


def main() -> int:
    """Write every lock anew; return the exit status of the first step that failed."""
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "locking"
        if not create(venv) or not install(venv, REQUIREMENTS / "lock.txt"):
            return 1
        for name in NAMES:
            command = compile_command(venv / "bin/uv", name)
            done = subprocess.run(command, check=False, cwd=REQUIREMENTS, stdout=subprocess.DEVNULL)
            if done.returncode != 0:
                return done.returncode
    return 0


def compile_command(uv: Path, name: str) -> list[str]:
    """Return the command that writes `<name>.txt` from `<name>.in`."""
    return [
        *(str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
        *("--annotation-style", "line", "--no-emit-package", "pip"),
        *(["--upgrade"] if os.environ.get("UPGRADE") else []),
        *(f"{name}.in", "--output-file", f"{name}.txt"),
    ]


if __name__ == "__main__":
    sys.exit(main())
