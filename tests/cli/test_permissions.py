"""`flask permissions table` prints the file in docs/."""

from flask import Flask

from scripts.tree import ROOT


def test_the_command_prints_what_stands_in_docs(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["permissions", "table"])
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
