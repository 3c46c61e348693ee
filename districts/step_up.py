"""Before an export, an unmasking, a change of rights or of a way in, the person is asked again who they are.

Staff show the second factor, families a fresh code or a passkey.
"""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse


class FactorNeeded(Exception):
    """It was shown too long ago. The middleware leads to the page that asks, and back to `back`."""

    def __init__(self, asks: str, back: str) -> None:
        super().__init__(back)
        self.page = f"{reverse(asks)}?{urlencode({'next': back})}"


def require_recent_factor(request: HttpRequest, back: str = "") -> None:
    """Return when it was shown within five minutes (districts.sign_ins.FACTOR_LASTS).

    Call it in a view after the permission check. Otherwise raises FactorNeeded: the person confirms, and comes back to
    `back`, by default to this address; what a form carried is not sent again, so give `back` where GET is no page.
    """
    if request.sign_in is None or not request.sign_in.factor_is_recent:
        asks = "account-confirm" if request.user.is_family else "staff-confirm"
        raise FactorNeeded(asks, back or request.get_full_path())
