"""Member lists: which step follows which, what an approval covers, who may not act."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.errors import Conflict, NotAllowed
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Actor
from registry.domain.rosters import (
    FrozenLine,
    Involved,
    Involvement,
    Joined,
    LineAction,
    LineFacts,
    LineSigns,
    RosterState,
    Step,
    check_takes_part_in_nothing,
    content_hash,
    differs,
    involvement_of,
    line_obstacle,
    line_warnings,
    next_state,
)

DAY = date(2024, 6, 15)
LINE = FrozenLine("add", 1, None, "Lê Văn Thử", 1990, "Công chức", "member", "", DAY)
JOINED = Joined(1, "a", MemberRole.MEMBER, None, date(2024, 6, 1), None, approved=True)
FACTS = LineFacts(
    LineAction.CHANGE, MemberRole.HEAD, None, DAY, JOINED, belongs=True, unit_exists=True
)


def test_every_step_from_every_state_leads_on_or_is_refused():
    allowed = {}
    for state in RosterState:
        for step in Step:
            try:
                allowed[state, step] = next_state(state, step)
            except Conflict:
                continue
    draft, submitted, verified, reviewed, decided, returned = RosterState
    assert allowed == {
        (draft, Step.SUBMIT): submitted,
        (submitted, Step.VERIFY): verified,
        (submitted, Step.REVIEW): reviewed,
        (verified, Step.REVIEW): reviewed,
        (reviewed, Step.DECIDE): decided,
        (submitted, Step.RETURN): returned,
        (verified, Step.RETURN): returned,
        (reviewed, Step.RETURN): returned,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"action": "end"},
        {"person_id": 2},
        {"name": "Lê Văn Thứ"},
        {"birth_year": 1991},
        {"job_title": "Chuyên viên"},
        {"role": "head"},
        {"organisation": "Hội Nông dân"},
        {"effective_from": date(2024, 6, 16)},
    ],
)
def test_the_hash_changes_with_anything_that_was_submitted(change):
    assert content_hash([LINE]) != content_hash([replace(LINE, **change)])


def test_the_hash_covers_the_order_and_the_number_of_lines():
    other = replace(LINE, person_id=2)
    assert content_hash([LINE, other]) == content_hash([LINE, other])
    assert content_hash([LINE, other]) != content_hash([other, LINE])
    assert content_hash([LINE, other]) != content_hash([LINE])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"unit_exists": False}, "Đơn vị không tồn tại"),
        ({"joined": None}, "Không phải thành viên"),
        ({"joined": replace(JOINED, valid_from=date(2024, 6, 20))}, "Không phải thành viên"),
        ({"joined": replace(JOINED, approved=False)}, "Chưa được phê duyệt"),
        ({"joined": replace(JOINED, valid_to=date(2024, 6, 20))}, "từ ngày 20/06/2024"),
        ({"effective_from": date(2024, 6, 1)}, "phải sau ngày bắt đầu"),
        ({"role": MemberRole.MEMBER}, "không có gì thay đổi"),
        ({"role": MemberRole.MEMBER, "action": LineAction.END}, None),
        ({"action": LineAction.ADD}, "Đã được phê duyệt"),
        ({"action": LineAction.ADD, "joined": None}, None),
        ({"action": LineAction.ADD, "joined": None, "belongs": False}, "Không còn là thành viên"),
        ({"action": LineAction.ADD, "joined": replace(JOINED, approved=False)}, None),
    ],
)
def test_what_stands_in_the_way_of_a_line_is_said(change, said):
    obstacle = line_obstacle(replace(FACTS, **change))
    assert obstacle is None if said is None else said in (obstacle or "")


def test_no_organisation_and_an_empty_one_are_the_same():
    same = replace(FACTS, role=MemberRole.MEMBER, organisation="")
    assert not differs(same)
    assert differs(replace(same, organisation="Hội Nông dân"))


def test_each_sign_is_said_in_its_own_words():
    nothing = dict.fromkeys(LineSigns.__slots__, False)
    assert line_warnings(LineSigns(**nothing)) == []
    said = [line_warnings(LineSigns(**{**nothing, name: True})) for name in nothing]
    assert len({text for (text,) in said}) == len(nothing)


@pytest.mark.parametrize(
    ("account_id", "person_id", "how"),
    [
        (7, 1, Involvement.SUBMITTED),
        (8, 3, Involvement.SUBMITTED),
        (9, 4, Involvement.HANDLED),
        (10, 5, Involvement.LISTED),
        (None, 5, Involvement.LISTED),
        (10, 6, None),
        (10, None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("step", [Step.VERIFY, Step.REVIEW, Step.DECIDE])
def test_who_has_to_do_with_a_list_takes_no_step_of_another_by_account_or_by_person(
    account_id, person_id, how, step
):
    actor = Actor(account_id, person_id, "web", frozenset(), {})
    involved = [
        Involved(Involvement.SUBMITTED, 7, 3),
        Involved(Involvement.HANDLED, 9, None),
        Involved(Involvement.LISTED, None, 5),
    ]
    assert involvement_of(actor, involved) is how
    if how is None:
        check_takes_part_in_nothing(actor, step, involved)
        return
    with pytest.raises(NotAllowed) as refusal:
        check_takes_part_in_nothing(actor, step, involved)
    assert refusal.value.message.startswith(how.value)
    assert "người khác có quyền" in refusal.value.message
