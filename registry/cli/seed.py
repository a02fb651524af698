"""`flask seed`: load the reference data, and with `--demo` the invented people."""

from collections.abc import Sequence
from datetime import date

import click

from registry.cli.edge import transaction
from registry.domain.permissions import system_actor
from registry.services.seeds.demo import seed_demo
from registry.services.seeds.demo_reorganisations import reorganise_demo
from registry.services.seeds.reference import Loaded, seed_reference
from registry.settings import Runtime

_NOUNS = {
    "kind_placements": "quy định vị trí loại đơn vị",
    "units": "đơn vị",
    "coverage_rules": "quy định bố trí",
    "legal_bases": "căn cứ ghi trên báo cáo",
    "offices": "cơ quan thẩm định, phê duyệt",
    "platforms": "nền tảng",
    "topics": "chuyên đề",
    "parameters": "tham số",
    "completeness": "ngày đủ số liệu",
    "unit_contacts": "liên hệ của đơn vị",
    "people": "người",
    "memberships": "tư cách thành viên",
    "decisions": "văn bản",
    "assignments": "phân công",
    "rosters": "danh sách thành viên",
    "trainings": "lớp tập huấn",
    "attendances": "lượt tham dự",
    "signups": "đăng ký",
    "accounts": "tài khoản",
}


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command."""

    @click.command(
        "seed", help="Nạp dữ liệu gốc; với --demo nạp thêm người hư cấu. Chạy lại không đổi gì."
    )
    @click.option(
        "--demo", is_flag=True, help="Nạp cả người hư cấu (chỉ trên sổ chưa có người thật)."
    )
    def seed(*, demo: bool) -> None:
        print_loaded(load_reference(runtime))
        if demo:
            print_loaded(load_demo(runtime))

    return [seed]


@transaction(writes=True)
def load_reference(runtime: Runtime) -> list[Loaded]:
    """Load the reference data in one transaction."""
    return seed_reference(system_actor(), runtime.clock.moment())


@transaction(writes=True)
def load_demo(runtime: Runtime) -> list[Loaded]:
    """Load the invented people in one transaction; once they are there, change nothing."""
    return seed_demo(system_actor(), runtime.clock.moment(), runtime.settings.home)


@transaction(writes=True)
def load_reorganisations(runtime: Runtime) -> list[date]:
    """Carry out the reorganisations of 2025 on the demo in one transaction, once."""
    return reorganise_demo(system_actor(), runtime.clock.moment())


def print_reorganised(days: Sequence[date]) -> None:
    """Say on stderr which reorganisations were carried out; nothing when none was."""
    if days:
        said = ", ".join(f"{day:%d/%m/%Y}" for day in days)
        click.echo(f"Đã thực hiện các đợt sắp xếp đơn vị: {said}.", err=True)


def print_loaded(loaded: Sequence[Loaded]) -> None:
    """Say on stderr what was added, or that nothing was."""
    added = [f"{part.added} {_NOUNS[part.noun]}" for part in loaded if part.added]
    click.echo(
        f"Đã nạp: {', '.join(added)}." if added else "Dữ liệu đã có đủ, không nạp gì thêm.",
        err=True,
    )
