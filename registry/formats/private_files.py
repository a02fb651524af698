"""Files for the owner's eyes alone: new ones, never in the place of another or through a link."""

import os
from pathlib import Path


def new_private_file(path: Path) -> int:
    """Return a handle to a new file, mode 0600.

    Raises FileExistsError when something stands there, were it a link that leads nowhere.
    """
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that outlives a power cut once its folder is synced, too.

    Raises as `new_private_file`, and OSError when the disk refuses.
    """
    with os.fdopen(new_private_file(path), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Let the names of the files in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
