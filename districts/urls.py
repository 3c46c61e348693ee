from django.conf import settings
from django.urls import path

from districts.views import accounts, demo, releases, supervision

urlpatterns = [
    path("sign-in/", accounts.phone, name="sign-in"),
    path("sign-in/code/", accounts.code, name="sign-in-code"),
    path("staff/sign-in/", accounts.password, name="staff-sign-in"),
    path("sign-out/", accounts.leave, name="sign-out"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:pk>/", releases.decide, name="release"),
    path("supervision/log/", supervision.log, name="supervision-log"),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/clock/", demo.move_clock, name="demo-clock"),
        path("demo/outbox/", demo.outbox, name="demo-outbox"),
    ]
