"""Say what migrations closed because it stood in the registry twice."""

import click

from registry.cli.edge import transaction
from registry.domain.audit.deeds import noun_label
from registry.domain.permissions import system_actor
from registry.domain.vietnamese.writing import format_number
from registry.services.settled_duplicates import tell_settled
from registry.settings import Runtime


@transaction(writes=True)
def print_settled(runtime: Runtime) -> None:
    """Audit and print it, once; whatever has migrated the database calls this afterwards."""
    for settled in tell_settled(system_actor(), runtime.clock.moment()):
        click.echo(
            f"{noun_label(settled.noun)}: đã đóng {format_number(settled.count)} bản ghi trùng, "
            "giữ bản mới nhất.",
            err=True,
        )
