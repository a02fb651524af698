"""`flask outbox send`: send the mails that wait."""

import smtplib
from collections.abc import Sequence

import click

from registry.cli.edge import Refused, transaction
from registry.domain.permissions import system_actor
from registry.queries.outbox import count_waiting, ids_to_send
from registry.services import outbox as service
from registry.services.smtp import MailServer, connected, kind_of_failure
from registry.services.smtp import send as send_letter
from registry.settings import Mail, Runtime


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("outbox", help="Thư gửi đi.")
    def outbox() -> None:
        pass

    @outbox.command("send", help="Gửi các thư đang chờ, mỗi thư một lần. Không có SMTP: chỉ đếm.")
    def send() -> None:
        waiting = _clean_and_list(runtime)
        mail = runtime.settings.mail
        if mail is None:
            _print_waiting(runtime, "Chưa cấu hình máy chủ thư (SMTP_HOST).")
            return
        if waiting:
            _send_all(runtime, mail, waiting)
        else:
            click.echo("Đã gửi 0 thư.")
        _print_waiting(runtime)

    return [outbox]


@transaction(writes=True)
def _clean_and_list(runtime: Runtime) -> list[int]:
    moment = runtime.clock.moment()
    service.empty_expired(system_actor(), moment)
    return ids_to_send(moment.running)


@transaction(writes=False)
def _print_waiting(runtime: Runtime, reason: str = "") -> None:
    waiting = count_waiting(runtime.clock.moment().running)
    if waiting:
        advice = "mở trang “Thư gửi đi” để sao chép và chuyển tay"
        click.echo(f"{reason} Còn {waiting} thư chờ; {advice}.".strip())
    elif reason:
        click.echo(f"{reason} Không có thư chờ.")


# Unlike other commands this one reads the clock for each step: a mail server may take minutes, and
# what is recorded of a letter is when it was taken and when it left.
def _send_all(runtime: Runtime, mail: Mail, waiting: Sequence[int]) -> None:
    server = MailServer(
        mail.host, mail.port, mail.username, mail.password, mail.sender, mail.use_tls
    )
    sent = failed = 0
    try:
        with connected(server) as connection:
            for message_id in waiting:
                letter = _claim(runtime, message_id)
                if letter is None:
                    continue
                if _sent(runtime, connection, mail.sender, letter):
                    sent += 1
                else:
                    failed += 1
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(
            f"Không kết nối được với máy chủ thư {mail.host}:{mail.port} "
            f"({kind_of_failure(error)}). Đã gửi {sent} thư; số còn lại vẫn chờ."
        ) from error
    click.echo(f"Đã gửi {sent} thư.")
    if failed:
        raise Refused(
            f"{failed} thư chưa gửi được; lý do ở trang “Thư gửi đi”. Chạy lại để thử lại."
        )


def _sent(runtime: Runtime, connection: smtplib.SMTP, sender: str, letter: service.Letter) -> bool:
    try:
        send_letter(connection, sender, letter)
    except (OSError, smtplib.SMTPException) as error:
        _give_back(runtime, letter.id, kind_of_failure(error))
        return False
    _finish(runtime, letter.id)
    return True


@transaction(writes=True)
def _claim(runtime: Runtime, message_id: int) -> service.Letter | None:
    return service.claim(system_actor(), message_id, runtime.clock.moment())


@transaction(writes=True)
def _finish(runtime: Runtime, message_id: int) -> None:
    service.finish(system_actor(), message_id, runtime.clock.moment())


@transaction(writes=True)
def _give_back(runtime: Runtime, message_id: int, reason: str) -> None:
    service.give_back(system_actor(), message_id, reason, runtime.clock.moment())
