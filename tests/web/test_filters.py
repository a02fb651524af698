import pytest
from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.web import filters
from registry.web.filters import asset, here


@pytest.fixture
def app() -> Flask:
    app = Flask("registry")
    filters.register(app)
    return app


def test_an_address_keeps_its_query_and_goes_back_to_the_first_page(app: Flask) -> None:
    with app.test_request_context("/don-vi?q=B%C3%ACnh&kind=a&kind=b&page=3"):
        assert here(sort="name") == "/don-vi?q=B%C3%ACnh&kind=a&kind=b&sort=name"
        assert here(page=4) == "/don-vi?q=B%C3%ACnh&kind=a&kind=b&page=4"
        assert here(q=None, kind="c") == "/don-vi?kind=c"


def test_an_address_left_without_query_has_no_question_mark(app: Flask) -> None:
    with app.test_request_context("/don-vi?as_of=01/12/2024"):
        assert here(as_of=None) == "/don-vi"


def test_a_query_cannot_turn_a_link_to_another_site_or_scheme(app: Flask) -> None:
    with app.test_request_context("/don-vi?_external=1&_scheme=javascript&_host=evil.example"):
        assert here(page=2).startswith("/don-vi?")


def test_a_static_address_carries_the_hash_of_the_content(app: Flask) -> None:
    with app.test_request_context("/"):
        address = asset("vendor/site.css")
    assert address.startswith("/static/vendor/site.css?v=")
    assert len(address.partition("?v=")[2]) == 10


def test_templates_write_a_share_from_its_two_counts(app: Flask) -> None:
    with app.test_request_context("/"):
        template = app.jinja_env.from_string("{{ (240, 241) | percent }} {{ 25000 | number }}")
        assert template.render() == "99,6% 25.000"


def test_templates_write_the_word_of_a_value_and_nothing_for_none(app: Flask) -> None:
    with app.test_request_context("/"):
        template = app.jinja_env.from_string("{{ kind | label }}, {{ none | label or 'chưa rõ' }}")
        assert template.render(kind=UnitKind.ENTERPRISE) == "Doanh nghiệp, chưa rõ"
