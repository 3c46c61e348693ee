from enrollment.models.applications import Application, Child, Evidence, EvidencePage, Finding, OnSiteCheck
from enrollment.models.guardians import CoGuardian
from enrollment.models.messages import MassMessage, MassMessageRecipient
from enrollment.models.placements import (
    ConfirmedList,
    ListChange,
    Notice,
    Placement,
    Publication,
    RosterPlace,
    SpotCheck,
    SpotCheckItem,
)
from enrollment.models.rules import Category, DocumentKind, Requirement, ReturnReason
from enrollment.models.statistics import ErasedCount

__all__ = [
    "Application",
    "Category",
    "Child",
    "CoGuardian",
    "ConfirmedList",
    "DocumentKind",
    "ErasedCount",
    "Evidence",
    "EvidencePage",
    "Finding",
    "ListChange",
    "MassMessage",
    "MassMessageRecipient",
    "Notice",
    "OnSiteCheck",
    "Placement",
    "Publication",
    "Requirement",
    "ReturnReason",
    "RosterPlace",
    "SpotCheck",
    "SpotCheckItem",
]
