"""The WSGI application that granian serves: Django, and before it what every answer needs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from config import headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
if settings.ON_ONE_MACHINE:
    # In production nginx serves the published pages. Neither asks Django: they stay readable while the portal is down.
    application = WhiteNoise(
        application,
        root=settings.PUBLISHED_ROOT,
        prefix="published",
        autorefresh=True,  # lists appear while the site runs
        index_file=True,
        max_age=60,  # a corrected list must be seen soon
        allow_all_origins=False,
        add_headers_function=headers.of_published_files,
    )
application = headers.EveryAnswer(application, headers.of_answers(tls=settings.BEHIND_TLS))
if settings.BEHIND_TLS:  # then only nginx reaches this process
    application = headers.OneTrustedHop(application)
