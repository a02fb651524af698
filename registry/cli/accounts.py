"""`flask accounts create|disable|reset|release|list`."""

from collections.abc import Sequence
from pathlib import Path

import click

from registry.cli.edge import Refused, transaction
from registry.domain.clock import Moment
from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role, system_actor
from registry.domain.vietnamese.typed_names import read_name
from registry.queries.accounts import all_accounts
from registry.queries.offices import is_held
from registry.queries.people import find_person_by_phone
from registry.queries.units.on_a_day import find_by_code, units_by_id
from registry.services import accounts as service
from registry.services.decisions import Scan
from registry.services.link_releases import Lives, release_at_shell
from registry.services.people import PersonDetails, RegisterPerson, known_already, register
from registry.settings import Runtime

_GRANTABLE = [role.value for role in Role if role not in {Role.PUBLIC, Role.MEMBER}]


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("accounts", help="Tài khoản: tạo, khóa, đặt lại mật khẩu, liệt kê.")
    def accounts() -> None:
        pass

    @accounts.command("create", help="Tạo tài khoản và in liên kết đặt mật khẩu (dùng một lần).")
    @click.argument("login")
    @click.option(
        "--role",
        type=click.Choice(_GRANTABLE),
        default=Role.SYSTEM_ADMINISTRATOR.value,
        show_default=True,
        help="Vai trò.",
    )
    @click.option(
        "--unit", "unit_code", help="Mã đơn vị mà vai trò gắn với (trừ quản trị hệ thống)."
    )
    @click.option(
        "--phone", help="Số điện thoại của người đã có trong sổ, là thành viên của đơn vị đó."
    )
    @click.option(
        "--name",
        help="Họ và tên, khi người đó chưa có trong sổ: ghi luôn là thành viên của đơn vị đó.",
    )
    @click.option(
        "--paper",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Bản quét văn bản đã ký giao vai trò (PDF, JPG, PNG); bắt buộc với tài khoản đầu tiên "
        "ghi nhận quyết định của một cơ quan.",
    )
    @transaction(writes=True)
    def create(
        login: str,
        role: str,
        unit_code: str | None,
        phone: str | None,
        name: str | None,
        paper: Path | None,
    ) -> None:
        moment = runtime.clock.moment()
        office = find_by_code(unit_code, moment.day) if unit_code else None
        if unit_code and office is None:
            raise Refused(f"Không có đơn vị mang mã “{unit_code}” vào hôm nay.")
        if role == Role.VERIFIER and not is_held(OfficeFunction.VERIFYING, moment.day):
            raise Refused("Hôm nay không cơ quan nào xác nhận danh sách: chọn vai trò khác.")
        office_id = office.id if office else None
        person_id = _new_person(name, phone, office_id, moment) if name else _known_person(phone)
        invitation = service.create(
            system_actor(),
            service.CreateAccount(
                login=login,
                role=Role(role),
                office_id=office_id,
                person_id=person_id,
                paper=_scan(paper) if paper else None,
            ),
            runtime.settings.invitation_life,
            moment,
            runtime.settings.scan_store,
        )
        _print_link(invitation)

    @accounts.command(
        "disable", help="Khóa tài khoản và kết thúc mọi phiên đăng nhập của tài khoản đó."
    )
    @click.argument("login")
    @transaction(writes=True)
    def disable(login: str) -> None:
        service.disable(system_actor(), login, runtime.clock.moment())
        click.echo(f"Đã khóa tài khoản {login}.", err=True)

    @accounts.command("reset", help="Mở lại tài khoản và in liên kết đặt mật khẩu mới.")
    @click.argument("login")
    @transaction(writes=True)
    def reset(login: str) -> None:
        _print_link(
            service.reset(
                system_actor(), login, runtime.settings.password_link_life, runtime.clock.moment()
            )
        )

    @accounts.command(
        "release",
        help="Cho phép liên kết đang chờ của một tài khoản, khi cơ quan chưa có người khác từng "
        "đăng nhập; in liên kết.",
    )
    @click.argument("login")
    @transaction(writes=True)
    def release(login: str) -> None:
        settings = runtime.settings
        released = release_at_shell(
            system_actor(),
            login,
            Lives(settings.invitation_life, settings.password_link_life),
            runtime.clock.moment(),
        )
        if released.token is None:
            click.echo(f"Tài khoản {released.login}: liên kết đã trao nay dùng được.", err=True)
        else:
            _print_link(released)

    @accounts.command("list", help="Liệt kê tài khoản và vai trò hôm nay.")
    @transaction(writes=False)
    def list_accounts() -> None:
        today = runtime.clock.today()
        rows = all_accounts(today)
        offices = units_by_id((o for row in rows for _, o in row.grants if o is not None), today)
        for row in rows:
            roles = "; ".join(
                role.label + (f" – {offices[office].name}" if office in offices else "")
                for role, office in row.grants
            )
            click.echo(f"{row.login}\t{'mở' if row.enabled else 'khóa'}\t{roles}")

    def _print_link(invitation: service.Invitation) -> None:
        click.echo(f"{runtime.settings.base_url}/dat-mat-khau/{invitation.token}")
        click.echo(
            f"Tài khoản {invitation.login}: mở liên kết trên để đặt mật khẩu (dùng một lần).",
            err=True,
        )

    return [accounts]


def _scan(path: Path) -> Scan:
    try:
        return Scan(name=path.name, content=path.read_bytes())
    except OSError as error:
        raise Refused(f"Không đọc được tệp {path}: {error.strerror}.") from error


def _known_person(phone: str | None) -> int | None:
    """Return who bears the telephone number; None when none was given."""
    if phone is None:
        return None
    person = find_person_by_phone(phone)
    if person is None:
        raise Refused(
            "Không có người nào mang số điện thoại này trong sổ. Người chưa có trong sổ thì thêm "
            "--name “Họ và tên”."
        )
    return person.id


def _new_person(name: str, phone: str | None, office_id: int | None, moment: Moment) -> int:
    """Record somebody as a member of the office: in a new registry nobody else could yet."""
    if office_id is None:
        raise Refused("Người mới cần --unit: đơn vị mà người đó là thành viên.")
    read = read_name(name)
    if read.taken_off or read.put_right != read.name:
        click.echo(f"Họ tên được ghi là “{read.put_right}”.", err=True)
    actor, details = system_actor(), PersonDetails(full_name=read.put_right, phone=phone)
    if known_already(actor, details, moment.day):
        raise Refused(
            "Trong sổ đã có người trùng họ tên hoặc số điện thoại: bỏ --name, dùng --phone."
        )
    order = RegisterPerson(
        unit_id=office_id,
        details=details,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=moment.day,
    )
    return register(actor, order, None, moment).id
