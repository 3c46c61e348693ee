from districts.models.consents import Consent, PrivacyRules, Purpose
from districts.models.erasures import ErasureRun
from districts.models.exports import Export, ExportLink
from districts.models.people import Account, Membership, RateWindow, SignInCode, SmsMessage
from districts.models.records import AuditEvent, AuditHead, AuditLink, DemoClock, OutboxJob, SubmitKey
from districts.models.releases import DeclaredRelative, Release
from districts.models.schools import Campus, District, Hotline, School
from districts.models.seasons import Season, SeatPlan, Stage
from districts.models.signing_in import Invitation, Passkey, RecoveryCode, SignIn, StaffMobile, Totp
from districts.rights import Role

__all__ = [
    "Account",
    "AuditEvent",
    "AuditHead",
    "AuditLink",
    "Campus",
    "Consent",
    "DeclaredRelative",
    "DemoClock",
    "District",
    "ErasureRun",
    "Export",
    "ExportLink",
    "Hotline",
    "Invitation",
    "Membership",
    "OutboxJob",
    "Passkey",
    "PrivacyRules",
    "Purpose",
    "RateWindow",
    "RecoveryCode",
    "Release",
    "Role",
    "School",
    "Season",
    "SeatPlan",
    "SignIn",
    "SignInCode",
    "SmsMessage",
    "StaffMobile",
    "Stage",
    "SubmitKey",
    "Totp",
]
