"""Which codes does the form of a return fix?

Areas, bodies and KPIs are data, valid on a date, and come from the database; the lists here are part of the form
itself.
"""

from collections.abc import Mapping
from types import MappingProxyType

SERVICE_CATEGORIES = (
    "accommodation",
    "education-training-employment",
    "finance-benefit-debt",
    "dependency-recovery",
    "family",
    "lifestyle-associates",
    "emotional-wellbeing",
    "social-inclusion",
    "women",
    "young-adults",
    "race-ethnicity",
    "restorative-justice",
    "cognitive-behavioural",
    "user-involvement",
    "personal-wellbeing",
    "mentoring",
    "through-the-gate",
    "rar",
    "accredited-programmes",
    "unpaid-work",
    "care-farm",
    "domestic-abuse",
    "other",
)
FUNDING_TYPES = ("contract", "grant", "rate-card", "payment-by-results", "spot-purchase", "unpaid")
COHORTS = (
    "women",
    "race-ethnicity",
    "young-adults",
    "disability",
    "learning-disability-autism",
    "sexual-orientation",
    "gender-reassignment",
    "religion-belief",
    "older-people",
    "pregnancy-maternity",
    "veterans",
    "care-leavers",
    "foreign-nationals",
    "gypsy-roma-traveller",
    "families",
)
LED_BY = (*COHORTS, "lived-experience")
AMOUNT_STATUSES = ("known", "estimated", "not-disclosed", "withheld")
ADJUSTMENT_KINDS = ("clawback", "correction", "reclassification")
NO_NUMBER_REASONS = ("unregistered-group", "public-body", "sole-trader", "overseas", "applied-for")
ROLES = ("prime", "managing-agent", "specialist", "local")
SETTINGS = ("community", "custody", "gate", "court")
FUNDING_STREAMS = ("core-fee", "accredited-programme", "rar", "through-the-gate", "pbr", "other")
CONTRACT_FORMS = ("ispa", "bespoke", "grant-letter", "purchase-order", "none")
EXPLANATION_CODES = (
    "confirmed-correct",
    "one-off-payment",
    "timing",
    "volume-change",
    "price-change",
    "contract-ended",
    "contract-started",
    "clawback",
    "correction",
    "novation",
    "reporting-basis-changed",
    "shared-service",
    "not-yet-known",
    "other-see-note",
)
CONTROL_NAMES = ("nil", "rows", "total_tier_2", "income", "expected_caseload", "actual_caseload")

CODE_LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "service_category": SERVICE_CATEGORIES,
        "funding_type": FUNDING_TYPES,
        "cohort": COHORTS,
        "led_by": LED_BY,
        "amount_status": AMOUNT_STATUSES,
        "adjustment_kind": ADJUSTMENT_KINDS,
        "no_number_reason": NO_NUMBER_REASONS,
        "role": ROLES,
        "setting": SETTINGS,
        "funding_stream": FUNDING_STREAMS,
        "contract_form": CONTRACT_FORMS,
        "explanation_code": EXPLANATION_CODES,
        "control_name": CONTROL_NAMES,
    }
)
DATABASE_CODE_LISTS = ("area", "kpi")  # valid on a date, so looked up where the return is checked
