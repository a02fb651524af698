import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import (
    accepted,
    accepted_signs,
    exact_key,
    matches,
    matches_with_accents,
    name_sort_key,
    normalise,
    normalise_name,
    query_words,
    search_key,
    text_sort_key,
    unit_query_words,
    unit_search_key,
)

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
SYLLABLES = st.builds(
    lambda onset, vowel, tone, coda: unicodedata.normalize("NFC", onset + vowel + tone + coda),
    st.sampled_from(["", "b", "đ", "d", "h", "ng", "nh", "th", "qu"]),
    st.sampled_from("aăâeêioôơuưy"),
    st.sampled_from(TONES),
    st.sampled_from(["", "n", "ng", "t", "c", "m"]),
)
NAMES = st.lists(SYLLABLES.map(str.capitalize), min_size=1, max_size=4).map(" ".join)


def find_units(query: str, *names: str) -> list[str]:
    words = " ".join(unit_query_words(query))
    return [name for name in names if matches(words, unit_search_key(name))]


class TestNormalise:
    @pytest.mark.parametrize(
        ("typed", "clean"),
        [
            ("  Nguyễn\u00a0 Văn\tAn\r\n", "Nguyễn Văn An"),
            ("Nguyễn\u200b\ufeff Văn\u00ad An\u202e", "Nguyễn Văn An"),
            ("\uff30\uff28\u3000\uff11\uff12\uff0f", "PH 12/"),
            ("Hoa\u0300", "Hoà"),
            ("\x00A\x1bB\x7f", "AB"),
            ("", ""),
        ],
    )
    def test_removes_what_cannot_be_seen_and_composes_what_can(self, typed, clean):
        assert normalise(typed) == clean

    def test_keeps_the_legal_spelling_of_the_tone(self):
        assert normalise("Hoà") == "Hoà"
        assert normalise("Hòa") == "Hòa"

    def test_puts_the_hat_before_a_tone_that_was_typed_first(self):
        assert normalise("Lie\u0301\u0302u") == "Liếu"

    @given(st.text())
    @example("e\u0301\u0302\u0301\u0302")
    def test_changes_nothing_the_second_time(self, text):
        assert normalise(normalise(text)) == normalise(text)

    @given(st.text())
    def test_gives_composed_text_on_one_line_that_can_be_stored(self, text):
        clean = normalise(text)
        assert unicodedata.is_normalized("NFC", clean)
        assert clean == " ".join(clean.split())
        assert "\x00" not in clean
        assert clean.encode().decode() == clean

    def test_drops_halves_of_characters_that_no_database_stores(self):
        assert normalise("A\ud800B") == "AB"


class TestAccepted:
    def test_cleans_what_papers_can_print_and_refuses_the_rest_on_its_field(self):
        assert accepted(" Xã\u00a0 A\u2013B ") == "Xã A\u2013B"
        assert accepted_signs(" Xã\u00a0 A\u2013B ") == "Xã A-B"
        for read in (accepted, accepted_signs):
            with pytest.raises(Invalid) as refusal:
                read("Xã ★", "name")
            assert [problem.field for problem in refusal.value.problems] == ["name"]


