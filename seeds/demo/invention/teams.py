"""Community teams (Tổ công nghệ số cộng đồng) of four communes and three villages of each."""

from dataclasses import replace

from invention.book import Book, Profile
from invention.communes import WITH_TEAMS
from invention.organisations import TELECOM_DELEGATE
from invention.rows import Membership, Unit

_VILLAGES = 3
# Too small on purpose: a team is expected to have five people.
_SMALL_TEAM = "20449-CNSCD-03"
_TEAMS_WITH_TELECOM = frozenset({"20362-CNSCD-01", "20812-CNSCD-02"})
_YOUTH = "Đoàn TNCS Hồ Chí Minh"
_TELECOM = "Doanh nghiệp viễn thông A (số liệu giả định)"

# Who sits in a village team: profile, role, organisation represented.
_VILLAGERS = (
    (Profile("Trưởng {village}", "secondary", born=(1962, 1988)), "head", "Ban Nhân dân {village}"),
    (Profile("Bí thư Chi đoàn {village}", "college", born=(1992, 2003)), "deputy", _YOUTH),
    (
        Profile("Chi hội trưởng Chi hội Phụ nữ", "secondary", gender="woman"),
        "member",
        "Hội Liên hiệp Phụ nữ",
    ),
    (Profile("Giáo viên", "bachelor"), "core", "Trường học trên địa bàn"),
    (
        Profile("Chi hội trưởng Chi hội Nông dân", "secondary", born=(1962, 1990)),
        "member",
        "Hội Nông dân",
    ),
)


def invent(book: Book) -> None:
    """Add the teams and their members."""
    for commune in WITH_TEAMS:
        unit = book.unit(commune)
        village = "khối phố" if unit.designation == "phường" else "thôn"
        _found_commune_team(book, unit)
        for place in range(1, _VILLAGES + 1):
            _found_village_team(book, unit, f"{village} {place}", place)


def _found_commune_team(book: Book, commune: Unit) -> None:
    key = f"{commune.key}-CNSCD-00"
    name = f"Tổ công nghệ số cộng đồng {commune.designation_and_name}"
    short_name = f"Tổ CNSCĐ {commune.designation}"
    book.units[key] = Unit("", key, name, short_name, "community_team", "", commune.key)
    book.join(f"{commune.key}-lanhdao", key, "head", f"UBND {commune.designation}")
    book.join(f"{commune.key}-vptk", key, "deputy", f"UBND {commune.designation}")
    book.join(f"{commune.key}-vhxh", key, "member", f"UBND {commune.designation}")
    youth = Profile(f"Bí thư Đoàn {commune.designation}", born=(1989, 1998))
    police = Profile(f"Công an {commune.designation}", has_email=False)
    book.invent(f"{key}-1", key, youth)
    book.memberships.append(Membership(f"{key}-1", key, "core", _YOUTH))
    book.invent(f"{key}-2", key, police)
    book.memberships.append(Membership(f"{key}-2", key, organisation=police.job_title))


def _found_village_team(book: Book, commune: Unit, village: str, place: int) -> None:
    key = f"{commune.key}-CNSCD-{place:02}"
    name = f"Tổ công nghệ số cộng đồng {village}, {commune.designation_and_name}"
    book.units[key] = Unit("", key, name, f"Tổ CNSCĐ {village}", "community_team", "", commune.key)
    size = 3 if key == _SMALL_TEAM else len(_VILLAGERS)
    for seat, (profile, role, organisation) in enumerate(_VILLAGERS[:size], 1):
        person = f"{key}-{seat}"
        title = profile.job_title.format(village=village)
        contract = "permanent" if title == "Giáo viên" else "collaborator"
        book.invent(
            person, key, replace(profile, job_title=title, contract_type=contract, has_email=False)
        )
        represented = organisation.format(village=village)
        book.memberships.append(Membership(person, key, role, represented))
    if place == 1:
        book.join(f"{commune.key}-CNSCD-00-1", key, "core", _YOUTH)
    if key in _TEAMS_WITH_TELECOM:
        book.join(TELECOM_DELEGATE, key, "core", _TELECOM)
