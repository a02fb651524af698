"""Who leads teams that were put together: named by an answer, else left to be settled."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.memberships import MemberRole
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item, Question
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.reorganisations.leading import teams_on
from registry.queries.units.on_a_day import unit_on
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.outcome import Outcome, plain
from registry.services.reorganisations.undoing import undo
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_membership, make_person
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods
from tests.factories.units import START, make_unit

NEW = "Tổ CNSCĐ thôn Một Hai"
HEAD = Item(AskedNoun.HEAD, f"90101/{NEW}")


class Teams(SmallProvince):
    """A province with two teams of one commune, each with a head, a deputy and a member."""

    def __init__(self) -> None:
        super().__init__()
        self.second = make_unit("Tổ CNSCĐ thôn 2", UnitKind.COMMUNITY_TEAM, self.commune)
        self.lines: dict[str, str] = {}
        self.join("Lê Văn An", self.team, MemberRole.HEAD)
        self.join("Võ Thị Bình", self.team, MemberRole.DEPUTY)
        self.join("Trần Văn Cường", self.team, MemberRole.MEMBER)
        self.join("Hồ Thị Dung", self.second, MemberRole.HEAD)
        self.join("Phan Văn Em", self.second, MemberRole.DEPUTY)

    def join(self, name: str, team: Unit, role: MemberRole) -> None:
        """Let somebody belong to a team."""
        self.lines[name] = make_membership(make_person(name), team, role=role).line_id

    def merge_teams(self, how: How | None = None, into: str = NEW) -> list[AnnexRow]:
        """Return the rows by which both teams become one."""
        return [
            AnnexRow(
                number, "phụ lục", old_code=team.registry_code, new_name=into, new_kind="tổ",
                new_parent_id=self.commune.id, part=Part.WHOLE, how=how,
            )
            for number, team in enumerate((self.team, self.second), 2)
        ]  # fmt: skip

    def roles(self, unit_id: int) -> dict[str, MemberRole]:
        """Return the roles in a team on the day, by name."""
        return {one.name: one.role for one in teams_on([unit_id], DAY)[unit_id].members}


@pytest.fixture
def teams(app: Flask) -> Teams:
    """Return the province with two teams."""
    return Teams()


def head_questions(outcome: Outcome) -> list[Question]:
    return [one for one in outcome.questions if one.noun is AskedNoun.HEAD]


def test_a_team_with_two_heads_is_told_and_asked_about_and_both_stay_unanswered(
    teams: Teams,
) -> None:
    outcome = carried(teams.merge_teams())
    new = named(NEW)
    (team,) = outcome.led
    assert (team.unit.id, team.lack, team.is_open) == (new.id, "2 tổ trưởng", True)
    assert team.heads == ("Lê Văn An", "Hồ Thị Dung")
    assert team.deputies == ("Võ Thị Bình", "Phan Văn Em")
    (question,) = head_questions(outcome)
    assert (question.item, question.unit_name) == (HEAD, "Xã Bình Minh")
    assert question.label == f"{NEW}: 2 tổ trưởng"
    assert [shown for _, shown in question.choices] == [
        "Lê Văn An – Tổ trưởng",
        "Hồ Thị Dung – Tổ trưởng",
        "Võ Thị Bình – Tổ phó",
        "Phan Văn Em – Tổ phó",
        "Trần Văn Cường – Thành viên",
    ]
    assert question.default == ("chọn sau", "Chọn sau (2 tổ trưởng)")
    roles = teams.roles(new.id)
    assert [name for name, role in roles.items() if role is MemberRole.HEAD] == list(team.heads)
    batch = db.session.get_one(Reorganisation, outcome.batch_id)
    assert batch.summary is not None
    assert batch.summary.units.to_lead == (new.id,)
    assert plain(outcome)["to_lead"] == [{"code": new.code, "name": NEW, "heads": 2}]


@pytest.mark.parametrize("said", ["line", "Hồ Thị Dung", "hồ thị dung – tổ trưởng"])
def test_whom_an_answer_names_leads_the_new_team_and_the_other_becomes_a_member_from_the_day(
    teams: Teams, said: str
) -> None:
    state = everything()
    word = teams.lines["Hồ Thị Dung"] if said == "line" else said
    outcome = carried(teams.merge_teams(), answers={HEAD: word})
    new = named(NEW)
    assert teams.roles(new.id) == {
        "Hồ Thị Dung": MemberRole.HEAD,
        "Võ Thị Bình": MemberRole.DEPUTY,
        "Phan Văn Em": MemberRole.DEPUTY,
        "Lê Văn An": MemberRole.MEMBER,
        "Trần Văn Cường": MemberRole.MEMBER,
    }
    before, after = periods(Membership, line_id=teams.lines["Lê Văn An"])
    assert (before.role, before.unit_id, before.valid_to) == (
        MemberRole.HEAD, teams.team.id, DAY,
    )  # fmt: skip
    assert (after.role, after.unit_id, after.valid_from) == (MemberRole.MEMBER, new.id, DAY)
    assert [team.is_open for team in outcome.led] == [False]
    assert head_questions(outcome) == []
    batch = db.session.get_one(Reorganisation, outcome.batch_id)
    assert [given.target for given in batch.answers] == [teams.lines["Hồ Thị Dung"]]
    undo(system_actor(), batch.id, LATER_MOMENT)
    assert everything() == state


def test_in_a_team_that_lives_on_the_former_head_changes_from_the_day_and_not_before(
    teams: Teams,
) -> None:
    state = everything()
    rows = [
        AnnexRow(
            2, "phụ lục", old_code=teams.second.registry_code, how=How.ABSORB,
            new_name="Tổ CNSCĐ thôn 1", new_kind="tổ", new_parent_id=teams.commune.id,
            part=Part.WHOLE,
        )
    ]  # fmt: skip
    item = Item(AskedNoun.HEAD, "90101/Tổ công nghệ số cộng đồng thôn 1")
    batch = compose_rows(DAY, rows)
    assert [
        one.item for one in head_questions(try_out(system_actor(), batch.id, LATER_MOMENT))
    ] == [item]
    outcome = carried(rows, answers={item: "Phan Văn Em"})
    assert unit_on(teams.team.id, DAY) is not None
    before, after = periods(Membership, line_id=teams.lines["Lê Văn An"])
    assert [(row.role, row.valid_from, row.valid_to) for row in (before, after)] == [
        (MemberRole.HEAD, START, DAY),
        (MemberRole.MEMBER, DAY, None),
    ]
    roles = teams.roles(teams.team.id)
    assert [name for name, role in roles.items() if role is MemberRole.HEAD] == ["Phan Văn Em"]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    db.session.delete(batch)
    db.session.flush()
    assert everything() == state


def test_a_team_whose_every_head_has_ended_is_told_and_another_one_never_had_is_not(
    teams: Teams,
) -> None:
    for name in ("Lê Văn An", "Hồ Thị Dung"):
        (row,) = periods(Membership, line_id=teams.lines[name])
        row.valid_to = DAY
    third = make_unit("Tổ CNSCĐ thôn 3", UnitKind.COMMUNITY_TEAM, teams.commune)
    rows = [
        *teams.merge_teams(),
        AnnexRow(
            9, "x", old_code=third.registry_code, new_name="Tổ CNSCĐ thôn Ba", new_kind="tổ",
            new_parent_id=teams.commune.id, part=Part.WHOLE,
        ),
    ]  # fmt: skip
    (team,) = carried(rows).led
    assert (team.unit.name, team.lack, team.heads) == (NEW, "chưa có tổ trưởng", ())


def test_deputies_of_both_are_named_where_one_leads(teams: Teams) -> None:
    (row,) = periods(Membership, line_id=teams.lines["Hồ Thị Dung"])
    row.valid_to = EVE
    outcome = carried(teams.merge_teams())
    (team,) = outcome.led
    assert (team.heads, team.deputies) == (("Lê Văn An",), ("Võ Thị Bình", "Phan Văn Em"))
    assert not team.is_open
    assert head_questions(outcome) == []
    batch = db.session.get_one(Reorganisation, outcome.batch_id)
    assert batch.summary is not None
    assert batch.summary.units.to_lead == ()


def test_teams_that_stay_as_they_are_are_not_looked_at(teams: Teams) -> None:
    teams.join("Đỗ Văn Phúc", teams.team, MemberRole.HEAD)
    rows = [
        AnnexRow(
            2, "x", old_code=teams.second.registry_code, new_name="Tổ CNSCĐ thôn Hai",
            new_kind="tổ", new_parent_id=teams.commune.id, how=How.RENAME,
        )
    ]  # fmt: skip
    assert carried(rows).led == ()


@pytest.mark.parametrize(
    ("item", "word", "said"),
    [
        (HEAD, "Người Không Có", "không có thành viên tên như vậy"),
        (HEAD, "Lê Văn An Hai", "không có thành viên tên như vậy"),
        (Item(AskedNoun.HEAD, "90101/Tổ Khác"), "Lê Văn An", "không hỏi ai đứng đầu"),
    ],
)
def test_an_answer_that_names_nobody_of_the_team_is_a_problem_and_nothing_is_written(
    teams: Teams, item: Item, word: str, said: str
) -> None:
    batch = compose_rows(DAY, teams.merge_teams(), answers={item: word})
    state = everything()
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [problem.item for problem in outcome.problems] == [item]
    assert said in outcome.problems[0].message
    assert everything() == state


def test_a_name_that_two_members_bear_does_not_tell_who_leads(teams: Teams) -> None:
    teams.join("Lê Văn An", teams.second, MemberRole.MEMBER)
    batch = compose_rows(DAY, teams.merge_teams(), answers={HEAD: "Lê Văn An"})
    (problem,) = apply(system_actor(), batch.id, LATER_MOMENT).problems
    assert "có 2 thành viên tên như vậy" in problem.message
    batch = compose_rows(DAY, teams.merge_teams(), answers={HEAD: "chọn sau"})
    assert apply(system_actor(), batch.id, LATER_MOMENT).problems == ()


def test_the_draft_for_the_new_team_says_the_role_that_was_settled(teams: Teams) -> None:
    for name in ("Lê Văn An", "Hồ Thị Dung"):
        (row,) = periods(Membership, line_id=teams.lines[name])
        approve_memberships(db.session.get_one(Unit, row.unit_id), row)
    carried(teams.merge_teams(), answers={HEAD: "Hồ Thị Dung"})
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == named(NEW).id)).one()
    assert sorted(line.role for line in draft.lines) == [MemberRole.HEAD, MemberRole.MEMBER]


def test_who_led_one_team_and_was_longer_in_the_other_is_missed_as_its_head(teams: Teams) -> None:
    person = make_person("Đỗ Văn Phúc")
    make_membership(person, teams.second, since=START - timedelta(days=1))
    for name in ("Lê Văn An", "Hồ Thị Dung"):
        (row,) = periods(Membership, line_id=teams.lines[name])
        row.valid_to = EVE
    make_membership(person, teams.team, role=MemberRole.HEAD, is_main=False)
    (team,) = carried(teams.merge_teams()).led
    assert team.lack == "chưa có tổ trưởng"
