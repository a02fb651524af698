"""`flask legal-bases`: what papers are written under, dated; list, add, end."""

from collections.abc import Sequence
from datetime import date

import click

from registry.cli.columns import aligned
from registry.cli.days import DAY
from registry.cli.edge import transaction
from registry.domain.permissions import system_actor
from registry.domain.vietnamese.writing import format_day
from registry.queries.coverage.figures import root_unit
from registry.queries.legal_bases import legal_bases_of
from registry.services.legal_bases import RecordBasis, end_basis, record_basis
from registry.settings import Runtime

_UNIT = click.option("--unit", "code", help="Mã đơn vị vào ngày đó. Mặc định: cấp tỉnh.")


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("legal-bases", help="Căn cứ ghi trên báo cáo: liệt kê, thêm, kết thúc.")
    def legal_bases() -> None:
        pass

    @legal_bases.command("list", help="Liệt kê căn cứ của một ngày.")
    @click.option("--as-of", "as_of", type=DAY, help="Ngày. Mặc định: hôm nay.")
    @_UNIT
    @transaction(writes=False)
    def list_bases(as_of: date | None, code: str | None) -> None:
        day = as_of or runtime.clock.today()
        found = legal_bases_of(root_unit(code, day).path, day)
        if not found:
            click.echo("Chưa có căn cứ cho ngày này: báo cáo để trống để ghi tay.", err=True)
            return
        rows = [(str(one.id), format_day(one.valid_from), one.citation) for one in found]
        click.echo("\n".join(aligned([("Số", "Từ ngày", "Căn cứ"), *rows])))

    @legal_bases.command("add", help="Thêm một căn cứ từ một ngày.")
    @click.argument("citation")
    @click.option("--from", "since", type=DAY, required=True, help="Ghi từ ngày.")
    @_UNIT
    @transaction(writes=True)
    def add(citation: str, since: date, code: str | None) -> None:
        unit = root_unit(code, since)
        command = RecordBasis(territory_id=unit.id, citation=citation, valid_from=since)
        basis = record_basis(system_actor(), command, runtime.clock.moment())
        click.echo(f"Đã ghi căn cứ số {basis.id} của {unit.name}.", err=True)

    @legal_bases.command("end", help="Kết thúc một căn cứ (số như khi liệt kê).")
    @click.argument("basis_id", type=click.IntRange(min=1))
    @click.option("--on", "ended_on", type=DAY, required=True, help="Không còn ghi từ ngày.")
    @transaction(writes=True)
    def end(basis_id: int, ended_on: date) -> None:
        basis = end_basis(system_actor(), basis_id, ended_on, runtime.clock.moment())
        click.echo(f"Căn cứ số {basis.id} không còn ghi từ ngày {format_day(ended_on)}.", err=True)

    return [legal_bases]
