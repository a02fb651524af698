"""The WSGI application; `flask` and any WSGI server find it here."""

import gc
import sys

gc.disable()  # looking again and again through what is imported, and stays, is a fifth of a start

from registry.app import create_app  # noqa: E402 - after the line above
from registry.settings import Settings, SettingsError  # noqa: E402 - as above

try:
    app = create_app(Settings.from_environment())
except SettingsError as error:
    sys.stderr.write(f"{error.message}\n")
    raise SystemExit(1) from None

gc.freeze()
gc.enable()
