"""What nobody types by accident is refused or read as nothing, never an error of the server."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import Role, system_actor
from registry.models.accounts import Grant, Session
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.models.guards import remove_guards
from registry.models.memberships import Membership
from registry.models.parameters import Parameter
from registry.queries.parameters import HOME_UNIT
from registry.services.audit import Event, record
from tests.conftest import MOMENT
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.hostile import KINDS, fill_with, text_columns
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.stage import Stage, allowed

LONG = "9" * 5000


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    here = RuledProvince()
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    return here


@pytest.mark.parametrize("asked", ["den-ngay=31/12/9999", "loai=%00", "tu-ngay=01/01/0001"])
def test_the_audit_is_asked_for_the_ends_of_time_and_for_nothing(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient], asked: str
) -> None:
    assert sign_in("quantri").get(f"/nhat-ky?{asked}").status_code == 200


def test_a_number_too_long_to_read_is_refused_at_its_field(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    typed = {"since": "10/06/2024", "value": LONG}
    answer = sign_in("thamdinh").post("/do-phu/cach-tinh/sua?muc=grace_days", data=typed)
    assert "Nhập một số nguyên" in answer.text


def test_numbers_of_hidden_fields_that_no_row_has_change_nothing(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    holder = make_member("Lê Thị Mai", here.commune)
    assignment = make_assignment(holder, here.commune, make_decision(here.commune))
    db.session.commit()
    address = f"/phan-cong/{assignment.id}/tam-vang"
    officer = sign_in("canbo")
    assert officer.get(address).status_code == 200
    for hidden in ({"version": LONG}, {"acting": " "}, {"acting": "9" * 30}):
        typed = {"kind": "study", "valid_from": "01/06/2024", "version": "0"} | hidden
        assert officer.post(address, data=typed).status_code < 500


# --- what is stored ------------------------------------------------------------------------------

_ADMINISTRATOR, _REVIEWER, _OFFICER = Role.SYSTEM_ADMINISTRATOR, Role.REVIEWER, Role.UNIT_OFFICER
# Of each kind of text, who opens a page: the first who may.
READERS = (
    (_ADMINISTRATOR, _REVIEWER, _OFFICER),
    (_OFFICER, _REVIEWER, _ADMINISTRATOR),
    (_REVIEWER, _OFFICER, _ADMINISTRATOR),
    (_REVIEWER, _ADMINISTRATOR, _OFFICER),
    (_OFFICER, _ADMINISTRATOR, _REVIEWER),
)
# POSTs that change nothing and hand out what is stored: papers, files, a dry run.
HANDED_OUT = {
    "cards.unit",
    "people.reveal_citizen_id",
    "reorganisations.allocation_template",
    "reorganisations.try_out",
}
_LINE = re.compile('name="line_ids"[^>]* value="([^"]+)"')
_FILTER = re.compile(r'<(?:input|select)[^>]* name="([^"]+)"')


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    built = Stage(tmp_path_factory.mktemp("hostile"))
    built.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    yield built
    built.close()


def pages(stage: Stage) -> list[tuple[Rule, str]]:
    """Return every route that shows or hands out what is stored, and how it is asked."""
    asked = [(rule, "GET") for rule in stage.rules() if "GET" in (rule.methods or ())]
    posted = [(rule, "POST") for rule in stage.rules() if rule.endpoint in HANDED_OUT]
    assert {rule.endpoint for rule, _ in posted} == HANDED_OUT
    return asked + posted


def failing(stage: Stage, readers: Sequence[Role], strange: str) -> Iterator[str]:
    """Yield each page that fails when one of the readers opens it, or narrows its list strangely.

    The first who may: a page reads the same rows for whoever sees them.
    """
    for rule, method in pages(stage):
        role = next((one for one in readers if allowed(one, stage.action(rule))), None)
        if role is None:
            continue
        client, address = stage.client(role), stage.address(rule, stage.inside)
        chosen = _LINE.findall(client.get(address).text) if rule.endpoint == "cards.unit" else []
        answer = client.open(address, method=method, data={"line_ids": chosen})
        if answer.status_code >= 500:
            yield f"{role.value} {method} {rule.endpoint}: {answer.status_code}"
        if method == "GET" and answer.mimetype == "text/html" and not rule.arguments:
            narrowed = dict.fromkeys(sorted(set(_FILTER.findall(answer.text))), strange)
            again = client.get(f"{address}?{urlencode(narrowed)}") if narrowed else answer
            if again.status_code >= 500:
                yield f"{role.value} {rule.endpoint}?{urlencode(narrowed)}"


@pytest.mark.parametrize(("kind", "readers"), list(zip(KINDS, READERS, strict=True)))
def test_no_page_filter_or_export_fails_on_what_is_stored(
    stage: Stage, kind: str, readers: Sequence[Role]
) -> None:
    stage.put_back()
    with stage.app.app_context():
        fill_with(kind)
        db.session.commit()
    assert list(failing(stage, readers, KINDS[kind][0])) == []


@pytest.mark.parametrize("home", ["2024-99-99", "x", "-1", "999999999999999", "9" * 400])
def test_a_home_that_is_none_leaves_pages_that_say_so(stage: Stage, home: str) -> None:
    stage.put_back()
    with stage.app.app_context():
        stored = db.session.get(Parameter, HOME_UNIT)
        assert stored is not None
        stored.value = home
        db.session.commit()
    for role in READERS[0]:
        for page in ("/", "/do-phu", "/don-vi", "/nguoi"):
            assert stage.client(role).get(page).status_code < 500, page


@pytest.mark.parametrize("told", [[], "x", None, {"role": []}, {"purpose": {}, "release": [1]}])
def test_news_of_an_account_are_told_whatever_their_details_are(stage: Stage, told: Any) -> None:
    stage.put_back()
    with stage.app.app_context():
        mine = Session.revoked_at.is_(None), Grant.role == Role.APPROVER
        account_id = db.session.scalars(
            select(Session.account_id)
            .join(Grant, Grant.account_id == Session.account_id)
            .where(*mine)
        ).first()
        record(
            system_actor(),
            Event(Deed.ACCOUNT_DISABLE, "accounts", account_id, details={"strange": told}),
            MOMENT,
        )
        remove_guards(db.session.connection())
        row = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
        assert row is not None
        row.details = told
        db.session.commit()
    answer = stage.client(Role.APPROVER).get("/")
    assert answer.status_code == 200
    assert "khóa tài khoản" in answer.text.lower()


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=1", "\u202egnp.exe", "★" * 300, "..", "\x00"])
def test_a_scan_is_handed_out_whatever_name_and_type_are_stored(stage: Stage, text: str) -> None:
    stage.put_back()
    with stage.app.app_context():
        stored = db.session.scalars(select(StoredFile)).all()
        for file in stored:
            file.original_name = file.content_type = text
        db.session.commit()
    (rule,) = (rule for rule in stage.rules() if rule.endpoint == "decisions.download")
    address = stage.address(rule, stage.inside)
    answer = stage.client(Role.REVIEWER).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.mimetype == "application/octet-stream"
    assert "Set-Cookie: x" not in str(answer.headers)


def test_every_column_of_text_is_filled(stage: Stage) -> None:
    named = {f"{table.name}.{column.name}" for table, column in text_columns()}
    assert {"decisions.issuer", "unit_periods.name", "audit_events.details"} <= named
    assert {"parameters.value", "reorganisation_rows.content", "people.sort_key"} <= named


def test_a_paper_whose_issuer_looks_like_a_day_is_told_in_the_audit_as_it_was_typed(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    address = f"/don-vi/{here.commune.id}/van-ban/moi"
    typed = {"number": "7/QĐ-UBND", "kind": "decision", "issued_on": "20/06/2024"}
    typed |= {"issuer": "2024-99-99", "signature": "deputy", "signer_form": "2024-06-30"}
    assert sign_in("canbo").post(address, data=typed).status_code == 303
    page = sign_in("quantri").get("/nhat-ky")
    assert page.status_code == 200
    assert "2024-99-99" in page.text
    assert "20/06/2024" in page.text


@pytest.mark.parametrize("sign", ["★", "①", "✓", "\uf0b7", "😀"])
def test_no_form_takes_what_the_reports_of_a_province_cannot_print(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient], sign: str
) -> None:
    address = f"/don-vi/{here.commune.id}/lap-don-vi"
    typed = {"kind": "community_team", "new_name": f"Tổ thôn {sign}", "number": "5/QĐ-UBND"}
    officer = sign_in("canbo")
    answer = officer.post(address, data=typed | {"effective_on": "20/06/2024"})
    assert answer.status_code == 422
    assert f"Ký tự “{sign}”" in answer.text
    applicant = {"full_name": "Lê Thị Mai", "job_title": f"Công chức {sign}", "phone": "0905123456"}
    sent = officer.post(f"/dang-ky/don-vi/{here.commune.id}", data=applicant | {"agrees": "y"})
    assert f"Ký tự “{sign}”" in sent.text


def test_the_page_of_an_end_opens_for_who_joins_on_the_last_day_of_the_calendar(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    person = make_member("Lê Thị Mai", here.commune, since=date.max)
    db.session.commit()
    membership_id = db.session.scalars(
        select(Membership.id).where(Membership.person_id == person.id)
    ).one()
    db.session.rollback()
    address = f"/thanh-vien/{membership_id}/ket-thuc"
    assert sign_in("canbo").get(address).status_code == 200
