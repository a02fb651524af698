"""The keys of this process, and whether they are those of the registry it works on.

The keys lie outside the database, where a wrong file is easily put: what is written under other
keys can be read by nobody afterwards. So the database keeps a fingerprint of each.
"""

from collections.abc import Mapping

from registry.domain.keyring import KeyName, Keyring, KeysRefused, VersionedKey, fingerprint
from registry.models.base import db
from registry.models.engine import keys_of
from registry.queries.keys import noted_fingerprints

NO_KEYS = "Chưa có khóa (secrets.json). Chạy “flask init” trước."
OUTDATED_KEYS = (
    "Khóa của sổ đã được đổi sau khi chương trình này khởi động; chưa có gì được lưu. Quản trị hệ "
    "thống cần khởi động lại chương trình (trên máy khác: chép tệp secrets.json mới vào trước)."
)
FOREIGN_KEYS = (
    "Tệp khóa secrets.json trong REGISTRY_HOME không phải khóa của sổ này: khóa “{name}” mã "
    "{key_id} {fault}. Chép tệp secrets.json từ máy đã lập sổ (hoặc từ tệp .keys của bản sao lưu) "
    "vào REGISTRY_HOME, hoặc kiểm tra lại REGISTRY_HOME và DATABASE_URL. Chưa có gì được ghi."
)
UNFINISHED_ROTATION = (
    "Việc đổi khóa “{name}” sang mã {key_id} chưa xong. Chạy lại “flask keys rotate {name}”."
)
MISSING_KEYS = "Tệp khóa secrets.json còn thiếu khóa: {names}. Chạy “flask init” trước."


def keyring() -> Keyring:
    """Return the keys this process has been given.

    Raises KeysRefused when it has none.
    """
    found = keys_of(db.engine)
    if found is None:
        raise KeysRefused(NO_KEYS)
    return found


def check_keys(*, rotating: KeyName | None = None) -> None:
    """Make sure that this process has the keys of its registry; a process without any may go on.

    One small question to the database, at the start of each process and command. A database that
    knows no key yet, one that `flask init` has not seen, says nothing. While a key is `rotating`
    the version in use need not be known.
    Raises KeysRefused, in words that say what to do.
    """
    found = keys_of(db.engine)
    noted = noted_fingerprints() if found is not None else {}
    if found is None or not noted:
        return
    refuse_foreign(found, noted)
    if found.missing:
        raise KeysRefused(MISSING_KEYS.format(names=", ".join(found.missing)))
    for name, key in found.keys.items():
        if (name.value, key.current) not in noted and name is not rotating:
            raise KeysRefused(UNFINISHED_ROTATION.format(name=name, key_id=key.current))


def refuse_foreign(found: Keyring, noted: dict[tuple[str, str], str]) -> None:
    """Refuse keys that lack one that the database knows, or have another in its place.

    Raises KeysRefused.
    """
    for (name, key_id), print_noted in noted.items():
        if name not in set(KeyName):
            continue  # of a newer version of the software, which the schema would have refused
        key = found.keys.get(KeyName(name))
        secret = key.by_id.get(key_id) if key is not None else None
        if secret is None:
            fault = "không có trong tệp"
        elif fingerprint(KeyName(name), key_id, secret) != print_noted:
            fault = "là khóa khác"
        else:
            continue
        raise KeysRefused(FOREIGN_KEYS.format(name=name, key_id=key_id, fault=fault))


def refuse_outdated(in_use: Mapping[KeyName, VersionedKey]) -> None:
    """Refuse to write under keys of which one was given a version this process does not have.

    Called by services whose turn it is to write: meanwhile none is given another. Raises
    KeysRefused.
    """
    for name, key_id in noted_fingerprints():
        key = in_use.get(KeyName(name)) if name in set(KeyName) else None
        if key is not None and key_id not in key.by_id:
            raise KeysRefused(OUTDATED_KEYS)
