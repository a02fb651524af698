"""`flask seed`: what is missing, said on stderr; never the demo over real people."""

from click.testing import Result
from flask import Flask

from registry.models.base import db
from registry.queries.parameters import is_demo
from tests.factories.people import make_person


def seed(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["seed", *words])


def test_the_reference_data_alone_makes_no_demo(app: Flask) -> None:
    result = seed(app)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "337 đơn vị" in result.stderr
    assert not is_demo()


def test_loading_again_says_that_nothing_was_added(app: Flask) -> None:
    seed(app, "--demo")
    result = seed(app, "--demo")
    assert result.exit_code == 0
    assert result.stderr == "Dữ liệu đã có đủ, không nạp gì thêm.\n" * 2
    assert is_demo()


def test_the_demo_is_refused_where_people_are_real(app: Flask) -> None:
    make_person()
    db.session.commit()
    result = seed(app, "--demo")
    assert result.exit_code == 1
    assert "người thật" in result.stderr
    assert not is_demo()


def test_an_unknown_option_is_a_usage_error(app: Flask) -> None:
    assert seed(app, "--dmeo").exit_code == 2
