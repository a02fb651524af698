"""`flask scans`: what was replaced long enough ago is removed."""

from datetime import timedelta

from flask import Flask

from registry.models.base import db
from registry.services.files import store_file
from registry.settings import Settings
from tests.conftest import MOMENT


def test_clean_removes_what_was_replaced_longer_ago_than_the_settings_keep(
    app: Flask, settings: Settings
) -> None:
    for days in (181, 179):
        stored = store_file(b"a", "a.pdf", "application/pdf", settings.files_folder, MOMENT)
        stored.replaced_at = MOMENT.instant - timedelta(days=days)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["scans", "clean"])
    assert (result.exit_code, result.stdout) == (0, "Đã xóa 1 bản quét đã được thay.\n")
    assert len(list(settings.files_folder.iterdir())) == 1
