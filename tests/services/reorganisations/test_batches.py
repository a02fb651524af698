"""Who may work on a batch, and what may still be changed about it."""

from datetime import date

import pytest

from registry.domain.errors import Conflict, Gone, NotFound
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.reorganisations.questions import Item
from registry.models.units import Unit
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
from tests.factories.accounts import actor_for, make_account
from tests.factories.units import Province

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
    assert [problem.message for problem in outcome.problems] == [
        "“Tỉnh Khác” nằm ngoài phạm vi được giao."
    ]


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
