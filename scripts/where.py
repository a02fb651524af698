"""Print every file of one noun, layer by layer: `make where n=rosters`."""

import re
import sys
from collections.abc import Iterable
from pathlib import PurePosixPath

from scripts.tree import project_files

LAYERS = (
    "registry/domain",
    "registry/models",
    "registry/formats",
    "registry/queries",
    "registry/services",
    "registry/documents",
    "registry/web",
    "registry/cli",
    "registry/static",
    "templates",
    "migrations",
    "seeds",
    "tests",
    "docs",
    "",
)


def files_of(noun: str, paths: Iterable[str]) -> list[str]:
    """Return the paths that carry `noun` (plural or singular) as a word, in layer order."""
    wanted = re.compile(rf"(?:^|[/_.-]){stem(noun)}(?:s|es|ies|y)?(?:[/_.-]|$)")
    found = [path for path in paths if wanted.search(path)]
    return sorted(found, key=lambda path: (layer_of(path), path))


def stem(noun: str) -> str:
    """Return the part that singular and plural share: rosters -> roster, duties -> dut."""
    bare = noun.lower().strip()
    for ending in ("ies", "y", "s"):
        if bare.endswith(ending) and len(bare) > len(ending):
            return re.escape(bare.removesuffix(ending))
    return re.escape(bare)


def layer_of(path: str) -> int:
    """Return the place of the layer a path lies in; files outside every layer come last."""
    folder = PurePosixPath(path)
    return next(place for place, layer in enumerate(LAYERS) if folder.is_relative_to(layer))


def main(arguments: list[str]) -> int:
    """Print the files of the noun given; return 1 when there are none."""
    if len(arguments) != 1 or not arguments[0].strip():
        print("Which noun? make where n=rosters", file=sys.stderr)
        return 1
    found = files_of(arguments[0], map(str, project_files()))
    if not found:
        print(f"No file carries the word {arguments[0]!r}.", file=sys.stderr)
        return 1
    print("\n".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