class TestNormaliseName:
    @pytest.mark.parametrize(
        "name",
        [
            "Nguyễn Thị Hoà",
            "Nguyễn Thị Hòa",
            "A Viết",
            "P Rao",
            "La Êê",
            "Tr'Hy",
            "Bnướch",
            "Zơrâm",
            "H'Hen Niê",
            "Lê-Nguyễn An",
            "Y Th. Niê",
            "Kpă Kơ\u0306lơng",
            "M\u0300lo",
            "M\u036flo",
            "Nguyễn " + "A" * 93,
            "Ê",
            "Ý",
        ],
    )
    def test_keeps_the_names_people_bear(self, name):
        assert normalise_name(name) == name

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("\u00d0ỗ \u00d0ạt", "Đỗ Đạt"),
            ("Tr\u2019Hy", "Tr'Hy"),
            ("Lê\u2013Nguyễn", "Lê-Nguyễn"),
            (unicodedata.normalize("NFD", " Trần  Thị Ẩn "), "Trần Thị Ẩn"),
        ],
    )
    def test_repairs_what_a_keyboard_or_excel_did_to_a_name(self, typed, name):
        assert normalise_name(typed) == name

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "Nhập họ và tên."),
            ("\u200b \u00a0", "Nhập họ và tên."),
            ("A", "Nhập đầy đủ họ và tên."),
            ("-An", "Nhập đầy đủ họ và tên."),
            (". '", "Nhập đầy đủ họ và tên."),
            ("Nguyễn " + "A" * 94, "Họ và tên dài nhiều nhất 100 ký tự."),
            ("Nguyễn Văn 4n", "Họ và tên không được có chữ số."),
        ],
    )
    def test_says_what_to_do_about_an_unusable_name(self, typed, message):
        with pytest.raises(Invalid) as refusal:
            normalise_name(typed)
        assert [(p.field, p.message) for p in refusal.value.problems] == [("full_name", message)]

    @pytest.mark.parametrize(
        "typed",
        [
            "<b>An</b>",
            "An & Bình",
            "=HYPERLINK(An)",
            "An@Bình",
            "{{An}}",
            "NguyÔn V¨n",
            "Nguy\u0435n An",  # the Cyrillic e
            "An " + "a" + "\u0316" * 3,
            "An \u3164",
            "Tu\ufb01",  # a ligature no font of ours has
            "An\u02b0",  # printable, but a sign beside letters
        ],
    )
    def test_refuses_what_is_no_part_of_a_name(self, typed):
        with pytest.raises(Invalid, match="chỉ gồm chữ cái"):
            normalise_name(typed)

    @given(NAMES.filter(lambda name: len(name) > 1))
    def test_accepts_its_own_answer_and_every_vietnamese_syllable(self, name):
        assert normalise_name(normalise_name(name)) == normalise_name(name) == name


class TestSearchKey:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("Hoà", "hoa"),
            ("Hòa", "hoa"),
            ("ĐẶNG Thị Ưởng", "dang thi uong"),
            ("\u00d0ỗ", "do"),
            ("Tr'Hy", "trhy"),
            ("Tr’Hy", "trhy"),
            ("Sở TT&TT", "so tttt"),
            ("An & Bình", "an binh"),
            ("Lê-Nguyễn, Văn.A", "le nguyen van a"),
            ("123/QĐ-UBND", "123 qd ubnd"),
            ("00004", "00004"),
            ("100%_\\", "100"),
            ("", ""),
        ],
    )
    def test_folds_accents_case_and_punctuation(self, text, key):
        assert search_key(text) == key

    @given(st.text())
    @example("\u0149")
    def test_is_its_own_key(self, text):
        assert search_key(search_key(text)) == search_key(text)

    @given(st.text())
    def test_does_not_depend_on_the_unicode_form(self, text):
        forms = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
        assert len({search_key(form) for form in forms}) == 1

    @given(st.text())
    def test_holds_nothing_but_letters_digits_and_single_spaces(self, text):
        key = search_key(text)
        assert all(word.isalnum() for word in key.split(" ") if key)

    @given(NAMES)
    def test_of_a_vietnamese_name_is_plain_ascii(self, name):
        assert re.fullmatch("[a-z ]+", search_key(name))


class TestExactKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Hoà", "hòa"),
            ("Thuỷ", "Thủy"),
            ("khoẻ", "khỏe"),
            ("tòan", "toàn"),
            ("hòai", "hoài"),
            ("qúy", "quý"),
            ("gía", "giá"),
            ("H'Qúy", "H'Quý"),
            ("khủyu", "khuỷu"),
            ("nguỵên", "nguyện"),
            ("Mỹ", unicodedata.normalize("NFD", "mỹ")),
            ("\u00d0ào", "Đào"),
        ],
    )
    def test_is_the_same_for_both_places_of_the_tone(self, one, other):
        assert exact_key(one) == exact_key(other)

    @pytest.mark.parametrize(
        "word", ["hòa", "toàn", "quý", "giá", "gì", "thuyền", "người", "mùa", "cửa", "kìa", "ngoẻo"]
    )
    def test_leaves_a_tone_that_stands_right(self, word):
        assert exact_key(word) == word

    @pytest.mark.parametrize(("one", "other"), [("Hòa", "Hoa"), ("Ân", "An"), ("Đào", "Dào")])
    def test_tells_accents_apart(self, one, other):
        assert exact_key(one) != exact_key(other)

    @given(st.text())
    def test_is_its_own_key(self, text):
        assert exact_key(exact_key(text)) == exact_key(text)

    @given(st.text())
    def test_folds_to_the_search_key(self, text):
        assert search_key(exact_key(text)) == search_key(text)


