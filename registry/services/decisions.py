"""Decisions: recorded, completed or corrected later, with their scans (Plan 4660 V.4b)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.decisions import (
    CitedPaper,
    DecisionKind,
    PaperForce,
    SignatureForm,
    check_decision_days,
    force_of,
    may_end,
    paper_warnings,
    read_paper,
    signature_line,
)
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from registry.domain.issuers import is_own_head, issuer_key
from registry.domain.permissions import Action, Actor
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day, format_number
from registry.formats.scans import (
    DEFAULT_TOTAL_BYTES,
    DEFAULT_UNIT_BYTES,
    MEGABYTE,
    ScanType,
    check_scan,
    safe_download_name,
)
from registry.models.base import db
from registry.models.decisions import Decision, StoredFile
from registry.models.units import Unit
from registry.queries.coverage.at_risk import served_on_decision
from registry.queries.coverage.spans import covered_days
from registry.queries.decisions import (
    decisions_of_unit,
    decisions_with_issuer,
    kinds_ended_by,
    roster_units_on,
    stored_bytes,
)
from registry.queries.units.names import kind_as_last_known, names_borne
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.files import store_file
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time

TEXT_MAX_LENGTH = 200
CHANGED_MEANWHILE = (
    "Người khác vừa lưu văn bản này. Chưa có gì bị ghi đè: xem nội dung đang lưu bên dưới, "
    "kiểm tra phần đã nhập rồi bấm “Lưu” lần nữa nếu vẫn muốn thay."
)
ENDS_ANOTHER = (
    "Văn bản này đang được ghi là thay thế, bãi bỏ một văn bản khác; loại văn bản vừa chọn không "
    "thay thế, bãi bỏ được. Bỏ nội dung thay thế, bãi bỏ đó trước."
)
_OF_ANOTHER_BODY = (
    "Cơ quan ban hành là “{issuer}”, không phải thủ trưởng của đơn vị, nên văn bản này {lacks}. "
    "Nếu là thủ trưởng của đơn vị, mở văn bản, bấm “Đính chính, bổ sung” và ghi đúng tên đơn vị."
)
STORE_IS_FULL = (
    "Kho bản quét đã đầy: giới hạn là {limit} MB. Báo quản trị hệ thống dọn các bản quét đã được "
    "thay hoặc nâng giới hạn, rồi gửi lại; các mục khác vẫn lưu được khi không kèm tệp."
)
UNIT_IS_FULL = (
    "Các bản quét của đơn vị này đã đến giới hạn {limit} MB. Quét lại nhẹ hơn (200 dpi, đen trắng),"
    " hoặc báo quản trị hệ thống nâng giới hạn."
)
_NAMES_NOBODY = "không được tính là văn bản cử đầu mối CĐS"
_NO_SECTION = "không tính cho tiêu chuẩn chuyên trách khi giao bộ phận của xã, phường"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """An uploaded scan: the name its sender gave it, and its bytes.

    `kind` is what `check_scan` found it to be, where that happened before the transaction.
    """

    name: str
    content: bytes = field(repr=False)
    kind: ScanType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecision:
    """A decision as typed. Unknown days, issuer and signer are completed later.

    `number` may be a whole citation (`understood`). `kind` None: whatever the number says.
    `signature` is chosen beside `signer_form`, or stands in it. `effective_to` is the first day
    without effect.
    """

    unit_id: int
    number: str
    kind: DecisionKind | None
    issued_on: date | None
    issuer: str | None
    signer: str | None
    signer_form: str | None
    effective_from: date | None
    effective_to: date | None = None
    signature: SignatureForm | None = None
    scan: Scan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDecision:
    """What a decision always said: it replaces what was typed, and no new period begins anywhere.

    `version` is the one the form was filled from. `accept_gap`: the officer was told which units
    the day corrected leaves without a focal point, and goes on.
    """

    decision_id: int
    version: int
    number: str
    kind: DecisionKind | None
    issued_on: date | None
    issuer: str | None
    signer: str | None
    signer_form: str | None
    effective_from: date | None
    effective_to: date | None = None
    signature: SignatureForm | None = None
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachScan:
    """A scan for a decision; `version` is the one the page showed."""

    decision_id: int
    version: int
    scan: Scan


@dataclass(frozen=True, slots=True)
class ScanStore:
    """Where scans are kept, and how many bytes one may have; all, and those of one unit's papers.

    A scan that was replaced counts among all until it is removed.
    """

    folder: Path
    max_bytes: int
    total_bytes: int = DEFAULT_TOTAL_BYTES
    unit_bytes: int = DEFAULT_UNIT_BYTES


@one_at_a_time
def record_decision(
    actor: Actor, command: RecordDecision, moment: Moment, store: ScanStore
) -> Decision:
    """Record a decision of a unit.

    Raises NotFound outside the scope; Invalid when something typed cannot be, or the unit has
    this paper already.
    """
    _authorise(actor, command.unit_id, moment.day)
    return write_decision(actor, command, moment, store)


def write_decision(
    actor: Actor, command: RecordDecision, moment: Moment, store: ScanStore | None = None
) -> Decision:
    """Write a decision and its scan, for services that have authorised their own action.

    `store` is needed where a scan may come with it. Raises Invalid with every problem found, on
    `number`, `issued_on`, `issuer`, `signer`, `signer_form`, `effective_from`, `effective_to`,
    `scan`; on `number` when the unit has this paper already.
    """
    if db.session.get(Unit, command.unit_id) is None:
        raise NotFound
    decision = checked_decision(command, moment.day)
    if command.scan is not None and store is not None:
        decision.file = stored_scan(command.scan, command.unit_id, store, moment)
    db.session.add(decision)
    db.session.flush()
    _refuse_duplicate(decision)
    shown = _shown(decision)
    signer = shown.pop("signer")
    record(
        actor,
        Event(
            Deed.DECISION_RECORD,
            "decisions",
            decision.id,
            decision.unit_id,
            details=shown,
            personal={"signer": signer} if signer else None,
        ),
        moment,
    )
    return decision


def checked_decision(command: RecordDecision, today: date) -> Decision:
    """Return a decision as typed, in no session yet: every decision there is begins here.

    Raises Invalid as `write_decision`, which is the way for all that is recorded one by one; here
    begins what is loaded by the table.
    """
    return Decision(unit_id=command.unit_id, **_checked(command, command.unit_id, today))


def oddities_of(decision: Decision, today: date) -> list[str]:
    """Return what looks odd about a recorded paper, for whoever recorded it; nothing is refused."""
    warnings = paper_warnings(
        number=decision.number,
        issued_on=decision.issued_on,
        effective_from=decision.effective_from,
        effective_to=decision.effective_to,
        today=today,
    )
    if not decision.is_own:
        warnings += _about_another_body(decision, today)
    return warnings


def _about_another_body(decision: Decision, today: date) -> list[str]:
    """Say what a paper of another body cannot do for the unit, where it could be its own."""
    force = force_of(decision.kind)
    if force is PaperForce.NAMES:
        return [_OF_ANOTHER_BODY.format(issuer=decision.issuer, lacks=_NAMES_NOBODY)]
    if (
        force is PaperForce.ASSIGNS
        and kind_as_last_known(decision.unit_id, today) is UnitKind.COMMUNE
    ):
        return [_OF_ANOTHER_BODY.format(issuer=decision.issuer, lacks=_NO_SECTION)]
    return []


@one_at_a_time
def correct_decision(actor: Actor, command: CorrectDecision, moment: Moment) -> Decision:
    """Rewrite what a decision says, or complete it; nothing that rests on it gets a new period.

    A paper by which a member list was approved is corrected by the reviewing office only. Raises
    NotFound or NotAllowed, Conflict when it was saved meanwhile, Invalid with every problem, and on
    `accept_gap` when a unit would lose its last focal point. Nothing changed: nothing written.
    """
    decision = own_decision(actor, command.decision_id, command.version, moment.day)
    values = _checked(command, decision.unit_id, moment.day)
    if values["issued_on"] is None and roster_units_on(decision.id):
        raise Invalid.on(
            "issued_on", "Danh sách thành viên được phê duyệt theo văn bản này nên phải có ngày ký."
        )
    if any(not may_end(values["kind"], ended) for ended in kinds_ended_by(decision.id)):
        raise Invalid.on("kind", ENDS_ANOTHER)
    covered = covered_days(served_on_decision(decision.id))
    before = _shown(decision)
    for name, value in values.items():
        if getattr(decision, name) != value:
            setattr(decision, name, value)
    db.session.flush()
    _refuse_duplicate(decision)
    # A first day put right moves where the covered days begin; that is no gap left behind.
    first = values["effective_from"] or values["issued_on"]
    since = min(first, moment.day) if first and values["issued_on"] else None
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap, since=since)
    _record_change(actor, decision, before, gaps, moment)
    return decision


@one_at_a_time
def attach_scan(actor: Actor, attachment: AttachScan, moment: Moment, store: ScanStore) -> Decision:
    """Put a scan to a decision, in the place of the one it had; the earlier file stays stored.

    Raises NotFound or NotAllowed, Conflict when the decision was saved meanwhile, Invalid on
    `scan`.
    """
    decision = own_decision(actor, attachment.decision_id, attachment.version, moment.day)
    before = _shown(decision)
    if decision.file is not None:
        decision.file.replaced_at = moment.instant
    decision.file = stored_scan(attachment.scan, decision.unit_id, store, moment)
    db.session.flush()
    details = {"before": before["scan_sha256"], "after": decision.file.sha256}
    record(
        actor,
        Event(Deed.DECISION_ATTACH_SCAN, "decisions", decision.id, decision.unit_id, details),
        moment,
    )
    return decision


def own_decision(actor: Actor, decision_id: int, version: int, today: date) -> Decision:
    """Return a decision that the actor may edit, in the version he saw.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile.
    """
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise NotFound
    _authorise(actor, decision.unit_id, today)
    keep_lists_for_the_reviewing_office(actor, decision.id, today)
    if decision.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return decision


def keep_lists_for_the_reviewing_office(actor: Actor, decision_id: int, today: date) -> None:
    """Raise NotAllowed when a list was approved by the paper and somebody else would touch it."""
    reviewed = actor.scope(Action.ROSTER_REVIEW)
    for unit_id in roster_units_on(decision_id):
        if not reviewed.covers(path_on(unit_id, today), unit_id):
            raise NotAllowed(
                "Danh sách thành viên được phê duyệt theo văn bản này, "
                "nên chỉ cơ quan thẩm định mới sửa được."
            )


def _refuse_duplicate(decision: Decision) -> None:
    """Raise Invalid on `number` when the unit has this paper twice.

    An issuer gives a number once a year; a People's Committee and its chairman are two. What is
    not known yet, the issuer or the day, is no difference.
    """
    for other in decisions_of_unit(decision.unit_id):
        if other.id != decision.id and _is_same_paper(other, decision):
            day = f" ngày {format_day(other.issued_on)}" if other.issued_on else ""
            raise Invalid.on(
                "number",
                f"Đơn vị đã có {other.name}{day}. "
                "Chọn văn bản đó trong danh sách, hoặc kiểm tra lại số và ngày ký.",
            )


def _is_same_paper(one: Decision, other: Decision) -> bool:
    if one.number.casefold() != other.number.casefold():
        return False
    if one.issuer and other.issuer and issuer_key(one.issuer) != issuer_key(other.issuer):
        return False
    return not one.issued_on or not other.issued_on or one.issued_on.year == other.issued_on.year


def _authorise(actor: Actor, unit_id: int, today: date) -> None:
    actor.require_on(Action.ASSIGNMENT_RECORD, path_on(unit_id, today), unit_id)


def understood(command: RecordDecision) -> RecordDecision:
    """Return a decision whose number, when it was typed as a citation, is taken apart.

    Raises Invalid as `read_paper`.
    """
    paper = read_paper(_cited(command))
    return replace(
        command,
        number=paper.number,
        kind=paper.kind,
        issued_on=paper.issued_on,
        issuer=paper.issuer,
    )


def _cited(command: RecordDecision | CorrectDecision) -> CitedPaper:
    return CitedPaper(command.number, command.kind, command.issued_on, command.issuer)


def _checked(
    command: RecordDecision | CorrectDecision, unit_id: int, today: date
) -> dict[str, Any]:
    """Return the columns of a decision, cleaned; raise Invalid with every problem."""
    problems: list[Problem] = []
    paper = _cited(command)
    try:
        paper = read_paper(paper)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    try:
        check_decision_days(
            issued_on=paper.issued_on,
            effective_from=command.effective_from,
            effective_to=command.effective_to,
            today=today,
        )
    except Invalid as refusal:
        problems.extend(refusal.problems)
    signer_form = normalise(command.signer_form or "") or None
    try:
        signer_form = signature_line(command.signature, signer_form)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    texts = {
        "issuer": normalise(paper.issuer or "") or None,
        "signer": normalise(command.signer or "") or None,
        "signer_form": signer_form,
    }
    problems += [
        Problem(name, f"Nhập nhiều nhất {TEXT_MAX_LENGTH} ký tự.")
        for name, text in texts.items()
        if text is not None and len(text) > TEXT_MAX_LENGTH
    ]
    problems += [
        Problem(name, said)
        for name, text in texts.items()
        if text is not None and (said := refusal_of(text))
    ]
    if problems:
        raise Invalid(problems)
    return {
        "number": paper.number,
        "kind": paper.kind,
        "issued_on": paper.issued_on,
        "effective_from": command.effective_from,
        "effective_to": command.effective_to,
        "is_own": _is_own(texts["issuer"], unit_id),
        **texts,
    }


def _is_own(issuer: str | None, unit_id: int) -> bool:
    """Read from the issuer whether the unit's own head issued the paper; no issuer: he did."""
    if issuer is None:
        return True
    names = names_borne(unit_id)
    return is_own_head(issuer, names.own, names.of_superiors)


