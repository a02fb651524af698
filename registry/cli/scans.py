"""`flask scans clean`: remove scans that others took the place of long enough ago."""

from collections.abc import Sequence

import click

from registry.cli.edge import transaction
from registry.domain.permissions import system_actor
from registry.domain.vietnamese.writing import format_number
from registry.services.files import remove_replaced
from registry.settings import Runtime


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("scans", help="Bản quét của văn bản.")
    def scans() -> None:
        pass

    @scans.command(
        "clean", help="Xóa các bản quét đã được thay quá số ngày giữ lại (REPLACED_SCAN_DAYS)."
    )
    @transaction(writes=True)
    def clean() -> None:
        settings = runtime.settings
        days, folder = settings.replaced_scan_days, settings.files_folder
        removed = remove_replaced(system_actor(), days, folder, runtime.clock.moment())
        click.echo(f"Đã xóa {format_number(removed)} bản quét đã được thay.")

    return [scans]
