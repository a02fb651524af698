"""Who heads which kind of unit, and how its papers are numbered."""

from datetime import date

from invention.rows import Unit

WOMENS_UNION = "49-HDT-03"
_PAPERS_A_DAY = {"province": 8.0, "district": 5.5, "department": 1.6, "commune": 0.5}

_DEPARTMENT_HEADS = {
    "49-SBN-12": "Trưởng Ban",
    "49-SBN-13": "Chánh Văn phòng",
    "49-SBN-14": "Chánh Thanh tra",
    "49-SBN-20": "Trưởng Ban Quản lý",
}
_DEPARTMENT_SYMBOLS = {
    "49-SBN-01": "STTTT",
    "49-SBN-02": "SKHCN",
    "49-SBN-03": "SKHĐT",
    "49-SBN-04": "STC",
    "49-SBN-05": "SGTVT",
    "49-SBN-06": "SXD",
    "49-SBN-07": "STNMT",
    "49-SBN-08": "SNN&PTNT",
    "49-SBN-09": "SLĐTBXH",
    "49-SBN-10": "SNV",
    "49-SBN-11": "SNgV",
    "49-SBN-12": "BDT",
    "49-SBN-13": "VPUBND",
    "49-SBN-14": "TTT",
    "49-SBN-15": "STP",
    "49-SBN-16": "SCT",
    "49-SBN-17": "SVHTTDL",
    "49-SBN-18": "SGDĐT",
    "49-SBN-19": "SYT",
    "49-SBN-20": "KTCN",
}
_MASS_HEADS = {
    "49-HDT-01": "Chủ tịch Ủy ban MTTQ Việt Nam tỉnh",
    "49-HDT-02": "Bí thư Tỉnh đoàn",
    "49-HDT-06": "Chủ tịch Liên đoàn",
    "49-HDT-07": "Chủ tịch Liên hiệp",
    "49-HDT-09": "Chủ tịch Liên hiệp",
    "49-HDT-10": "Chủ tịch Liên minh",
}
_LETTER_SYMBOLS = {
    "49-HDT-01": "MTTQ-BTT",
    "49-HDT-02": "TĐTN-VP",
    "49-HDT-03": "HPN",
    "49-HDT-04": "HND",
    "49-HDT-05": "CCB",
    "49-HDT-06": "LĐLĐ",
    "49-HDT-07": "LHH",
    "49-HDT-10": "LMHTX",
    "49-HDT-12": "HNB",
    "49-TW-01": "CAT-PV01",
}


def head_title(unit: Unit) -> str:
    """Return the title of the head of a unit, as its directory entry says it."""
    if unit.designation:
        return f"Chủ tịch UBND {unit.designation}"
    if unit.kind == "department":
        return _DEPARTMENT_HEADS.get(unit.key, "Giám đốc Sở")
    return _MASS_HEADS.get(unit.key, "Chủ tịch Hội")


def deputy_title(unit: Unit) -> str:
    """Return the title of a deputy head ("Phó Giám đốc Sở")."""
    title = head_title(unit)
    if title.startswith("Trưởng"):
        return title.replace("Trưởng", "Phó Trưởng", 1)
    return f"Phó {title}"


def issuer(unit: Unit) -> str:
    """Return the body that signs the unit's papers, in full."""
    if unit.designation:
        return f"Ủy ban nhân dân {unit.designation_and_name}"
    return unit.name


def ordinal(unit: Unit, issued_on: str) -> int:
    """Return about how many papers the unit has numbered in the year up to that day."""
    day_of_year = date.fromisoformat(issued_on).timetuple().tm_yday
    return 1 + int(day_of_year * _PAPERS_A_DAY.get(unit.kind, 0.9))


def paper_number(unit: Unit, kind: str, ordinal: int) -> str:
    """Return number and symbol of a decision ("12/QĐ-UBND") or of a letter ("57/HND")."""
    if kind == "letter":
        return f"{ordinal}/{_LETTER_SYMBOLS.get(unit.key, 'CV')}"
    symbol = "UBND" if unit.designation else _DEPARTMENT_SYMBOLS[unit.key]
    return f"{ordinal}/QĐ-{symbol}"


def gender(unit: Unit) -> str:
    """Return "woman" where only women head the body, else nothing."""
    return "woman" if unit.key == WOMENS_UNION else ""


def signer_form(unit: Unit, *, by_deputy: bool) -> str:
    """Return the words above the signature: the head, or a deputy for the head (KT.)."""
    head = _signing_title(unit)
    if not by_deputy:
        return head
    deputy = head.replace("TRƯỞNG", "PHÓ TRƯỞNG", 1) if head.startswith("TRƯỞNG") else f"PHÓ {head}"
    return f"KT. {head}, {deputy}"


def _signing_title(unit: Unit) -> str:
    if unit.kind == "department":
        return _DEPARTMENT_HEADS.get(unit.key, "Giám đốc").upper()
    if unit.key == "49-HDT-02":
        return "BÍ THƯ"
    if unit.kind in {"enterprise", "central_agency"}:
        return "GIÁM ĐỐC"
    return "CHỦ TỊCH"
