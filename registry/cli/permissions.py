"""`flask permissions table`: who may do what, as Markdown."""

from collections.abc import Sequence

import click

from registry.domain.permission_table import as_markdown
from registry.settings import Runtime


def commands(_runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("permissions", help="Quyền: bảng vai trò và việc được làm.")
    def permissions() -> None:
        pass

    @permissions.command("table", help="In bảng quyền dạng Markdown (docs/permissions.md).")
    def table() -> None:
        click.echo(as_markdown(), nl=False)

    return [permissions]
