"""`flask units check` and `flask units rebuild`: the units as a whole."""

from collections.abc import Sequence

import click

from registry.cli.edge import Refused, transaction
from registry.domain.permissions import system_actor
from registry.services import unit_checks
from registry.settings import Runtime


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("units", help="Đơn vị: kiểm tra số liệu, dựng lại đường dẫn.")
    def units() -> None:
        pass

    @units.command("check", help="Tìm khoảng trống, chồng lấn, vòng lặp, đơn vị đặt sai chỗ.")
    @transaction(writes=False)
    def check() -> None:
        faults = unit_checks.faults(runtime.clock.today())
        for fault in faults:
            click.echo(fault)
        if faults:
            raise Refused(f"{len(faults)} lỗi trong số liệu đơn vị.")
        click.echo("Số liệu đơn vị không có lỗi.")

    @units.command("rebuild", help="Dựng lại đường dẫn đơn vị đã lưu từ số liệu.")
    @transaction(writes=True)
    def rebuild() -> None:
        rows = unit_checks.rebuild(system_actor(), runtime.clock.now())
        click.echo(f"Đã dựng lại {rows} đường dẫn.", err=True)

    return [units]
