"""The WSGI application; `flask` and any WSGI server find it here."""

import sys

from registry.app import create_app
from registry.settings import Settings, SettingsError

try:
    app = create_app(Settings.from_environment())
except SettingsError as error:
    sys.stderr.write(f"{error.message}\n")
    raise SystemExit(1) from None
