from districts.models.people import Account, Membership, RateWindow, SignInCode, SmsMessage
from districts.models.records import AuditEvent, DemoClock, OutboxJob, SubmitKey
from districts.models.schools import Campus, District, Hotline, School
from districts.models.seasons import Season, SeatPlan, Stage
from districts.rights import Role

__all__ = [
    "Account",
    "AuditEvent",
    "Campus",
    "DemoClock",
    "District",
    "Hotline",
    "Membership",
    "OutboxJob",
    "RateWindow",
    "Role",
    "School",
    "Season",
    "SeatPlan",
    "SignInCode",
    "SmsMessage",
    "Stage",
    "SubmitKey",
]
