"""Which batches somebody may see: by the rights of today to every unit they are about."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import EVERYTHING, NOTHING, Role, Scope
from registry.domain.reorganisations.annex import RowContent
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnnex,
    ReorganisationChange,
    ReorganisationRow,
)
from registry.models.units import Succession, Unit
from registry.queries.reorganisations.scope import (
    batches_seen,
    is_seen,
    own_drafts,
    units_outside,
    units_touched,
    was_discarded,
)
from registry.services.audit import Event, record
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_account
from tests.factories.people import make_decision
from tests.factories.units import (
    MovingCommunes,
    end_unit,
    make_succession,
    make_unit,
    move_unit,
    rename_unit,
)

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> MovingCommunes:
    return MovingCommunes()


@pytest.fixture
def author(here: MovingCommunes) -> Account:
    return make_account(Role.UNIT_OFFICER, here.district)


def make_batch(
    place: Unit, *contents: RowContent, by: Account | None = None, on: date = TODAY
) -> Reorganisation:
    """Make a draft of these rows, its decision recorded under `place`."""
    batch = Reorganisation(
        effective_on=on,
        decision_id=make_decision(place).id,
        created_at=NOW,
        created_by_id=by.id if by else None,
    )
    for position, content in enumerate(contents):
        batch.rows.append(
            ReorganisationRow(position=position, number=position, source="", content=content)
        )
    db.session.add(batch)
    db.session.flush()
    return batch


def wrote(batch: Reorganisation, table: str, row_id: int) -> None:
    batch.applied_at = NOW
    db.session.add(
        ReorganisationChange(
            reorganisation_id=batch.id, sequence=row_id, table_name=table, row_id=row_id
        )
    )
    db.session.flush()


def test_an_applied_batch_is_seen_where_every_unit_it_wrote_lies_in_the_scope_today(
    here: MovingCommunes,
) -> None:
    inside, other = here.below(here.district), here.below(here.other_district)
    mine = make_batch(here.other_district)
    wrote(mine, "unit_periods", here.commune.periods[0].id)
    # Rows of other tables and changes of other batches are about no unit of this one.
    wrote(mine, "memberships", here.other_commune.periods[0].id)
    theirs = make_batch(here.district)
    wrote(theirs, "unit_periods", here.other_commune.periods[0].id)
    both = make_batch(here.district)
    wrote(both, "unit_periods", here.commune.periods[0].id)
    wrote(both, "unit_periods", here.far_commune.periods[0].id)
    linked = make_batch(here.district)
    linked.applied_at = NOW
    db.session.add(
        Succession(
            predecessor_id=here.commune.id,
            successor_id=here.far_commune.id,
            effective_on=TODAY,
            part="part",
            kind=SuccessionKind.SEPARATED,
            reorganisation_id=linked.id,
        )
    )
    db.session.flush()
    whole = Scope(prefixes=inside.prefixes | other.prefixes)
    assert batches_seen(inside, None, TODAY) == [mine]
    assert batches_seen(other, None, TODAY) == [theirs]
    assert batches_seen(whole, None, TODAY) == [linked, both, theirs, mine]
    assert batches_seen(EVERYTHING, None, TODAY) == [linked, both, theirs, mine]
    assert batches_seen(NOTHING, None, TODAY) == []
    # An undone one is about the same units.
    mine.undone_at = NOW
    db.session.flush()
    assert is_seen(mine, inside, None, TODAY)
    assert not is_seen(mine, other, None, TODAY)


def test_a_batch_that_only_took_a_period_away_is_about_its_unit(here: MovingCommunes) -> None:
    batch = make_batch(here.district)
    batch.applied_at = NOW
    gone = {"unit_id": here.other_commune.id, "valid_from": "2024-06-20"}
    for table in ("unit_periods", "memberships"):
        change = ReorganisationChange(
            reorganisation_id=batch.id, sequence=len(table), table_name=table, row_id=9_999
        )
        change.before = gone if table == "unit_periods" else {"unit_id": here.commune.id}
        db.session.add(change)
    db.session.flush()
    assert units_touched(batch) == {here.other_commune.id}
    assert not is_seen(batch, here.below(here.district), None, TODAY)
    assert is_seen(batch, here.below(here.other_district), None, TODAY)


def test_an_applied_batch_without_units_is_about_where_its_decision_is_recorded(
    here: MovingCommunes,
) -> None:
    batch = make_batch(here.district)
    batch.applied_at = NOW
    db.session.flush()
    assert is_seen(batch, here.below(here.district), None, TODAY)
    assert not is_seen(batch, here.below(here.other_district), None, TODAY)


def test_a_draft_is_seen_by_whoever_reaches_all_units_its_rows_name_wherever_the_paper_is(
    here: MovingCommunes, author: Account
) -> None:
    inside = here.below(here.district)
    for content, seen in (
        (RowContent(old_id=here.commune.id), True),
        (RowContent(old_id=here.other_commune.id), False),
        (RowContent(old_code="90101"), True),
        (RowContent(old_code="90102"), False),
        (RowContent(old_name="Xã Bình Minh"), True),
        (RowContent(old_name="Xã Bình Đào"), False),
        (RowContent(new_parent_id=here.district.id, old_code="90101"), True),
        (RowContent(new_parent_id=here.other_district.id, old_code="90101"), False),
        # Named by a code or an id, the name beside says nothing more.
        (RowContent(old_code="90101", old_name="Xã Bình Đào"), True),
        (RowContent(old_id=here.commune.id, old_code="90102", old_name="Xã Bình Đào"), True),
    ):
        batch = make_batch(here.other_district, content)
        assert is_seen(batch, inside, None, TODAY) is seen, content
    several = make_batch(
        here.other_district, RowContent(old_code="90101"), RowContent(old_name="Xã Bình Đào")
    )
    assert not is_seen(several, inside, None, TODAY)


def test_an_annex_nobody_confirmed_is_shown_to_its_author_and_then_to_whom_its_rows_reach(
    here: MovingCommunes, author: Account
) -> None:
    inside = here.below(here.district)
    empty = make_batch(here.district, by=author)
    filled = make_batch(here.district, RowContent(old_id=here.commune.id), by=author)
    annexes = [
        ReorganisationAnnex(name="a.xlsx", first_row=1, columns=(), cells=[["Xã Bình Đào"]])
        for _ in range(2)
    ]
    for batch, annex in zip((empty, filled), annexes, strict=True):
        batch.annexes.append(annex)
        db.session.flush()
        assert is_seen(batch, inside, author.id, TODAY)
        assert not is_seen(batch, inside, author.id + 1, TODAY)
        annex.confirmed_at = NOW
        db.session.flush()
        assert is_seen(batch, inside, author.id + 1, TODAY)


def test_units_are_named_as_on_the_eve_of_the_batch(here: MovingCommunes) -> None:
    rename_unit(here.commune, "Xã Tên Mới", JUNE_20)
    inside = here.below(here.district)
    old, new = RowContent(old_name="Xã Bình Minh"), RowContent(old_name="Xã Tên Mới")
    day_after = date(2024, 6, 21)
    seen = {
        (content.old_name, on): is_seen(
            make_batch(here.other_district, content, on=on), inside, None, TODAY
        )
        for content in (old, new)
        for on in (JUNE_20, day_after)
    }
    assert seen == {
        ("Xã Bình Minh", JUNE_20): True,
        ("Xã Bình Minh", day_after): False,
        ("Xã Tên Mới", JUNE_20): False,
        ("Xã Tên Mới", day_after): True,
    }


def test_a_draft_of_unknown_units_is_seen_by_its_author_where_its_paper_is_in_reach(
    here: MovingCommunes, author: Account
) -> None:
    inside, other = here.below(here.district), here.below(here.other_district)
    unknown = RowContent(old_name="Xã Không Có")
    batch = make_batch(here.district, unknown, by=author)
    assert is_seen(batch, inside, author.id, TODAY)
    assert not is_seen(batch, inside, author.id + 1, TODAY)
    assert not is_seen(batch, inside, None, TODAY)
    assert not is_seen(batch, other, author.id, TODAY)
    # Made by no account, it is nobody's: not of whoever has none.
    assert not is_seen(make_batch(here.district, unknown), inside, None, TODAY)
    # What a name typed leads to out of reach is no more than typed; what was chosen was seen.
    typed = make_batch(here.district, RowContent(old_name="Xã Bình Đào"), by=author)
    assert is_seen(typed, inside, author.id, TODAY)
    chosen = make_batch(here.district, RowContent(old_id=here.other_commune.id), by=author)
    assert not is_seen(chosen, inside, author.id, TODAY)
    both = make_batch(here.district, unknown, RowContent(old_id=here.other_commune.id), by=author)
    assert not is_seen(both, inside, author.id, TODAY)


def test_a_draft_that_names_no_unit_is_seen_by_all_who_reach_its_paper(
    here: MovingCommunes, author: Account
) -> None:
    for contents in ((), (RowContent(new_name="Xã Lập Mới"),)):
        batch = make_batch(here.district, *contents, by=author)
        assert is_seen(batch, here.below(here.district), None, TODAY)
        assert not is_seen(batch, here.below(here.other_district), author.id, TODAY)


def test_own_drafts_are_those_one_composed_and_may_still_see_the_latest_day_first(
    here: MovingCommunes, author: Account
) -> None:
    inside = here.below(here.district)
    row = RowContent(old_id=here.commune.id)
    later = make_batch(here.district, row, by=author, on=date(2024, 7, 5))
    first = make_batch(here.district, row, by=author)
    second = make_batch(here.district, row, by=author)
    make_batch(here.district, row)
    make_batch(here.other_district, row, by=author)
    gone = make_batch(here.district, RowContent(old_id=here.other_commune.id), by=author)
    applied = make_batch(here.district, row, by=author)
    applied.applied_at = NOW
    db.session.flush()
    assert own_drafts(inside, author.id, TODAY) == [later, second, first]
    assert gone in own_drafts(EVERYTHING, author.id, TODAY)
    assert own_drafts(inside, author.id + 1, TODAY) == []


def test_a_discarded_batch_is_told_to_who_composed_or_discarded_it_while_its_place_is_in_reach(
    here: MovingCommunes, author: Account
) -> None:
    colleague = make_account(Role.APPROVER, here.province)
    inside, other = here.below(here.district), here.below(here.other_district)

    def told(account: Account, deed: Deed, batch_id: int, place: Unit | None) -> None:
        event = Event(deed, "reorganisations", batch_id, place.id if place else None)
        record(actor_for(account, TODAY), event, MOMENT)

    compose, discard = Deed.REORGANISATION_COMPOSE, Deed.REORGANISATION_DISCARD
    told(author, compose, 71, here.district)
    told(colleague, discard, 71, here.district)
    told(author, compose, 72, here.district)
    told(author, discard, 73, None)
    for account_id, scope, batch_id, known in (
        (author.id, inside, 71, True),
        (colleague.id, inside, 71, True),
        (colleague.id + 1_000, inside, 71, False),
        (None, inside, 71, False),
        (author.id, other, 71, False),
        (None, EVERYTHING, 71, True),
        # Composed only, never heard of, or without a place: nothing is known.
        (author.id, inside, 72, False),
        (author.id, EVERYTHING, 72, False),
        (author.id, EVERYTHING, 7, False),
        (author.id, inside, 73, False),
    ):
        assert was_discarded(batch_id, scope, account_id, TODAY) is known, (batch_id, scope)


def test_a_unit_lies_outside_unless_it_stands_inside_today_or_ended_there_without_heir(
    here: MovingCommunes,
) -> None:
    inside = here.below(here.district)
    lost = make_unit("Xã Mất", UnitKind.COMMUNE, here.other_district)
    move_unit(lost, here.district, JUNE_10)
    left = make_unit("Xã Rời", UnitKind.COMMUNE, here.district)
    move_unit(left, here.other_district, JUNE_10)
    heired = make_unit("Xã Nhập", UnitKind.COMMUNE, here.district)
    for unit in (lost, left, heired):
        end_unit(unit, JUNE_20)
    make_succession(heired, here.commune, JUNE_20)
    # What stood under what ended, as deep as it be, is judged by the last that stands.
    office = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, lost, until=JUNE_20)
    to_come = make_unit("Xã Sắp Có", UnitKind.COMMUNE, here.district, since=date(2024, 7, 5))
    ends_today = make_unit("Xã Hết Nay", UnitKind.COMMUNE, here.district, until=TODAY)
    apart = make_unit("Hội Lẻ", UnitKind.MASS_ORGANISATION, until=JUNE_20)
    units = [
        here.commune, here.other_commune, here.far_commune, lost, left, heired, office, to_come,
        ends_today, apart,
    ]  # fmt: skip
    outside = units_outside([unit.id for unit in units], inside, TODAY)
    assert outside == {
        here.other_commune.id, here.far_commune.id, left.id, heired.id, apart.id,
    }  # fmt: skip
    closed = Scope(prefixes=inside.prefixes, closed_unit_ids=frozenset({heired.id}))
    assert units_outside([heired.id], closed, TODAY) == set()


def test_a_unit_still_to_come_is_judged_by_the_one_under_which_it_will_stand(
    here: MovingCommunes,
) -> None:
    day = date(2024, 8, 1)
    coming = make_unit("Huyện Sẽ Có", UnitKind.DISTRICT, here.province, since=day)
    below = make_unit("Xã Sẽ Có", UnitKind.COMMUNE, coming, since=day)
    whole = Scope(prefixes=frozenset({f"/{here.province.id}/"}))
    assert units_outside([coming.id, below.id], whole, TODAY) == set()
    district = Scope(prefixes=frozenset({f"/{here.province.id}/{here.district.id}/"}))
    assert units_outside([coming.id, below.id], district, TODAY) == {coming.id, below.id}
