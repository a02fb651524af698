"""The keys of personal data, handed from the settings to the services that need them."""

from registry.services.personal_data import PersonalKeys
from registry.web.request import settings


def personal_keys() -> PersonalKeys:
    """Return this installation's keys of personal data."""
    return PersonalKeys.of(settings().required_secrets())
