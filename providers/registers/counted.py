"""Which tables of the Charity Commission's public extract are read and counted, of which nothing is kept, and why?"""

from .charities import COMMISSION, WHOSE
from .kinds import EXTRACTED, Kind


def _counted(table: str, fields: tuple[str, ...], why: str) -> Kind:
    return Kind(
        what=f"the Charity Commission’s table {table}",
        scheme="GB-CHC",
        table=table,
        fields=fields,
        takes=f"Nothing of it is kept: {why}",
        source=COMMISSION,
        needed=("organisation_number",),
    )


COUNTED = (
    _counted(
        "charity_annual_return_parta",
        (
            EXTRACTED, "organisation_number", "registered_charity_number", "latest_fin_period_submitted_ind",
            "fin_period_order_number", "ar_cycle_reference", "fin_period_start_date", "fin_period_end_date",
            "ar_due_date", "ar_received_date", "total_gross_income", "total_gross_expenditure",
            "charity_raises_funds_from_public", "charity_professional_fundraiser",
            "charity_agreement_professional_fundraiser", "charity_commercial_participator",
            "charity_agreement_commerical_participator", "grant_making_is_main_activity",
            "charity_receives_govt_funding_contracts", "count_govt_contracts",
            "charity_receives_govt_funding_grants", "count_govt_grants", "income_from_government_contracts",
            "income_from_government_grants", "charity_has_trading_subsidiary",
            "trustee_also_director_of_subsidiary", "does_trustee_receive_any_benefit",
            "trustee_payments_acting_as_trustee", "trustee_receives_payments_services",
            "trustee_receives_other_benefit", "trustee_resigned_employment", "employees_salary_over_60k",
            "count_salary_band_60001_70000", "count_salary_band_70001_80000", "count_salary_band_80001_90000",
            "count_salary_band_90001_100000", "count_salary_band_100001_110000",
            "count_salary_band_110001_120000", "count_salary_band_120001_130000",
            "count_salary_band_130001_140000", "count_salary_band_140001_150000",
            "count_salary_band_150001_200000", "count_salary_band_200001_250000",
            "count_salary_band_250001_300000", "count_salary_band_300001_350000",
            "count_salary_band_350001_400000", "count_salary_band_400001_450000",
            "count_salary_band_450001_500000", "count_salary_band_over_500000", "count_volunteers",
        ),
        "income is taken from charity_annual_return_history, and nothing else of a year is shown.",
    ),
    _counted(
        "charity_annual_return_partb",
        (
            EXTRACTED, "organisation_number", "registered_charity_number", "latest_fin_period_submitted_ind",
            "fin_period_order_number", "ar_cycle_reference", "fin_period_start_date", "fin_period_end_date",
            "ar_due_date", "ar_received_date", "income_donations_and_legacies", "income_charitable_activities",
            "income_other_trading_activities", "income_investments", "income_other",
            "income_total_income_and_endowments", "income_legacies", "income_endowments",
            "expenditure_raising_funds", "expenditure_charitable_expenditure", "expenditure_other",
            "expenditure_total", "expenditure_investment_management", "expenditure_grants_institution",
            "expenditure_governance", "expenditure_support_costs", "expenditure_depreciation",
            "gain_loss_investment", "gain_loss_pension_fund", "gain_loss_revaluation_fixed_investment",
            "gain_loss_other", "reserves", "assets_total_fixed", "assets_own_use",
            "assets_long_term_investment", "defined_benefit_pension_scheme", "assets_other_assets",
            "assets_total_liabilities", "assets_current_investment", "assets_total_assets_and_liabilities",
            "creditors_one_year_total_current", "creditors_falling_due_after_one_year", "assets_cash",
            "funds_endowment", "funds_unrestricted", "funds_restricted", "funds_total", "count_employees",
            "charity_only_accounts", "consolidated_accounts",
        ),
        "only income is shown of accounts, and it is taken from charity_annual_return_history.",
    ),
    _counted(
        "charity_classification",
        (
            EXTRACTED, *WHOSE, "classification_code", "classification_type", "classification_description",
        ),
        "what a charity does in probation is told by returns, not by its general classification.",
    ),
    _counted(
        "charity_governing_document",
        (
            EXTRACTED, *WHOSE, "governing_document_description", "charitable_objects", "area_of_benefit",
        ),
        "objects and governing documents decide nothing about who a provider is.",
    ),
    _counted(
        "charity_other_regulators",
        (
            EXTRACTED, "organisation_number", "registered_charity_number", "regulator_order", "regulator_name",
            "regulator_web_url",
        ),
        "it names regulators, not numbers in their registers.",
    ),
    _counted(
        "charity_policy",
        (
            EXTRACTED, *WHOSE, "policy_name",
        ),
        "policies decide nothing about who a provider is.",
    ),
    _counted(
        "charity_published_report",
        (
            EXTRACTED, *WHOSE, "report_name", "report_location", "date_published",
        ),
        "reports stay where the Commission publishes them.",
    ),
    _counted(
        "charity_trustee",
        (
            EXTRACTED, *WHOSE, "trustee_id", "trustee_name", "trustee_is_chair", "individual_or_organisation",
            "trustee_date_of_appointment",
        ),
        "trustees are people, and their personal data is never stored here.",
    ),
)  # fmt: skip
