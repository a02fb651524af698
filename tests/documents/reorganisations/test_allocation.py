"""The allocation file: what goes out comes back."""

from dataclasses import replace

from registry.documents.reorganisations.allocation import AllocationRow, allocation_csv
from registry.domain.reorganisations.questions import AskedNoun, Question
from registry.formats.allocation import read_allocation

PERSON = Question(
    noun=AskedNoun.MEMBERSHIP,
    key="1f",
    label="Lê Văn A – Trưởng",
    unit_id=1,
    unit_name="Xã Bình Minh",
    choices=(("90107", "Xã Một"), ("90108", "Xã Hai")),
)
TEAM = Question(noun=AskedNoun.UNIT, key="7", label="Tổ", unit_id=1, unit_name="Xã", choices=())


def test_the_file_to_fill_in_names_every_question_and_what_may_be_chosen():
    text = allocation_csv([AllocationRow(PERSON, "Người")])
    heading = "item,noun,unit,label,choices,target,choice_names,if_empty"
    assert text.splitlines()[0].lstrip("\ufeff") == heading
    assert "Lê Văn A – Trưởng,90107 | 90108,,90107 Xã Một | 90108 Xã Hai,kết thúc" in text


def test_what_stays_or_goes_unanswered_is_said_and_may_be_chosen():
    stays = replace(TEAM, default=("ở lại", "Ở lại Xã"), choices=(("90107", "Xã Một"),))
    rest = replace(PERSON, default=("90109", "Xã Ba"))
    text = allocation_csv([AllocationRow(stays, "Đơn vị"), AllocationRow(rest, "Người")])
    assert "ở lại | 90107,,90107 Xã Một,Ở lại Xã" in text
    assert ",90109 | 90107 | 90108," in text
    assert ",chuyển về 90109 Xã Ba" in text


def test_a_filled_file_comes_back_and_empty_targets_are_left_out():
    text = allocation_csv([AllocationRow(PERSON, "Người", "90107"), AllocationRow(TEAM, "Đơn vị")])
    assert read_allocation(text.encode()) == {PERSON.item: "90107"}


def test_who_may_lead_a_team_is_told_by_name_and_namesakes_by_what_tells_them_apart():
    asked = Question(
        noun=AskedNoun.HEAD,
        key="20335/Tổ 1",
        label="Tổ 1: 2 tổ trưởng",
        unit_id=1,
        unit_name="Xã",
        choices=(("1f", "Lê An – Tổ trưởng"), ("2f", "Võ Ba – Tổ phó"), ("3f", "Võ Ba – Tổ phó")),
        default=("chọn sau", "Chọn sau (2 tổ trưởng)"),
    )
    text = allocation_csv([AllocationRow(asked, "Người đứng đầu")])
    assert ",chọn sau | Lê An – Tổ trưởng | 2f | 3f,," in text
    assert text.rstrip().endswith("Võ Ba – Tổ phó,Chọn sau (2 tổ trưởng)")
