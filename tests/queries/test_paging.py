"""Long lists page by page: cursors, and what becomes of cursors nobody gave."""

import pytest

from registry.queries.paging import Page, Window, page_of, page_of_rows

ROWS = tuple(range(95))


def numbers(page: Page[int]) -> list[int]:
    return [near.number for near in page.near]


def test_following_the_cursors_one_meets_every_row_once_there_and_back() -> None:
    page = page_of_rows(Window(10), ROWS)
    assert (page.previous, page.total) == (None, 95)
    there = [*page.rows]
    while page.next is not None:
        page = page_of_rows(Window(10, page.next), ROWS)
        there += page.rows
    assert there == list(ROWS)
    back = [*page.rows]
    while page.previous is not None:
        page = page_of_rows(Window(10, page.previous), ROWS)
        back = [*page.rows, *back]
    assert back == list(ROWS)


def test_each_page_near_leads_where_its_number_says() -> None:
    for near in page_of_rows(Window(10, "5"), ROWS).near:
        page = page_of_rows(Window(10, near.cursor), ROWS)
        assert page.rows == ROWS[10 * (near.number - 1) : 10 * near.number]
        assert [one.number for one in page.near if one.is_current] == [near.number]


@pytest.mark.parametrize(
    ("cursor", "shown"),
    [
        ("1", [1, 2, 10]),
        ("3", [1, 2, 3, 4, 10]),
        ("4", [1, 2, 3, 4, 5, 10]),
        ("5", [1, 4, 5, 6, 10]),
        ("7", [1, 6, 7, 8, 9, 10]),
        ("10", [1, 9, 10]),
    ],
)
def test_the_pages_near_leave_out_no_single_page(cursor: str, shown: list[int]) -> None:
    assert numbers(page_of_rows(Window(10, cursor), ROWS)) == shown


@pytest.mark.parametrize(
    "cursor", ["", "0", "-1", "x", "1.5", "²", "٣", " 2", "1e3", "' OR 1=1", "9" * 5000, "\x00"]
)
def test_a_cursor_no_page_gave_points_to_the_beginning(cursor: str) -> None:
    assert page_of_rows(Window(10, cursor), ROWS).rows == ROWS[:10]


@pytest.mark.parametrize("cursor", ["11", "99", "999999999"])
def test_a_cursor_beyond_the_end_points_to_the_last_page(cursor: str) -> None:
    page = page_of_rows(Window(10, cursor), ROWS)
    assert page.rows == ROWS[90:]
    assert page.next is None


@pytest.mark.parametrize("total", [0, 1, 10])
def test_what_one_page_holds_has_neither_before_nor_after(total: int) -> None:
    page = page_of_rows(Window(10, "3"), ROWS[:total])
    assert (list(page.rows), page.previous, page.next) == (list(ROWS[:total]), None, None)


def test_only_the_rows_of_the_page_are_fetched() -> None:
    asked: list[tuple[int, int]] = []

    def read(limit: int, offset: int) -> list[int]:
        asked.append((limit, offset))
        return []

    page_of(Window(10, "4"), 95, read)
    assert asked == [(10, 30)]
