"""Forms of the outbox."""

from registry.web.forms.fields import BaseForm


class PassOnForm(BaseForm):
    """A button that says a message was passed on: only the token and the key."""
