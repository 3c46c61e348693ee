from enrollment.models.applications import Application, Child, Evidence, EvidencePage, Finding, OnSiteCheck
from enrollment.models.guardians import CoGuardian
from enrollment.models.placements import (
    ConfirmedList,
    Notice,
    Placement,
    Publication,
    RosterPlace,
    SpotCheck,
    SpotCheckItem,
)
from enrollment.models.rules import Category, DocumentKind, Requirement, ReturnReason

__all__ = [
    "Application",
    "Category",
    "Child",
    "CoGuardian",
    "ConfirmedList",
    "DocumentKind",
    "Evidence",
    "EvidencePage",
    "Finding",
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
