"""Rate limits by address for what anybody may call."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)

SIGN_IN = "30 per minute; 300 per hour"
SIGN_UP = "10 per minute; 60 per hour"
# Finding one's unit and checking what one typed: more often, and from one address of an office.
SIGN_UP_STEP = "60 per minute; 600 per hour"
CARD_CHECK = "30 per minute"
PASSWORD = "10 per minute; 60 per hour"  # noqa: S105 - a rate, not a password
