"""Decisions: recorded, completed, corrected in place, with scans checked by content."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.decisions import DecisionKind, SignatureForm
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.rosters import RosterState
from registry.formats.scans import ScanType
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.rosters import Roster
from registry.services.decisions import (
    AttachScan,
    CorrectDecision,
    Scan,
    ScanStore,
    attach_scan,
    correct_decision,
    oddities_of,
    record_decision,
    reread_issuers,
    write_decision,
)
from registry.services.files import missing_and_orphan_files, read_file
from scripts.tree import ROOT
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import make_actor
from tests.factories.decisions import pdf, typed_decision
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import START, Province

MEGABYTE = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path / "files", 10 * MEGABYTE)


def fields_of(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {problem.field for problem in refused.value.problems}


def correction(decision: Decision, **changes: object) -> CorrectDecision:
    values: dict[str, object] = {
        "decision_id": decision.id,
        "version": decision.version,
        "number": decision.number,
        "kind": decision.kind,
        "issued_on": decision.issued_on,
        "issuer": decision.issuer,
        "signer": decision.signer,
        "signer_form": decision.signer_form,
        "effective_from": decision.effective_from,
        "effective_to": decision.effective_to,
    }
    return CorrectDecision(**(values | changes))  # type: ignore[arg-type]


def last_event() -> AuditEvent:
    event = db.session.scalar(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1))
    assert event is not None
    return event


def make_roster(here: Province, decision: Decision) -> Roster:
    roster = Roster(
        unit_id=here.commune.id,
        number=1,
        state=RosterState.DECIDED,
        created_at=NOW,
        decision_id=decision.id,
        content_hash="0" * 64,
    )
    db.session.add(roster)
    db.session.flush()
    return roster


def test_a_recorded_decision_is_normalised_and_audited(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(
        here.commune, "Số: 20 / QĐ-UBND", scan=Scan(name="Bản quét.pdf", content=pdf())
    )
    decision = record_decision(actor, typed, MOMENT, store)
    assert decision.number == "20/QĐ-UBND"
    assert decision.file is not None
    assert read_file(decision.file, store.folder) == pdf()
    assert decision.file.content_type == "application/pdf"
    event = last_event()
    assert (event.action, event.object_id, event.unit_id) == (
        "decision.record",
        str(decision.id),
        here.commune.id,
    )
    assert event.details["scan_sha256"] == decision.file.sha256
    assert "Người Ký Thử" not in str(event.details)
    kept = db.session.get_one(AuditPersonal, event.sequence)
    assert kept.content == {"signer": "Người Ký Thử"}


def test_an_officer_of_another_unit_cannot_record_here(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.far_commune)
    with pytest.raises(NotFound):
        record_decision(actor, typed_decision(here.commune), MOMENT, store)


def test_who_only_looks_cannot_record(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.VIEWER, here.committee)
    with pytest.raises(NotAllowed):
        record_decision(actor, typed_decision(here.commune), MOMENT, store)


def test_every_problem_is_named_at_once(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(here.commune, "không số", issued_on=date(2024, 7, 1), issuer="x" * 201)
    typed = replace(typed, signature=SignatureForm.ON_BEHALF, signer_form="KT. CHỦ TỊCH")
    with pytest.raises(Invalid) as refused:
        record_decision(actor, typed, MOMENT, store)
    assert fields_of(refused) == {"number", "issued_on", "issuer", "signer_form"}


def test_an_issuer_of_two_hundred_characters_is_recorded(app: Flask, store: ScanStore) -> None:
    here = Province()
    typed = typed_decision(here.commune, issuer="x" * 200)
    assert record_decision(system_actor(), typed, MOMENT, store).issuer == "x" * 200


def test_a_paper_of_which_no_issuer_is_known_is_taken_for_the_units_own(
    app: Flask, store: ScanStore
) -> None:
    typed = typed_decision(Province().commune, issuer=None)
    assert record_decision(system_actor(), typed, MOMENT, store).is_own


def test_a_paper_of_a_unit_that_is_not_there_is_not_written(app: Flask, store: ScanStore) -> None:
    typed = replace(typed_decision(Province().commune), unit_id=999_999)
    with pytest.raises(NotFound):
        write_decision(system_actor(), typed, MOMENT, store)


def test_a_scan_over_the_limit_is_refused_and_leaves_no_file(app: Flask, tmp_path: Path) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    small = ScanStore(tmp_path / "files", 2000)
    typed = typed_decision(here.commune, scan=Scan(name="a.pdf", content=pdf(3000)))
    with pytest.raises(Invalid) as refused:
        record_decision(actor, typed, MOMENT, small)
    assert fields_of(refused) == {"scan"}
    assert not small.folder.exists()


def test_a_page_of_the_web_named_pdf_is_refused(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(
        here.commune, scan=Scan(name="a.pdf", content=b"<html><script>1</script></html>")
    )
    with pytest.raises(Invalid) as refused:
        record_decision(actor, typed, MOMENT, store)
    assert fields_of(refused) == {"scan"}


def test_the_same_paper_is_not_recorded_twice_for_a_unit(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.REVIEWER, here.it_department)
    record_decision(actor, typed_decision(here.commune), MOMENT, store)
    with pytest.raises(Invalid, match="đã có Quyết định số 20/QĐ-UBND ngày 01/06/2024"):
        record_decision(
            actor, typed_decision(here.commune, issued_on=date(2024, 6, 2)), MOMENT, store
        )


@pytest.mark.parametrize(
    ("number", "issuer", "issued_on"),
    [
        ("21/QĐ-UBND", "UBND xã", START),
        ("20/QĐ-UBND", "UBND huyện", START),
        ("20/QĐ-UBND", "Chủ tịch UBND xã", START),
        ("20/QĐ-UBND", "UBND xã", date(2023, 6, 1)),
    ],
)
def test_another_number_issuer_or_year_is_another_paper(
    app: Flask, store: ScanStore, number: str, issuer: str, issued_on: date
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    record_decision(actor, typed_decision(here.commune), MOMENT, store)
    typed = typed_decision(here.commune, number, issuer=issuer, issued_on=issued_on)
    assert record_decision(actor, typed, MOMENT, store).id


@pytest.mark.parametrize("issuer", ["Ủy ban nhân dân xã", "Uỷ ban nhân dân xã", "UBND XÃ", None])
def test_an_issuer_spelt_otherwise_is_the_same(
    app: Flask, store: ScanStore, issuer: str | None
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    record_decision(actor, typed_decision(here.commune), MOMENT, store)
    with pytest.raises(Invalid, match="đã có Quyết định số 20/QĐ-UBND"):
        record_decision(actor, typed_decision(here.commune, issuer=issuer), MOMENT, store)


def test_a_day_not_known_yet_is_no_other_paper(app: Flask, store: ScanStore) -> None:
    here = Province()
    for unit, days in ((here.commune, (START, None)), (here.other_commune, (None, START))):
        first, second = (typed_decision(unit, issued_on=day) for day in days)
        record_decision(system_actor(), first, MOMENT, store)
        with pytest.raises(Invalid, match="đã có Quyết định số 20/QĐ-UBND"):
            record_decision(system_actor(), second, MOMENT, store)


def test_a_citation_typed_as_the_number_fills_what_is_empty(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    cited = "Nghị quyết số 12/NQ-HĐND ngày 05 tháng 6 năm 2024 của HĐND xã"
    typed = typed_decision(here.commune, cited, issued_on=None, issuer=None)
    decision = record_decision(actor, typed, MOMENT, store)
    assert decision.name == "Nghị quyết số 12/NQ-HĐND"
    assert (decision.issued_on, decision.issuer) == (date(2024, 6, 5), "HĐND xã")


def test_a_day_in_the_citation_that_is_another_than_the_one_typed_is_refused_at_its_field(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(here.commune, "Quyết định số 20/QĐ-UBND ngày 05/6/2024")
    with pytest.raises(Invalid, match=r"khác ngày ghi cùng số văn bản \(05/06/2024\)") as refused:
        record_decision(actor, typed, MOMENT, store)
    assert fields_of(refused) == {"issued_on"}


@pytest.mark.parametrize(
    ("signature", "post", "line"),
    [
        (SignatureForm.DEPUTY, "CHỦ TỊCH, PHÓ CHỦ TỊCH", "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH"),
        (SignatureForm.DEPUTY, "KT.CHỦ TỊCH", "KT. CHỦ TỊCH"),
        (None, "kt chủ tịch", "KT. chủ tịch"),
        (None, "GIÁM ĐỐC", "GIÁM ĐỐC"),
        (SignatureForm.ON_BEHALF, None, "TM."),
    ],
)
def test_the_form_of_the_signature_stands_before_the_post_as_on_the_paper(
    app: Flask, store: ScanStore, signature: SignatureForm | None, post: str | None, line: str
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = replace(typed_decision(here.commune), signature=signature, signer_form=post)
    assert record_decision(actor, typed, MOMENT, store).signer_form == line


def test_a_service_is_refused_the_same_paper_too(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.APPROVER, here.province)
    write_decision(actor, typed_decision(here.province), MOMENT, store)
    with pytest.raises(Invalid, match="đã có Quyết định số 20/QĐ-UBND"):
        write_decision(actor, typed_decision(here.province), MOMENT, store)


def test_every_decision_begins_in_one_place() -> None:
    """The writer and its checks are one: nobody else makes a row of the table."""
    makers = [
        f"{path.relative_to(ROOT).as_posix()}:{function.name}"
        for path in sorted((ROOT / "registry").rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Decision"
    ]
    assert makers == ["registry/services/decisions.py:checked_decision"]


def test_a_mistyped_number_is_corrected_without_a_new_assignment_period(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune, "51/QĐ-UBND")
    make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, decision)
    correct_decision(actor, correction(decision, number="15/QĐ-UBND"), MOMENT)
    (assignment,) = db.session.scalars(select(Assignment)).all()
    assert (assignment.valid_from, assignment.valid_to, assignment.version) == (START, None, 1)
    assert assignment.decision_id == decision.id
    event = last_event()
    assert event.action == "decision.correct"
    assert event.details == {"number": ["51/QĐ-UBND", "15/QĐ-UBND"]}


def test_what_was_not_known_is_completed_later(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune, issued_on=None)
    correct_decision(actor, correction(decision, issued_on=START), MOMENT)
    assert decision.issued_on == START
    assert last_event().action == "decision.complete"


def test_a_corrected_signer_stands_beside_the_chain(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    correct_decision(actor, correction(decision, signer="Lê Ký Thay"), MOMENT)
    event = last_event()
    assert event.details == {}
    assert db.session.get_one(AuditPersonal, event.sequence).content == {
        "signer": ["Người Ký Thử", "Lê Ký Thay"]
    }


def test_saving_what_is_there_writes_nothing(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    correct_decision(actor, correction(decision), MOMENT)
    assert decision.version == 1
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_the_second_of_two_who_correct_is_told(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    mine = correction(decision, number="16/QĐ-UBND")
    correct_decision(actor, correction(decision, number="17/QĐ-UBND"), MOMENT)
    with pytest.raises(Conflict, match="Người khác vừa lưu"):
        correct_decision(actor, mine, MOMENT)
    assert decision.number == "17/QĐ-UBND"


def test_a_correction_may_not_make_two_of_one_paper(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    make_decision(here.commune, "15/QĐ-UBND")
    other = make_decision(here.commune, "16/QĐ-UBND")
    with pytest.raises(Invalid, match="đã có Quyết định số 15/QĐ-UBND"):
        correct_decision(actor, correction(other, number="15/qđ-ubnd"), MOMENT)


def test_a_decision_out_of_scope_reads_like_none(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.far_commune)
    decision = make_decision(here.commune)
    with pytest.raises(NotFound) as hidden:
        correct_decision(actor, correction(decision), MOMENT)
    with pytest.raises(NotFound) as absent:
        correct_decision(actor, correction(decision, decision_id=999), MOMENT)
    assert hidden.value.message == absent.value.message


def test_the_paper_that_approved_a_list_is_corrected_by_the_reviewing_office_only(
    app: Flask,
) -> None:
    here = Province()
    decision = make_decision(here.commune)
    make_roster(here, decision)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(NotAllowed, match="cơ quan thẩm định"):
        correct_decision(officer, correction(decision, number="16/QĐ-UBND"), MOMENT)
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    correct_decision(reviewer, correction(decision, number="16/QĐ-UBND"), MOMENT)
    assert decision.number == "16/QĐ-UBND"


def test_the_paper_that_approved_a_list_keeps_a_day(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.commune)
    make_roster(here, decision)
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Invalid) as refused:
        correct_decision(reviewer, correction(decision, issued_on=None), MOMENT)
    assert fields_of(refused) == {"issued_on"}


def attach(actor: Actor, decision: Decision, content: bytes, store: ScanStore) -> Decision:
    command = AttachScan(
        decision_id=decision.id,
        version=decision.version,
        scan=Scan(name="quet.pdf", content=content),
    )
    return attach_scan(actor, command, MOMENT, store)


def test_a_replaced_scan_keeps_the_earlier_file_stored(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    first = attach(actor, decision, pdf(), store).file
    second = attach(actor, decision, pdf(2000), store).file
    assert first is not None
    assert second is not None
    assert read_file(second, store.folder) == pdf(2000)
    assert read_file(first, store.folder) == pdf()
    assert missing_and_orphan_files(store.folder).orphans == ()
    assert last_event().details == {"before": first.sha256, "after": second.sha256}


def test_a_scan_for_a_decision_saved_meanwhile_is_refused(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    stale = AttachScan(
        decision_id=decision.id, version=decision.version, scan=Scan(name="a.pdf", content=pdf())
    )
    attach(actor, decision, pdf(), store)
    with pytest.raises(Conflict):
        attach_scan(actor, stale, MOMENT, store)


def test_a_letter_is_a_decision_of_its_own_kind(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune, "7/CV-UBND")
    correct_decision(actor, correction(decision, kind=DecisionKind.LETTER), MOMENT)
    assert decision.kind is DecisionKind.LETTER


def test_a_paper_of_another_body_says_so_until_its_issuer_is_put_right(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(here.commune, "7/TB-UBND", issuer="UBND huyện Núi Thành")
    decision = record_decision(actor, typed, MOMENT, store)
    assert not decision.is_own
    assert "không phải thủ trưởng của đơn vị" in oddities_of(decision, MOMENT.day)[-1]

    correct_decision(actor, correction(decision, issuer="Chủ tịch UBND xã"), MOMENT)
    assert decision.is_own
    assert oddities_of(decision, MOMENT.day) == []


def test_a_decision_of_another_body_warns_of_what_it_cannot_do_for_a_commune(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(here.commune, "8/QĐ-UBND", issuer="UBND huyện Núi Thành")
    decision = record_decision(actor, typed, MOMENT, store)
    (warning,) = oddities_of(decision, MOMENT.day)
    assert "không tính cho tiêu chuẩn chuyên trách khi giao bộ phận của xã, phường" in warning
    assert last_event().details["is_own"] is False
    of_no_commune = typed_decision(here.it_department, "8/QĐ-UBND", issuer="UBND huyện Núi Thành")
    elsewhere = record_decision(system_actor(), of_no_commune, MOMENT, store)
    assert not elsewhere.is_own
    assert oddities_of(elsewhere, MOMENT.day) == []


def test_whose_a_paper_is_can_be_read_anew_and_is_told_to_the_audit(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    decision = make_decision(here.commune, "9/TB-UBND")
    decision.issuer = "UBND huyện Núi Thành"
    db.session.flush()
    assert decision.is_own
    assert reread_issuers(system_actor(), MOMENT) == 1
    assert not decision.is_own
    event = last_event()
    assert (event.action, event.details) == ("decision.correct", {"is_own": [True, False]})
    assert reread_issuers(system_actor(), MOMENT) == 0
    assert last_event().sequence == event.sequence


def test_a_unit_is_not_left_without_a_focal_point_by_an_issuer_put_right_unseen(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    typed = typed_decision(here.commune, "7/TB-UBND", issuer="UBND xã")
    decision = record_decision(actor, typed, MOMENT, store)
    make_assignment(make_member("Đoàn Thị Thử", here.commune), here.commune, decision)
    wrong = correction(decision, issuer="UBND huyện Núi Thành")
    with pytest.raises(Invalid) as refused:
        correct_decision(actor, wrong, MOMENT)
    assert fields_of(refused) == {"accept_gap"}


def test_a_scan_is_replaced_from_the_moment_another_takes_its_place(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    decision = make_decision(here.commune)
    first = attach(actor, decision, pdf(), store).file
    assert first is not None
    assert first.replaced_at is None
    second = attach(actor, decision, pdf(2000), store).file
    assert second is not None
    assert (first.replaced_at, second.replaced_at) == (MOMENT.instant, None)


def test_a_scan_for_which_there_is_no_more_room_is_refused_with_what_to_do(
    app: Flask, tmp_path: Path
) -> None:
    here = Province()
    actor = make_actor(Role.REVIEWER, here.it_department)
    folder = tmp_path / "files"
    full = ScanStore(folder, MEGABYTE, total_bytes=3 * MEGABYTE, unit_bytes=2 * MEGABYTE)
    content = pdf(MEGABYTE - 1000)
    for number in (1, 2):
        scan = Scan(name="a.pdf", content=content)
        record_decision(
            actor, typed_decision(here.commune, f"{number}/QĐ-UBND", scan=scan), MOMENT, full
        )
    unit_full = typed_decision(here.commune, "3/QĐ-UBND", scan=Scan(name="a.pdf", content=content))
    with pytest.raises(Invalid, match="giới hạn 2 MB") as refused:
        record_decision(actor, unit_full, MOMENT, full)
    assert fields_of(refused) == {"scan"}
    other = typed_decision(
        here.other_commune, "3/QĐ-UBND", scan=Scan(name="a.pdf", content=content)
    )
    record_decision(actor, other, MOMENT, full)
    with pytest.raises(Invalid, match="Kho bản quét đã đầy: giới hạn là 3 MB") as refused:
        record_decision(actor, replace(other, number="4/QĐ-UBND"), MOMENT, full)
    assert fields_of(refused) == {"scan"}
    assert len(list(folder.iterdir())) == 3


def test_the_kind_of_a_scan_read_before_is_not_asked_for_again(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    scan = Scan(name="a.png", content=b"read before", kind=ScanType.PNG)
    file = record_decision(actor, typed_decision(here.commune, scan=scan), MOMENT, store).file
    assert file is not None
    assert file.content_type == "image/png"


def served(here: Province, issued_on: date, effective_from: date | None) -> Decision:
    """Return a decision on which the one focal point of the commune serves."""
    decision = make_decision(here.commune)
    decision.issued_on, decision.effective_from = issued_on, effective_from
    make_assignment(make_member("Đoàn Thị Thử", here.commune), here.commune, decision)
    return decision


def test_a_later_day_of_signature_put_right_leaves_no_gap_behind(app: Flask) -> None:
    decision = served(Province(), START, None)
    put_right = correction(decision, issued_on=date(2024, 6, 20))
    correct_decision(system_actor(), put_right, MOMENT)
    assert decision.issued_on == date(2024, 6, 20)


def test_a_day_of_signature_taken_away_leaves_a_gap_from_the_first_day_covered(app: Flask) -> None:
    decision = served(Province(), START, date(2024, 6, 10))
    wrong = correction(decision, issued_on=None, effective_from=date(2024, 6, 20))
    with pytest.raises(Invalid, match="Từ ngày 10/06/2024") as refused:
        correct_decision(system_actor(), wrong, MOMENT)
    assert fields_of(refused) == {"accept_gap"}


@pytest.mark.parametrize("room", ["total_bytes", "unit_bytes"])
def test_a_scan_that_fills_the_room_to_the_last_byte_is_kept(
    app: Flask, tmp_path: Path, room: str
) -> None:
    content = pdf(2000)
    store = replace(ScanStore(tmp_path / "files", MEGABYTE), **{room: 2 * len(content)})
    here = Province()
    for number in (1, 2, 3):
        scan = Scan(name="a.pdf", content=content)
        typed = typed_decision(here.commune, f"{number}/QĐ-UBND", scan=scan)
        if number < 3:
            assert record_decision(system_actor(), typed, MOMENT, store).file
        else:
            with pytest.raises(Invalid, match="giới hạn"):
                record_decision(system_actor(), typed, MOMENT, store)
