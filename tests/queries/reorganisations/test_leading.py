"""Who leads teams on a day, and of which it still has to be said."""

from datetime import date

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.units.kinds import UnitKind
from registry.queries.reorganisations.leading import teams_on, without_one_head
from tests.factories.people import make_membership, make_person
from tests.factories.units import Province, make_unit

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


def test_the_people_of_teams_are_those_of_the_day_who_leads_first(app: Flask) -> None:
    here = Province()
    team, other, empty = (
        make_unit(f"Tổ {number}", UnitKind.COMMUNITY_TEAM, here.commune) for number in (1, 2, 3)
    )
    head, deputy, member = MemberRole.HEAD, MemberRole.DEPUTY, MemberRole.MEMBER
    make_membership(make_person("Lê Văn An"), team)
    make_membership(make_person("Võ Thị Bình"), team, role=deputy)
    make_membership(make_person("Trần Văn Cường"), team, role=head, until=JUNE_20)
    make_membership(make_person("Hồ Thị Dung"), team, role=head, since=JUNE_20)
    make_membership(make_person("Phan Văn Em"), team, role=head, since=JUNE_20)
    make_membership(make_person("Đỗ Thị Giang"), other, role=head)
    found = teams_on([team.id, empty.id], JUNE_10)
    assert set(found) == {team.id}
    assert [(one.name, one.role) for one in found[team.id].members] == [
        ("Trần Văn Cường", head),
        ("Võ Thị Bình", deputy),
        ("Lê Văn An", member),
    ]
    assert [one.name for one in found[team.id].deputies] == ["Võ Thị Bình"]
    later = teams_on([team.id], JUNE_20)[team.id]
    assert [one.name for one in later.heads] == ["Hồ Thị Dung", "Phan Văn Em"]
    ids = [team.id, other.id, empty.id]
    assert without_one_head(ids, JUNE_10) == {empty.id}
    assert without_one_head(ids, JUNE_20) == {team.id, empty.id}
