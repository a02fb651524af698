"""`flask audit verify`: prove that nobody changed, removed or cut off what was recorded."""

from collections.abc import Sequence

import click

from registry.cli.edge import Refused, transaction
from registry.domain.keyring import KeyName
from registry.domain.vietnamese.writing import format_number
from registry.services.audit_checks import keep_head
from registry.services.audit_checks import verify as verify_audit
from registry.settings import Runtime


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("audit", help="Nhật ký: kiểm tra toàn vẹn.")
    def audit() -> None:
        pass

    @audit.command(
        "verify", help="Kiểm tra toàn bộ chuỗi nhật ký và các mốc lưu ngoài cơ sở dữ liệu."
    )
    @transaction(writes=False)
    def verify() -> None:
        settings = runtime.settings
        key = settings.required_secrets()[KeyName.AUDIT]
        verdict = verify_audit(settings.home, key)
        if verdict.fault is not None:
            raise Refused(verdict.fault)
        keep_head(settings.home, key, runtime.clock.moment())
        if verdict.heads == 0:
            click.echo("Chưa có mốc nào lưu ngoài cơ sở dữ liệu; vừa lưu mốc đầu tiên.", err=True)
        click.echo(
            f"Nhật ký nguyên vẹn: {format_number(verdict.events)} dòng, "
            f"{format_number(verdict.heads)} mốc đã đối chiếu."
        )

    return [audit]
