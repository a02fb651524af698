"""A real browser, and a served registry with the demo's people: one to read, one to change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.browser import find_browser, how_to_get_one
from tests.browser.served import Served, copy_of, reorganise, seed, serving
from tests.databases import EMPTY
from tests.postgresql import Server
from tests.sharing import once


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Drive the machine's own Chromium; it must ask nobody but the registry."""
    program = find_browser()
    assert program is not None, how_to_get_one()
    return {
        "executable_path": program,
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def seeded_home(common: Path) -> Path:
    """Return a home with the demo on SQLite, to be copied."""
    return once(common / "seeded", seed)


@pytest.fixture(scope="session")
def reorganised_home(common: Path, seeded_home: Path) -> Path:
    """Return a home with the demo to which the reorganisations of 2025 are known already."""

    def write(home: Path) -> None:
        reorganise(copy_of(seeded_home, home))

    return once(common / "reorganised", write)


@pytest.fixture(scope="session")
def served_to_readers(
    seeded_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve the demo on SQLite to all tests of a worker that only read: it has warmed up."""
    with serving(copy_of(seeded_home, tmp_path_factory.mktemp("read") / "home")) as served:
        yield served


# What a test asks for -> the home it gets a copy of, on SQLite.
SEEDED = {"sqlite": "seeded_home", "reorganised": "reorganised_home"}


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Serve the demo to one test, on SQLite unless the test asks for another one."""
    home, asked = tmp_path / "home", getattr(request, "param", "sqlite")
    if asked in SEEDED:
        with serving(copy_of(request.getfixturevalue(SEEDED[asked]), home)) as served:
            yield served
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.create_copy(EMPTY)
    seed(home, server.url(name))
    with serving(home, server.url(name)) as served:
        yield served
    server.drop(name)
