from django.conf import settings
from django.urls import path

from districts.views import (
    account,
    accounts,
    csp_reports,
    demo,
    family_account,
    people,
    privacy,
    relatives,
    releases,
    second_factor,
    supervision,
)

urlpatterns = [
    path("sign-in/", accounts.phone, name="sign-in"),
    path("sign-in/code/", accounts.code, name="sign-in-code"),
    path("sign-in/passkey/", accounts.passkey, name="sign-in-passkey"),
    path("staff/sign-in/", accounts.password, name="staff-sign-in"),
    path("staff/sign-in/factor/", second_factor.factor, name="staff-factor"),
    path("staff/invitations/<str:token>/", second_factor.invitation, name="staff-invitation"),
    path("staff/enrol/", second_factor.enrol, name="staff-enrol"),
    path("staff/enrol/passkey/", second_factor.enrol_passkey, name="staff-enrol-passkey"),
    path("staff/confirm/", second_factor.confirm, name="staff-confirm"),
    path("staff/password/", account.password, name="staff-password"),
    path("staff/recovery-codes/", account.recovery_codes, name="staff-recovery-codes"),
    path("staff/passkeys/<uuid:pk>/remove/", account.remove_passkey, name="staff-passkey-remove"),
    path("account/", account.account, name="account"),
    path("account/relatives/", relatives.declare, name="declared-relatives"),
    path("account/sign-ins/end-others/", account.end_others, name="sign-ins-end-others"),
    path("account/sign-ins/<uuid:pk>/end/", account.end_one, name="sign-in-end"),
    path("account/confirm/", family_account.confirm, name="account-confirm"),
    path("account/passkey/", family_account.add_passkey, name="account-passkey"),
    path("account/passkeys/<uuid:pk>/remove/", family_account.remove_passkey, name="account-passkey-remove"),
    path("account/phone/", family_account.phone, name="account-phone"),
    path("account/phone/code/", family_account.phone_code, name="account-phone-code"),
    path("bureau/people/", people.everybody, name="bureau-people"),
    path("bureau/people/invite/", people.invite, name="bureau-invite"),
    path("bureau/people/<uuid:pk>/", people.person, name="bureau-person"),
    path("bureau/people/<uuid:pk>/reset/", people.reset, name="bureau-person-reset"),
    path("bureau/people/<uuid:pk>/roles/<int:membership_pk>/", people.role, name="bureau-person-role"),
    path("privacy/", privacy.rules, name="privacy"),
    path("privacy/<int:version>/", privacy.rules, name="privacy-version"),
    path("my/consent/", privacy.agree, name="consent"),
    path("api/csp-reports", csp_reports.receive, name="csp-reports"),
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
