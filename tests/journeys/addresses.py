"""Where pages are."""

from django.urls import get_resolver, reverse


def names() -> set[str]:
    """Every name that the site has an address for."""
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def address(name: str, **ids: object) -> str:
    """The address of a page, with those of the ids that it wants."""
    wanted = get_resolver().reverse_dict[name][0][0][1]
    return reverse(name, kwargs={word: ids[word] for word in wanted})
