"""Who reports, on what basis and to whom follows the day: a province that became a city."""

from datetime import UTC, date, datetime

from registry.documents.coverage.papers import report_of
from registry.domain.clock import Moment
from registry.domain.permissions import system_actor
from registry.queries.coverage.figures import coverage
from registry.queries.parameters import home_unit
from registry.services.seeds.demo_reorganisations import reorganise_demo

JUNE, NOW = date(2024, 6, 30), date(2025, 11, 3)


def test_the_report_of_each_day_names_the_bodies_and_the_plan_of_that_day(demo: None) -> None:
    reorganise_demo(system_actor(), Moment(datetime(2025, 11, 3, 2, tzinfo=UTC)))
    past = report_of(coverage(home_unit(JUNE), JUNE), NOW)
    assert past.letterhead.full_symbol("BC") == "BC-STTTT"
    assert past.basis.startswith("Kế hoạch số 4660/KH-UBND")
    assert past.recipients[0] == "UBND tỉnh Quảng Nam (để báo cáo)"
    assert past.letterhead.written_on is None
    present = report_of(coverage(home_unit(NOW), NOW), NOW)
    assert present.letterhead.full_symbol("BC") == "BC-SKHCN"
    assert present.letterhead.superior == "UBND thành phố Đà Nẵng"
    assert (present.basis, present.letterhead.written_on) == ("", NOW)
    said = " ".join([present.subtree, *present.recipients])
    assert "Ban Chỉ đạo về Chuyển đổi số thành phố Đà Nẵng" in said
    assert "tỉnh" not in said
