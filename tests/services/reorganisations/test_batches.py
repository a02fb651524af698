"""Who may work on a batch, and what may still be changed about it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from registry.domain.errors import Conflict, Gone, NotFound
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.reorganisations.questions import Item
from registry.domain.tasks import Task
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.offices import Office
from registry.models.reorganisations import Reorganisation
from registry.models.units import Succession, Unit
from registry.queries.decisions import decisions_of_unit
from registry.queries.reorganisations.scope import batches_seen
from registry.queries.tasks import waiting
from registry.services.reorganisations.answering import answer
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.batches import seen_batch
from registry.services.reorganisations.composing import (
    ComposeBatch,
    add_row,
    compose,
    discard,
    remove_row,
)
from registry.services.reorganisations.undoing import undo
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.units import Province, make_office, make_unit

DAY = date(2024, 6, 20)


def dissolve(unit: Unit) -> AnnexRow:
    return AnnexRow(1, old_id=unit.id, how=How.DISSOLVE)


def batch(actor: Actor, *rows: AnnexRow) -> int:
    return compose(
        actor, ComposeBatch(effective_on=DAY, decision_number="12/NQ-HĐND", rows=rows), MOMENT
    ).id


def test_a_batch_begins_empty_and_says_so_when_tried(here: Province, reviewer: Actor) -> None:
    outcome = try_out(reviewer, batch(reviewer), MOMENT)
    assert [problem.message for problem in outcome.problems] == ["Phụ lục không có dòng nào."]


def test_another_s_batch_is_seen_when_all_its_units_lie_in_scope(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    inside = batch(system_actor(), dissolve(here.commune))
    by_code = batch(system_actor(), AnnexRow(2, old_code="90102", how=How.DISSOLVE))
    mixed = batch(system_actor(), dissolve(here.commune), dissolve(foreign))
    outside = batch(system_actor(), AnnexRow(2, old_code="98101", how=How.DISSOLVE))
    by_name = batch(system_actor(), AnnexRow(2, old_name="Xã Khác", how=How.DISSOLVE))
    unknown = batch(system_actor(), AnnexRow(2, old_code="77777", how=How.DISSOLVE))
    place = batch(
        system_actor(),
        AnnexRow(1, new_name="Tổ Mới", new_kind="community_team", new_parent_id=foreign.id),
    )
    assert seen_batch(reviewer, inside, TODAY).id == inside
    assert seen_batch(reviewer, by_code, TODAY).id == by_code
    for hidden in (mixed, outside, by_name, unknown, place):
        with pytest.raises(NotFound):
            seen_batch(reviewer, hidden, TODAY)


def test_what_is_hidden_cannot_be_worked_on_either(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    hidden = batch(system_actor(), dissolve(foreign))
    with pytest.raises(NotFound):
        try_out(reviewer, hidden, MOMENT)
    with pytest.raises(NotFound):
        apply(reviewer, hidden, MOMENT)
    with pytest.raises(NotFound):
        answer(reviewer, hidden, {Item.parse("unit:1"): "90101"}, MOMENT)
    with pytest.raises(NotFound):
        discard(reviewer, hidden, MOMENT)
    with pytest.raises(NotFound):
        add_row(reviewer, hidden, dissolve(here.commune), MOMENT)
    apply(system_actor(), hidden, MOMENT)
    with pytest.raises(NotFound):
        undo(reviewer, hidden, MOMENT)


def test_a_batch_is_not_begun_with_a_unit_out_of_scope(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    assert batch(reviewer, dissolve(here.commune))
    with pytest.raises(NotFound):
        batch(reviewer, dissolve(here.commune), dissolve(foreign))


def test_a_batch_discarded_meanwhile_is_said_to_be_so_to_who_could_see_it(
    here: Province, reviewer: Actor
) -> None:
    other = actor_for(make_account(Role.REVIEWER, here.it_department, login="khac"), TODAY)
    own = batch(reviewer, dissolve(here.commune))
    discard(reviewer, own, MOMENT)
    for actor in (reviewer, system_actor()):
        with pytest.raises(Gone, match=f"Đợt sắp xếp số {own} đã được bỏ"):
            discard(actor, own, MOMENT)
    with pytest.raises(NotFound):
        discard(other, own, MOMENT)
    with pytest.raises(NotFound):
        discard(reviewer, 987_654, MOMENT)


def test_a_dissolution_stays_in_sight_of_who_saw_it_before(here: Province, reviewer: Actor) -> None:
    made = batch(system_actor(), dissolve(here.commune))
    apply(system_actor(), made, MOMENT)
    assert seen_batch(reviewer, made, TODAY).id == made


def test_units_and_places_elsewhere_are_refused_when_tried(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    elsewhere = AnnexRow(
        2,
        new_name="Xã Bình Lập",
        new_kind="xã",
        new_province="Tỉnh Khác",
        new_province_code="98",
    )
    outcome = try_out(reviewer, batch(reviewer, elsewhere), MOMENT)
    assert [(problem.row, problem.message) for problem in outcome.problems] == [
        (0, "“Tỉnh Khác” nằm ngoài phạm vi được giao.")
    ]


def give_territory(office: Unit, old: Unit, new: Unit) -> None:
    """Let the office review another territory than before, since the beginning."""
    held = db.session.scalars(
        select(Office).where(
            Office.office_id == office.id,
            Office.territory_id == old.id,
            Office.function == OfficeFunction.REVIEWING,
        )
    ).one()
    held.territory_id = new.id
    db.session.flush()


def test_a_batch_is_lost_to_its_author_with_the_territory(here: Province) -> None:
    account = make_account(Role.REVIEWER, here.it_department, login="tacgia")
    author = actor_for(account, TODAY)
    draft = batch(author, dissolve(here.commune))
    by_name = batch(author, AnnexRow(1, old_name="Xã Không Ai Biết", how=How.DISSOLVE))
    applied = batch(author, dissolve(here.far_commune))
    apply(author, applied, MOMENT)
    give_territory(here.it_department, here.province, here.other_commune)
    author = actor_for(account, TODAY)
    assert batches_seen(author.scope(Action.UNIT_REORGANISE), author.account_id, TODAY) == []
    assert [
        one for one in waiting(author, MOMENT, TODAY) if one.task is Task.BATCHES_COMPOSED
    ] == []
    for lost in (draft, by_name, applied):
        with pytest.raises(NotFound):
            seen_batch(author, lost, TODAY)
    for refused in (try_out, discard):
        with pytest.raises(NotFound):
            refused(author, draft, MOMENT)
    with pytest.raises(NotFound):
        undo(author, applied, MOMENT)
    assert undo(system_actor(), applied, MOMENT).undone_at is not None


def test_a_batch_that_was_discarded_is_lost_with_the_territory_too(here: Province) -> None:
    account = make_account(Role.REVIEWER, here.it_department, login="tacgia")
    own = batch(actor_for(account, TODAY), dissolve(here.commune))
    discard(actor_for(account, TODAY), own, MOMENT)
    give_territory(here.it_department, here.province, here.other_commune)
    with pytest.raises(NotFound):
        discard(actor_for(account, TODAY), own, MOMENT)


def test_what_a_batch_did_decides_who_sees_it_not_what_its_rows_say(
    here: Province, reviewer: Actor
) -> None:
    row = AnnexRow(1, old_code="90102", how=How.DISSOLVE)
    made = batch(system_actor(), row)
    apply(system_actor(), made, MOMENT)
    stored = db.session.get_one(Reorganisation, made).rows[0]
    stored.content = replace(stored.content, old_code="77777")
    db.session.flush()
    assert seen_batch(reviewer, made, TODAY).id == made
    undo(reviewer, made, MOMENT)
    assert seen_batch(reviewer, made, TODAY).id == made


def test_who_reviews_one_side_of_a_succession_does_not_see_the_batch(here: Province) -> None:
    make_office(OfficeFunction.REVIEWING, here.district, here.district)
    reviewer = make_actor(Role.REVIEWER, here.district)
    made = batch(system_actor(), dissolve(here.commune))
    apply(system_actor(), made, MOMENT)
    assert seen_batch(reviewer, made, TODAY).id == made
    given = Succession(
        predecessor_id=here.far_commune.id,
        successor_id=here.other_commune.id,
        effective_on=DAY,
        part="part",
        kind=SuccessionKind.SEPARATED,
        reorganisation_id=made,
    )
    db.session.add(given)
    db.session.flush()
    with pytest.raises(NotFound):
        seen_batch(reviewer, made, TODAY)


@pytest.fixture
def ward_reviewer(here: Province) -> Actor:
    """Return who reviews one commune and nothing else."""
    make_office(OfficeFunction.REVIEWING, here.commune, here.commune)
    return make_actor(Role.REVIEWER, here.commune)


def test_the_decision_of_a_batch_stays_inside_the_scope(
    here: Province, ward_reviewer: Actor
) -> None:
    made = batch(ward_reviewer, dissolve(here.commune))
    assert seen_batch(ward_reviewer, made, TODAY).decision.unit_id == here.commune.id
    of_province = [one.number for one in decisions_of_unit(here.province.id)]
    assert of_province == []


@pytest.mark.parametrize("how", ["code", "name", "into", "place"])
def test_a_unit_outside_the_scope_named_in_an_annex_reads_like_a_missing_one(
    here: Province, ward_reviewer: Actor, how: str
) -> None:
    make_unit("Tổ thôn Bí Mật", UnitKind.COMMUNITY_TEAM, here.other_commune)
    foreign = here.other_commune.periods[0]

    def row(code: str, name: str) -> AnnexRow:
        if how == "code":
            return AnnexRow(1, old_code=code, how=How.DISSOLVE)
        if how == "name":
            return AnnexRow(1, old_name=name, how=How.DISSOLVE)
        if how == "into":
            return AnnexRow(
                1,
                old_id=here.commune.id,
                new_name=name,
                new_code=code,
                new_kind="xã",
                new_province="Tỉnh Thử",
            )
        return AnnexRow(
            1, new_name="Tổ Mới", new_kind="community_team", new_parent=name, new_province="Tỉnh X"
        )

    def told(code: str, name: str) -> list[str]:
        made = batch(ward_reviewer, row(code, name))
        outcome = try_out(ward_reviewer, made, MOMENT)
        assert outcome.problems != ()
        return [
            problem.message.replace(code, "MÃ").replace(name, "TÊN") for problem in outcome.problems
        ]

    assert foreign.official_code is not None
    assert told(foreign.official_code, foreign.name) == told("99999", "Xã Không Có Thật")


@pytest.mark.parametrize("province", ["Tỉnh Khác", "Tỉnh Không Có Thật"])
def test_the_old_side_is_not_made_outside_the_scope(
    here: Province, reviewer: Actor, foreign: Unit, province: str
) -> None:
    row = AnnexRow(
        1, old_name="Xã Chưa Ghi", old_kind="xã", old_province=province, how=How.DISSOLVE
    )
    order = ComposeBatch(
        effective_on=DAY, decision_number="12/NQ-HĐND", rows=[row], create_missing=True
    )
    made = compose(reviewer, order, MOMENT)
    messages = [problem.message for problem in try_out(reviewer, made.id, MOMENT).problems]
    assert messages == [f"“{province}” nằm ngoài phạm vi được giao."]


def test_a_code_of_a_unit_outside_the_scope_is_refused_without_its_name(
    here: Province, ward_reviewer: Actor
) -> None:
    code = here.other_commune.periods[0].official_code
    row = AnnexRow(
        1,
        old_id=here.commune.id,
        new_name="Xã Bình Minh",
        new_kind="xã",
        new_code=code,
        new_parent_id=None,
        how=How.RENAME,
    )
    outcome = try_out(ward_reviewer, batch(ward_reviewer, row), MOMENT)
    said = " ".join(problem.message for problem in outcome.problems)
    assert "một đơn vị khác" in said
    assert here.other_commune.periods[0].name not in said


def test_rows_and_answers_count_the_version_on_and_a_stale_one_is_refused(
    here: Province, reviewer: Actor
) -> None:
    made = batch(reviewer, dissolve(here.commune))
    version = seen_batch(reviewer, made, TODAY).version
    added = add_row(reviewer, made, dissolve(here.far_commune), MOMENT)
    with pytest.raises(Conflict):
        apply(reviewer, made, MOMENT, version)
    remove_row(reviewer, made, added.id, MOMENT)
    with pytest.raises(Conflict):
        remove_row(reviewer, made, added.id, MOMENT)
    answer(reviewer, made, {Item.parse("unit:1"): "90102"}, MOMENT)
    assert seen_batch(reviewer, made, TODAY).version == version + 3
    assert answer(reviewer, made, {Item.parse("unit:1"): "90102"}, MOMENT) == 0
    assert answer(reviewer, made, {Item.parse("unit:1"): ""}, MOMENT) == 1
    now = seen_batch(reviewer, made, TODAY)
    assert now.answers == []
    assert apply(reviewer, made, MOMENT, now.version).problems == ()