@one_at_a_time
def reread_issuers(
    actor: Actor, moment: Moment, within: str | None = None, *, only_to_own: bool = False
) -> int:
    """Read anew whose each paper is, of all units or of those below a path; count what changed.

    For services that have authorised their action: what is stored was read with the names and the
    rules of its day. What changes is audited. `only_to_own`: a name put right takes no paper away.
    """
    changed = 0
    for unit_id, papers in groupby(decisions_with_issuer(within, moment.day), _unit_of):
        names = names_borne(unit_id)
        for decision in papers:
            is_own = is_own_head(decision.issuer, names.own, names.of_superiors)
            if is_own is decision.is_own or (only_to_own and not is_own):
                continue
            before = _shown(decision)
            decision.is_own = is_own
            _record_change(actor, decision, before, {}, moment)
            changed += 1
    db.session.flush()
    return changed


def _unit_of(decision: Decision) -> int:
    return decision.unit_id


def stored_scan(scan: Scan, unit_id: int | None, store: ScanStore, moment: Moment) -> StoredFile:
    """Keep a scan, whatever paper of a unit it is of.

    Raises Invalid on `scan` for what is none, and where there is no more room.
    """
    kind = scan.kind or check_scan(scan.name, scan.content, max_bytes=store.max_bytes)
    if stored_bytes() + len(scan.content) > store.total_bytes:
        raise Invalid.on("scan", STORE_IS_FULL.format(limit=_in_megabytes(store.total_bytes)))
    if unit_id and stored_bytes(unit_id) + len(scan.content) > store.unit_bytes:
        raise Invalid.on("scan", UNIT_IS_FULL.format(limit=_in_megabytes(store.unit_bytes)))
    name = safe_download_name(scan.name, kind)
    return store_file(scan.content, name, kind.media_type, store.folder, moment)