class TestMatches:
    @pytest.mark.parametrize(
        "query", ["nguyen van d", "DŨNG", "dung nguyen", "ng v d", "Nguyễn  Văn", "", "!?"]
    )
    def test_finds_a_person_by_the_starts_of_his_words(self, query):
        assert matches(query, search_key("Nguyễn Văn Dũng"))

    @pytest.mark.parametrize("query", ["nguyen van dungg", "guyen", "van tran", "nguyenvan"])
    def test_does_not_find_words_that_are_not_there(self, query):
        assert not matches(query, search_key("Nguyễn Văn Dũng"))

    @pytest.mark.parametrize("name", ["Nguyễn Thị Hoà", "Nguyễn Thị Hòa", "Nguyễn Thị Hoa"])
    def test_finds_every_spelling_without_accents(self, name):
        assert matches("nguyen thi hoa", search_key(name))

    def test_with_accents_prefers_the_spelling_that_was_typed(self):
        found = {
            name: matches_with_accents("hoà", exact_key(name)) for name in ("Hoà", "Hòa", "Hoa")
        }
        assert found == {"Hoà": True, "Hòa": True, "Hoa": False}

    @given(st.text())
    def test_words_of_a_query_are_safe_in_a_like_pattern(self, query):
        assert all(word.isalnum() for word in query_words(query))

    @given(st.text())
    def test_every_text_finds_itself(self, text):
        assert matches(text, search_key(text))
        assert matches_with_accents(text, exact_key(text))


class TestNameSortKey:
    def test_sorts_as_a_school_register(self):
        register = [
            "Nguyễn An",
            "Trần Thị An",
            "Nguyễn Văn Anh",
            "Lê Thị Ánh",
            "Nguyễn Văn Ánh",
            "Lê Văn Ân",
            "Phạm Thị Ẩn",
            "Bnướch Bao",
            "Trần Thị Bình",
            "Trần Văn Bình",
            "Đỗ Văn Dũng",
            "Võ Đức Đạt",
            "Nguyễn Thị Hoa",
            "Hồ Thị Hòa",
            "Lê Hoà",
            "A Viết Sơn",
            "Hoàng Phủ Ngọc Tường",
        ]
        shuffled = sorted(register, key=len)
        assert sorted(shuffled, key=name_sort_key) == register

    @pytest.mark.parametrize(
        "ordered",
        [
            list(ALPHABET),
            ["a", "à", "ả", "ã", "á", "ạ"],
            ["ơ", "ờ", "ở", "ỡ", "ớ", "ợ", "p"],
            ["An", "Anh", "Ánh", "Ăn", "Ân", "Ấn", "Bá"],
            ["Hoa", "Hòa", "Hóa", "Hoan"],
            ["Lê An", "Lê Văn An", "Lữ An", "Lý An"],
            ["Hồ Văn An", "Hồ Bình"],
            ["Lữ Ái An", "Lư Văn An"],  # the letters of the whole rest go before its tones
            ["Đỗ An", "Hồ An"],
            ["Đo An", "Đò An", "Đỗ An"],
        ],
    )
    def test_orders_letters_before_tones(self, ordered):
        keys = [name_sort_key(name) for name in ordered]
        assert keys == sorted(set(keys))

    def test_puts_two_places_of_the_tone_on_one_place(self):
        assert name_sort_key("Lê Hoà") == name_sort_key("Lê Hòa")
        assert name_sort_key("Hoà Thuỷ An") == name_sort_key("Hòa Thủy An")

    @given(NAMES)
    def test_does_not_depend_on_the_unicode_form_or_case(self, name):
        assert name_sort_key(unicodedata.normalize("NFD", name)) == name_sort_key(name)
        assert name_sort_key(name.upper()) == name_sort_key(name)

    @given(NAMES, NAMES)
    def test_agrees_with_comparing_alphabet_places_and_tones(self, one, other):
        by_key = name_sort_key(one) < name_sort_key(other)
        assert by_key == (places_and_tones(one) < places_and_tones(other))

    @given(st.text())
    def test_is_printable_ascii_without_spaces(self, text):
        assert re.fullmatch("[!-~]*", name_sort_key(text))

    @pytest.mark.parametrize("text", ["", " ", "'", "-"])
    def test_of_nothing_comes_first(self, text):
        assert name_sort_key(text) < name_sort_key("A")

    def test_puts_letters_of_other_scripts_after_z_and_other_marks_after_tones(self):
        keys = [name_sort_key(name) for name in ("Ko", "Kọ", "Kŏ", "Kô", "Kz", "K\u0436", "Kă")]
        assert keys[:-1] == sorted(set(keys[:-1]))
        assert keys[-1] < keys[0]

    def test_keeps_a_hyphenated_given_name_together(self):
        names = ("Lê An", "Lê Anh", "Lê Ánh", "Võ Anh-An", "Lê Anh-Thư", "Lê Ân")
        keys = [name_sort_key(name) for name in names]
        assert keys == sorted(set(keys))


