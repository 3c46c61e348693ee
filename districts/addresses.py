"""Where a district's pages are: on its own host, below its own path, or everywhere when it is the only one.

`https://zhaosheng.example.cn/chengqu/lookup/` is the page `lookup/` of the district whose path is `chengqu`: that part
is taken off before Django looks for the page and stands as script prefix before every address that it gives.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import get_script_prefix, reverse, set_script_prefix

from districts.models import District


def find(host: str, first: str) -> District | None:
    """The district that is meant by a host and the first part of a path; the only one there is, whatever is meant.

    None when several are there and neither says which: nobody's data are shown by default. One query.
    """
    by_path = Q(path=first) & ~Q(path="") & Q(host__in=["", host])
    by_host = Q(host=host) & ~Q(host="") & Q(path="")
    the_only_one = ~Exists(District.objects.exclude(pk=OuterRef("pk")))
    rank = Case(When(by_path, then=0), default=1)
    return District.objects.filter(by_path | by_host | the_only_one).order_by(rank).first()


@contextmanager
def below(path: str) -> Iterator[None]:
    """Inside, `reverse`, `{% url %}` and redirects give addresses below `path`; an empty one is the root."""
    before = get_script_prefix()
    set_script_prefix(f"/{path}/" if path else "/")
    try:
        yield
    finally:
        set_script_prefix(before)


def page(district: District, name: str, *arguments: object) -> str:
    """The whole address of a page, for messages, paper and other hosts."""
    with below(district.path):
        return f"{origin(district)}{reverse(name, args=arguments)}"


def origin(district: District) -> str:
    """Scheme, host and port, as in `PUBLIC_URL` unless the district has a host of its own."""
    if not district.host:
        return settings.PUBLIC_URL
    public = urlsplit(settings.PUBLIC_URL)
    return f"{public.scheme}://{district.host}" + (f":{public.port}" if public.port else "")
