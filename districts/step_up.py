"""Before an export, an unmasking or a change of rights the second factor is asked for again."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse


class FactorNeeded(Exception):
    """The second factor was shown too long ago. The middleware leads to the page that asks, and back to `back`."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back

    @property
    def page(self) -> str:
        return f"{reverse('staff-confirm')}?{urlencode({'next': self.back})}"


def require_recent_factor(request: HttpRequest, back: str = "") -> None:
    """Return when the second factor was shown within five minutes (districts.sign_ins.FACTOR_LASTS).

    Call it in a view after the permission check. Otherwise raises FactorNeeded: the person confirms, and comes back to
    `back`, by default to this address; what a form carried is not sent again, so give `back` where GET is no page.
    Families have no second factor: PermissionDenied.
    """
    if request.user.is_family:
        raise PermissionDenied("这一步需要工作人员的第二重验证。")
    if request.sign_in is None or not request.sign_in.factor_is_recent:
        raise FactorNeeded(back or request.get_full_path())