def _in_megabytes(size: int) -> str:
    return format_number(size // MEGABYTE)


def _shown(decision: Decision) -> dict[str, Any]:
    """Return what the audit compares before and after a change."""
    return {
        "number": decision.number,
        "kind": decision.kind.value,
        "issued_on": decision.issued_on,
        "issuer": decision.issuer,
        "is_own": decision.is_own,
        "signer": decision.signer,
        "signer_form": decision.signer_form,
        "effective_from": decision.effective_from,
        "effective_to": decision.effective_to,
        "scan_sha256": decision.file.sha256 if decision.file else None,
    }


def _record_change(
    actor: Actor,
    decision: Decision,
    before: dict[str, Any],
    gaps: Mapping[int, date],
    moment: Moment,
) -> None:
    after = _shown(decision)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return
    completes = all(before[name] is None for name in changed)
    # The signer is a person: the name stands beside the chain, where it can be erased.
    open_fields = [name for name in changed if name != "signer"]
    record(
        actor,
        Event(
            Deed.DECISION_COMPLETE if completes else Deed.DECISION_CORRECT,
            "decisions",
            decision.id,
            decision.unit_id,
            details={name: [before[name], after[name]] for name in open_fields}
            | accepted_gaps(gaps),
            personal=(
                {"signer": [before["signer"], after["signer"]]} if "signer" in changed else None
            ),
        ),
        moment,
    )
