"""The mail with a link to set a password, whichever page makes the link."""

from flask import url_for

from registry.models.accounts import Account
from registry.models.base import db
from registry.services.accounts import Invitation, post_invitation
from registry.web.request import moment, settings


def post(invitation: Invitation, subject: str) -> str | None:
    """Put the mail into the outbox; return the link, under the configured base URL, to be shown.

    None of a link that waits for a second person, and of one that is for its mail alone.
    """
    if invitation.token is None:
        return None
    account = db.session.get_one(Account, invitation.account_id)
    address = account.person.email if account.person else None
    link = settings().base_url + url_for("accounts.set_password", token=invitation.token)
    post_invitation(invitation, address, link, subject, moment())
    return None if invitation.sealed_to else link
