"""Pages on which nothing can change: the database itself refuses every write until the page is made."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make the view's page in a read-only transaction. What middleware writes about the visit lies outside."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            return view(request, *args, **kwargs)

    return wrapped