def places_and_tones(name: str) -> tuple[object, ...]:
    """Compare by CLDR "vi" written out the long way: the oracle of the sort keys."""
    words = []
    for word in name.casefold().split():
        decomposed = unicodedata.normalize("NFD", word)
        tone = next((place for place, mark in enumerate(TONES) if mark and mark in decomposed), 0)
        toneless = "".join(character for character in decomposed if character not in TONES[1:])
        composed = unicodedata.normalize("NFC", toneless)
        words.append(([ALPHABET.index(letter) for letter in composed], tone))
    given, rest = words[-1], words[:-1]
    return (*given, [letters for letters, _ in rest], [tone for _, tone in rest])


class TestTextSortKey:
    @pytest.mark.parametrize(
        "ordered",
        [
            ["Phường An Mỹ", "Phường Tam Kỳ", "Thị trấn Ái Nghĩa", "Xã Đại Lộc", "Xã Điện Bàn"],
            ["Thôn 1", "Thôn 2", "Thôn 10", "Thôn 10a", "Thôn An"],
            ["Tổ 9", "Tổ 99999999", "Tổ 999999999", "Tổ 1000000000"],
            ["Xã Duy Hải", "Xã Đại Hải"],
        ],
    )
    def test_sorts_titles_from_the_left_and_numbers_by_size(self, ordered):
        keys = [text_sort_key(text) for text in ordered]
        assert keys == sorted(set(keys))

    def test_is_the_same_for_both_places_of_the_tone(self):
        assert text_sort_key("Xã Phước Hoà") == text_sort_key("Xã Phước Hòa")

    @given(st.integers(0, 10**12), st.integers(0, 10**12))
    def test_orders_numbers_as_numbers(self, one, other):
        assert (text_sort_key(f"Tổ {one}") < text_sort_key(f"Tổ {other}")) == (one < other)


