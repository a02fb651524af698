"""`flask units …`: list, check, reorganise, undo."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from registry.cli.days import DAY
from registry.cli.edge import Refused, refusals_in_words, transaction
from registry.documents.reorganisations.allocation import AllocationRow, allocation_csv
from registry.documents.reorganisations.annex_columns import reading_lines
from registry.domain.assignments import CountingSetting
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.questions import Item
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_number
from registry.formats.allocation import read_allocation
from registry.formats.annex import open_annexes
from registry.formats.uploaded_table import MAX_BYTES
from registry.queries.parameters import default_day
from registry.queries.units.former_names import named_after_ended
from registry.queries.units.left_over import left_over
from registry.queries.units.lists import ListedUnit, listed
from registry.queries.units.on_a_day import find_by_code
from registry.services.counting_settings import SetCounting, set_complete_from, set_counting
from registry.services.decisions import reread_issuers
from registry.services.reorganisations import applying, undoing
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.reorganisations.outcome import Outcome, plain
from registry.services.units import checks as unit_checks
from registry.services.units.known_days import set_last_known_day
from registry.settings import Runtime

_SINCE = click.option("--from", "since", type=DAY, required=True, help="Tính từ ngày.")
# So much of what an annex leaves out the table names; the JSON names all.
_LEFT_OUT_SHOWN = 50
_YES_OR_NO = click.Choice(["yes", "no"])


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("units", help="Đơn vị: liệt kê, kiểm tra, sắp xếp, hoàn tác.")
    def units() -> None:
        pass

    @units.command(
        "check",
        help="Tìm khoảng trống, chồng lấn, vòng lặp, đơn vị đặt sai chỗ, đơn vị còn sau khi loại "
        "của nó kết thúc.",
    )
    @transaction(writes=False)
    def check() -> None:
        today = runtime.clock.today()
        found = unit_checks.look_at_units(today)
        # A body left over is a to-do of the desk, no fault: the command succeeds all the same.
        waiting = left_over(today)
        misnamed = named_after_ended(today)
        to_do = [body.sentence for body in waiting] + [unit.sentence for unit in misnamed]
        for line in (*to_do, *found.to_tell, *found.faults):
            click.echo(line)
        if waiting:
            click.echo(f"{len(waiting)} đơn vị chờ ghi nhận kế thừa hoặc giải thể.")
        if misnamed:
            click.echo(f"{len(misnamed)} đơn vị còn mang tên tỉnh đã kết thúc.")
        if found.faults:
            raise Refused(f"{len(found.faults)} lỗi trong số liệu đơn vị.")
        click.echo("Số liệu đơn vị không có lỗi.")

    @units.command("rebuild", help="Dựng lại đường dẫn đơn vị đã lưu từ số liệu.")
    @transaction(writes=True)
    def rebuild() -> None:
        moment = runtime.clock.moment()
        rows = unit_checks.rebuild(system_actor(), moment)
        click.echo(f"Đã dựng lại {format_number(rows)} đường dẫn.", err=True)
        if changed := reread_issuers(system_actor(), moment):
            click.echo(
                f"Đã đọc lại cơ quan ban hành của {format_number(changed)} văn bản.", err=True
            )

    @units.command("list", help="Liệt kê đơn vị của một ngày.")
    @click.option("--as-of", "as_of", type=DAY, help="Ngày, dạng YYYY-MM-DD.")
    @click.option(
        "--kind", type=click.Choice([kind.value for kind in UnitKind]), help="Loại đơn vị."
    )
    @click.option("--under", help="Mã đơn vị: cả cây bên dưới nó.")
    @click.option(
        "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
    )
    @transaction(writes=False)
    def list_units(as_of: date | None, kind: str | None, under: str | None, form: str) -> None:
        day = as_of or default_day(runtime.clock.today())
        rows = listed(day, UnitKind(kind) if kind else None, under)
        if form == "json":
            click.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
            return
        for row in rows:
            click.echo(f"{row.unit.code}\t{row.unit.name}\t{row.unit.parent_name or ''}")

    @units.command(
        "reorganise",
        help="Sắp xếp đơn vị theo phụ lục (CSV hoặc Excel). Không có --dry-run thì ghi ngay.",
    )
    @click.argument(
        "files",
        nargs=-1,
        required=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
    )
    @click.option("--effective", type=DAY, required=True, help="Ngày có hiệu lực, YYYY-MM-DD.")
    @click.option("--decision", required=True, help="Số quyết định, nghị quyết.")
    @click.option("--create-missing", is_flag=True, help="Bổ sung đơn vị cũ chưa có trong sổ.")
    @click.option(
        "--known-from",
        type=DAY,
        help="Số liệu các đơn vị cũ đó có từ ngày (mặc định: ngày liền trước ngày có hiệu lực).",
    )
    @click.option(
        "--allocation",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Tệp phân bổ người, tổ, phân công của đơn vị bị chia hoặc có phần chuyển đi "
        "(CSV: item,target).",
    )
    @click.option(
        "--allocation-template",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Ghi tệp mẫu phân bổ rồi dừng, không thực hiện.",
    )
    @click.option("--dry-run", is_flag=True, help="Chạy thử: không ghi gì.")
    @click.option(
        "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
    )
    def reorganise(
        files: tuple[Path, ...],
        effective: date,
        decision: str,
        create_missing: bool,
        known_from: date | None,
        allocation: Path | None,
        allocation_template: Path | None,
        dry_run: bool,
        form: str,
    ) -> None:
        with refusals_in_words():
            rows, problems = _read_annexes(files)
            answers = read_allocation(_content(allocation)) if allocation else {}
        order = ComposeBatch(
            effective_on=effective,
            decision_number=decision,
            rows=rows,
            create_missing=create_missing,
            known_from=known_from,
            answers=answers,
        )
        if problems:
            _say(Outcome(None, dry_run, effective, problems=tuple(problems)), form)
        else:
            only_tried = dry_run or allocation_template is not None
            outcome = _carry_out(runtime, order, form, dry_run=only_tried)
            if allocation_template is not None:
                _write_template(allocation_template, outcome, answers)

    @units.command("undo", help="Hoàn tác một đợt sắp xếp.")
    @click.argument("batch", type=int)
    @transaction(writes=True)
    def undo(batch: int) -> None:
        undone = undoing.undo(system_actor(), batch, runtime.clock.moment())
        click.echo(f"Đã hoàn tác đợt {undone.id}.", err=True)

    @units.command(
        "known-until",
        help="Ghi ngày cuối mà số liệu đơn vị còn đúng; không ghi ngày: đúng đến hôm nay.",
    )
    @click.argument("day", type=DAY, required=False)
    @transaction(writes=True)
    def known_until(day: date | None) -> None:
        moment = runtime.clock.moment()
        if not set_last_known_day(system_actor(), day, moment):
            click.echo("Không có gì thay đổi.", err=True)

    @units.command(
        "grace-days",
        help="Thời hạn chuyển tiếp: số ngày, kể từ ngày đơn vị mới hoạt động, phân công trước sắp "
        "xếp còn được tính.",
    )
    @click.argument("days", type=click.IntRange(min=0))
    @_SINCE
    @transaction(writes=True)
    def grace_days(days: int, since: date) -> None:
        _set(runtime, CountingSetting.GRACE_DAYS, days, since)

    @units.command(
        "contract-workers",
        help="Người hợp đồng có được tính là cán bộ chuyên trách hay không.",
    )
    @click.argument("answer", type=_YES_OR_NO)
    @_SINCE
    @transaction(writes=True)
    def contract_workers(answer: str, since: date) -> None:
        _set(runtime, CountingSetting.CONTRACT_WORKERS, int(answer == "yes"), since)

    @units.command(
        "other-papers",
        help="Thông báo, công văn, văn bản cử của thủ trưởng đơn vị có được tính hay không.",
    )
    @click.argument("answer", type=_YES_OR_NO)
    @_SINCE
    @transaction(writes=True)
    def other_papers(answer: str, since: date) -> None:
        _set(runtime, CountingSetting.OTHER_PAPERS, int(answer == "yes"), since)

    @units.command("complete-from", help="Ghi ngày từ đó sổ có đủ số liệu của một tỉnh, thành phố.")
    @click.argument("code")
    @click.argument("day", type=DAY)
    @transaction(writes=True)
    def complete_from(code: str, day: date) -> None:
        province = find_by_code(code, day) or find_by_code(code, runtime.clock.today())
        if province is None:
            raise Refused(f"Không có đơn vị mang mã “{code}”.")
        moment = runtime.clock.moment()
        if not set_complete_from(system_actor(), province.id, day, moment):
            click.echo("Không có gì thay đổi.", err=True)

    return [units]


def _set(runtime: Runtime, setting: CountingSetting, value: int, since: date) -> None:
    command = SetCounting(setting=setting, since=since, value=value)
    if not set_counting(system_actor(), command, runtime.clock.moment()):
        click.echo("Không có gì thay đổi.", err=True)


@transaction(writes=True)
def _carry_out(runtime: Runtime, order: ComposeBatch, form: str, *, dry_run: bool) -> Outcome:
    """Carry a batch out and say what became of it; what has problems is not kept."""
    outcome = _run(runtime, order, dry_run=dry_run)
    _say(outcome, form)
    return outcome


def _say(outcome: Outcome, form: str) -> None:
    """Print an outcome; raise Refused when it has problems."""
    _print_outcome(outcome, form)
    if outcome.problems:
        raise Refused(f"{len(outcome.problems)} vấn đề; chưa có gì được ghi.")


def _run(runtime: Runtime, order: ComposeBatch, *, dry_run: bool) -> Outcome:
    """Compose and try out or apply; what only was tried leaves nothing behind."""
    actor, moment = system_actor(), runtime.clock.moment()
    if not dry_run:
        batch = compose(actor, order, moment)
        return applying.apply(actor, batch.id, moment)
    with applying.nothing_kept():
        batch = compose(actor, order, moment)
        return replace(applying.try_out(actor, batch.id, moment), batch_id=None)


def _read_annexes(files: Sequence[Path]) -> tuple[list[AnnexRow], list[RowProblem]]:
    """Return the rows of annexes and what is wrong; say which column was taken for what."""
    annexes = open_annexes((path.name, _content(path)) for path in files)
    for line in (line for annex in annexes for line in reading_lines(annex)):
        click.echo(line, err=True)
    return (
        [row for annex in annexes for row in annex.rows],
        [problem for annex in annexes for problem in annex.problems],
    )


def _content(path: Path) -> bytes:
    """Return what a file holds, of one that is too large only so much that it shows."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _write_template(path: Path, outcome: Outcome, answers: Mapping[Item, str]) -> None:
    rows = [
        AllocationRow(question, question.noun.value, answers.get(question.item, ""))
        for question in (*outcome.questions, *outcome.answered)
    ]
    try:
        path.write_text(allocation_csv(rows), encoding="utf-8")
    except OSError as error:
        raise Refused(f"Không ghi được {path}: {error.strerror}.") from error
    click.echo(f"Đã ghi {format_number(len(rows))} dòng cần phân bổ vào {path}.", err=True)


