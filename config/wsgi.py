"""The WSGI application that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
if settings.BEHIND_TLS:
    # Only nginx reaches this process, and it replaces X-Forwarded-For: limits count families, not the one proxy.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts="*")
