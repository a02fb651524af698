"""Write the next numbered migration: what the models have and the newest schema has not.

`make migration m="add card prints"` compares the models with an empty database brought to the
newest schema, so it needs no database of yours. Read what it wrote before you commit it: it
sees tables, columns and indexes, but neither a renaming nor what becomes of the rows.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from registry.models.schema import alembic_config, migration_engine, upgrade


def main(arguments: list[str]) -> int:
    """Write the migration named by the one argument and print its path; return 1 without a name."""
    name = arguments[0].strip() if len(arguments) == 1 else ""
    if not name:
        print('What does it do? make migration m="add card prints"', file=sys.stderr)
        return 1
    script = write_migration(name)
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--fix", "--quiet", "--select", "I,F401", script], check=True)
    subprocess.run([*ruff, "format", "--quiet", script], check=True)
    print(script.relative_to(Path.cwd()) if script.is_relative_to(Path.cwd()) else script)
    return 0


def write_migration(name: str) -> Path:
    """Write `<next number>_<name>.py` beside the other migrations and return its path."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.sqlite"
        upgrade(url)
        engine = migration_engine(url)
        with engine.begin() as connection:
            config = alembic_config(connection)
            revisions = ScriptDirectory.from_config(config).walk_revisions()
            number = next_number([script.revision for script in revisions])
            written = command.revision(config, message=name, autogenerate=True, rev_id=number)
        engine.dispose()
    if written is None or isinstance(written, list):
        message = "Alembic did not write exactly one file"
        raise RuntimeError(message)
    return Path(written.path)


def next_number(revisions: list[str]) -> str:
    """Return the number after the highest of `revisions`, with four digits."""
    return f"{max((int(revision[:4]) for revision in revisions), default=0) + 1:04}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