def _print_outcome(outcome: Outcome, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(plain(outcome), ensure_ascii=False, indent=2))
        return
    for problem in outcome.problems:
        place = f"{problem.source}:{problem.row}" if problem.row else "đợt"
        click.echo(f"{place}\t{problem.field}\t{problem.text}")
    if outcome.problems:
        return
    for label, rows in (
        ("thành lập", outcome.established),
        ("tiếp tục tồn tại", outcome.continued),
        ("chưa có phương án", outcome.without_plan),
        ("chưa có đầu mối", outcome.uncovered),
    ):
        click.echo(f"{label}: {format_number(len(rows))}")
    click.echo(f"kết thúc: {format_number(len(outcome.ended))}")
    for team in outcome.led:
        if team.is_open:
            above = f" ({team.unit.parent_name})" if team.unit.parent_name else ""
            click.echo(f"cần chọn {team.title}: {team.unit.name}{above}: {team.lack}")
    _print_left_out(outcome)
    for noun, count in outcome.counts.items():
        click.echo(
            f"{noun}: chuyển {format_number(count.moved)}, kết thúc {format_number(count.ended)}"
        )


def _print_left_out(outcome: Outcome) -> None:
    """Print what the annex leaves out: nothing of it stands against the batch."""
    click.echo(f"phụ lục còn thiếu: {format_number(len(outcome.left_out))}")
    for unit, why in outcome.left_out[:_LEFT_OUT_SHOWN]:
        click.echo(f"\t{unit.code}\t{unit.name}\t{why}")
    more = len(outcome.left_out[_LEFT_OUT_SHOWN:])
    if more:
        click.echo(f"\tvà {format_number(more)} đơn vị khác: dùng --format json để xem hết")


def _as_json(row: ListedUnit) -> dict[str, str | None]:
    return {
        "code": row.unit.code,
        "name": row.unit.name,
        "kind": row.unit.kind.value,
        "parent": row.parent_code,
        "parent_name": row.unit.parent_name,
        "valid_from": row.unit.valid_from.isoformat(),
        "valid_to": row.unit.valid_to.isoformat() if row.unit.valid_to else None,
    }
