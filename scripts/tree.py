"""The project's own files, found without git: a copied folder has none."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
# Folders that are installed, generated or private; the same as in .gitignore.
NOT_OURS = frozenset(
    {".git", ".venv", "node_modules", "__pycache__", "instance", "htmlcov", "test-results"}
)
HIDDEN_BUT_OURS = frozenset({".ci"})


def project_files(root: Path = ROOT) -> Iterator[PurePosixPath]:
    """Yield each file below `root` that belongs to the project, relative to it, in order."""
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if is_ours(name))
        for name in sorted(names):
            yield PurePosixPath((Path(folder) / name).relative_to(root).as_posix())


def is_ours(folder: str) -> bool:
    """Tell whether a folder of this name is the project's own; tools keep theirs hidden."""
    if folder in NOT_OURS or folder.endswith(".egg-info"):
        return False
    return not folder.startswith(".") or folder in HIDDEN_BUT_OURS