class TestUnitSearch:
    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("ubnd x. que phuoc", "Xã Quế Phước"),
            ("UBND xã Quế Phước", "Xã Quế Phước"),
            ("ủy ban nhân dân x que phuoc", "Xã Quế Phước"),
            ("que phuoc", "UBND xã Quế Phước"),
            ("uy ban nhan dan que phuoc", "UBND xã Quế Phước"),
            ("p. tan thanh", "Phường Tân Thạnh"),
            ("p.tan thanh", "Phường Tân Thạnh"),
            ("P tân thạnh", "Phường Tân Thạnh"),
            ("p5", "Phường 5"),
            ("tx dien ban", "Thị xã Điện Bàn"),
            ("tx. Điện Bàn", "Thị xã Điện Bàn"),
            ("tp hoi an", "Thành phố Hội An"),
            ("TP.Hội An", "Thành phố Hội An"),
            ("tt phu thinh", "Thị trấn Phú Thịnh"),
            ("h. nui thanh", "Huyện Núi Thành"),
            ("t. quang nam", "Tỉnh Quảng Nam"),
            ("dk hoang sa", "Đặc khu Hoàng Sa"),
            ("so tttt", "Sở Thông tin và Truyền thông tỉnh Quảng Nam"),
            ("Sở TT&TT", "Sở Thông tin và Truyền thông tỉnh Quảng Nam"),
            ("so khcn", "Sở Khoa học và Công nghệ tỉnh Quảng Nam"),
            ("sở KH&CN quảng nam", "Sở Khoa học và Công nghệ tỉnh Quảng Nam"),
            ("so vhttdl", "Sở Văn hóa, Thể thao và Du lịch tỉnh Quảng Nam"),
            ("so ldtbxh", "Sở Lao động - Thương binh và Xã hội tỉnh Quảng Nam"),
            ("so yt", "Sở Y tế tỉnh Quảng Nam"),
            ("vp ubnd tinh", "Văn phòng Ủy ban nhân dân tỉnh Quảng Nam"),
            ("ubmttq", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Nam"),
            ("bql kkt", "Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh Quảng Nam"),
            ("to cnscd", "Tổ công nghệ số cộng đồng thôn Phú Bình"),
            ("tdp 3", "Tổ dân phố 3"),
        ],
    )
    def test_finds_units_by_what_officials_type(self, query, name):
        assert find_units(query, name) == [name]

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("p. tan thanh", "Xã Tân Thạnh"),
            ("x. que phuoc", "Phường Quế Phước"),
            ("tx dien ban", "Huyện Điện Bàn"),
            ("so khcn", "Sở Tài chính tỉnh Quảng Nam"),
            ("p5", "Phường 6"),
            ("an", "Thị trấn Ái Nghĩa"),
            ("ubnd", "Sở Nội vụ tỉnh Quảng Nam"),
        ],
    )
    def test_does_not_find_units_of_another_kind_or_name(self, query, name):
        assert find_units(query, name) == []

    def test_finds_a_unit_by_its_short_name_and_code(self):
        key = unit_search_key("Trung tâm Chuyển đổi số", "DSC", "20341")
        assert matches("dsc 203", key)

    def test_a_unit_answers_to_its_words_and_to_runs_of_two_to_eight_initials(self):
        assert unit_search_key("Sở Y tế") == "so y te yt"
        initials = unit_search_key("Tổ B C D G H K L M N").split()[10:]
        assert initials == [
            *("tbcdghkl", "bcdghklm", "cdghklmn", "dghklmn", "ghklmn"),
            *("hklmn", "klmn", "lmn", "mn"),
        ]

    def test_writes_a_single_letter_out_where_a_territory_begins(self):
        assert unit_query_words("p an hai") == ["phuong", "an", "hai"]
        assert unit_query_words("ubnd x que phuoc") == ["ubnd", "xa", "que", "phuoc"]
        assert unit_query_words("an p hai") == ["an", "p", "hai"]

    def test_leaves_a_single_letter_still_being_typed_as_it_is(self):
        assert unit_query_words("tam k") == ["tam", "k"]
        assert unit_query_words("x") == ["x"]
        assert unit_query_words("ubnd x") == ["ubnd", "x"]
        assert unit_query_words("tan p") == ["tan", "p"]

    @given(st.text(max_size=60))
    def test_every_name_answers_to_itself(self, name):
        assert matches(search_key(name), unit_search_key(name))

    @given(st.text(max_size=60))
    def test_words_of_a_query_are_safe_in_a_like_pattern(self, query):
        assert all(word.isalnum() for word in unit_query_words(query))
