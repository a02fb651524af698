"""The catalogues of training: what is offered stands in Vietnamese order."""

from flask import Flask

from registry.models.base import db
from registry.models.trainings import Course, Topic
from registry.queries.trainings import all_topics, course_names

IN_ORDER = ["An toàn", "Ẩm thực số", "Bảo mật", "Dữ liệu", "Đô thị thông minh", "Lớp 2", "Lớp 10"]


def test_topics_and_courses_stand_in_vietnamese_order_not_by_code_point(app: Flask) -> None:
    for name in reversed(IN_ORDER):
        db.session.add_all([Topic(code=name, name=name), Course(name=name)])
    db.session.flush()
    assert [topic.name for topic in all_topics()] == IN_ORDER
    assert course_names() == IN_ORDER
