"""The WSGI application; `flask` and any WSGI server find it here."""

import gc
import sys

from registry.domain.faults import log_without_values
from registry.settings import Settings, SettingsError

log_without_values()
gc.disable()  # looking again and again through what is imported, and stays, is a fifth of a start
try:
    settings = Settings.from_environment()
    # Only now, since it takes most of the time: wrong settings are refused at once.
    from registry.app import create_app

    app = create_app(settings)
except SettingsError as error:
    sys.stderr.write(f"{error.message}\n")
    raise SystemExit(1) from None
gc.freeze()
gc.enable()
