"""Who may open which page. Every address stands here; one that is missing is a failed test and a closed door."""

from collections.abc import Mapping

from tanhui.people.models import Role

PUBLIC: frozenset[str] = frozenset()
SIGNED_IN = frozenset(Role.values)
WORKPLACE = frozenset({Role.OPERATOR, Role.ANALYST, Role.REVIEWER, Role.OWNER, Role.SUPERVISOR})
MONITORING = frozenset({Role.OPERATOR, Role.SURVEYOR, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR})
LAND = MONITORING | {Role.OWNER}
REGISTRY = frozenset({Role.OPERATOR, Role.SUPERVISOR})

READERS: Mapping[str, frozenset[str]] = {
    "home": PUBLIC,
    "books": PUBLIC,
    "lot": PUBLIC,
    "lot_csv": PUBLIC,
    "lot_json": PUBLIC,
    "certificate": PUBLIC,
    "certificate_pdf": PUBLIC,
    "certificate_proof": PUBLIC,
    "verify": PUBLIC,
    "audit_file": PUBLIC,
    "project": PUBLIC,
    "report_pdf": PUBLIC,
    "report_json": PUBLIC,
    "plots": PUBLIC,
    "plots_csv": PUBLIC,
    "plot": PUBLIC,
    "zones": PUBLIC,
    "methods": PUBLIC,
    "method": PUBLIC,
    "method_diff": PUBLIC,
    "login": PUBLIC,
    "set_language": PUBLIC,
    "logout": SIGNED_IN,
    "desk": SIGNED_IN,
    "tokens": MONITORING,
    "api_guide": PUBLIC,
    "job": SIGNED_IN,
    "jobs_ribbon": SIGNED_IN,
    "work_project": WORKPLACE,
    "accounts": frozenset({Role.OPERATOR}),
    "order": REGISTRY,
    "order_new": frozenset({Role.OPERATOR}),
    # Methods.
    "method_dry_run": frozenset({Role.OPERATOR, Role.ANALYST}),
    # Land: parcels, works, zones.
    "zone_layers": PUBLIC,
    "parcels": LAND,
    "parcel_features": LAND,
    "parcels_file": LAND,
    "parcel": LAND,
    "land_places": LAND,
    "land_imports": REGISTRY,
    "land_import": REGISTRY,
    "land_defects": REGISTRY,
    "works": LAND,
    "works_file": LAND,
    "work": LAND,
    # Land: triage, overlap, listings of other schemes.
    "triage_sums": PUBLIC,
    "triage_table": PUBLIC,
    "triages": WORKPLACE,
    "triages_csv": WORKPLACE,
    "triages_xlsx": WORKPLACE,
    "triage_many": WORKPLACE,
    "triage": WORKPLACE,
    "triage_json": WORKPLACE,
    "evidence": WORKPLACE,
    "overlap": WORKPLACE,
    "listings": WORKPLACE - {Role.OWNER},
    "likeness": WORKPLACE - {Role.OWNER},
    "project_land": WORKPLACE,
    # Monitoring programmes.
    "programmes": MONITORING,
    "programme": MONITORING,
    # The design of a programme.
    "design_new": frozenset({Role.ANALYST}),
    "design_preview": frozenset({Role.ANALYST}),
    "design": MONITORING,
    "design_plots": MONITORING,
    "design_file": MONITORING,
    # The field data of a programme.
    "survey_template": MONITORING,
    "uploads": MONITORING,
    "upload": MONITORING,
    "upload_marked": MONITORING,
    "surveys": MONITORING,
    "survey": MONITORING,
    "survey_zip": MONITORING,
    "fates": MONITORING,
    "photos": MONITORING,
    "photo": MONITORING,
    # The runs and results of a programme.
    "run_new": MONITORING,
    "run": MONITORING,
    "run_plots": MONITORING,
    "run_plot": MONITORING,
    "run_places": MONITORING,
    "run_compare": MONITORING,
    "run_csv": MONITORING,
    "run_excel": MONITORING,
    "run_report": MONITORING,
    "run_recompute": MONITORING,
    "run_json": MONITORING,
    "results": PUBLIC,
    "result": PUBLIC,
    "result_report": PUBLIC,
    "result_excel": PUBLIC,
}

API_READERS: Mapping[str, frozenset[str]] = {
    "openapi-json": PUBLIC,
    "api-root": PUBLIC,
    "api_programmes": MONITORING,
    "api_programme": MONITORING,
    "api_plots": MONITORING,
    "api_trees": MONITORING,
    "api_template": MONITORING,
    "api_uploads": MONITORING,
    "api_rows": MONITORING,
    "api_upload": MONITORING,
    "api_marked": MONITORING,
    "api_mend": MONITORING,
    "api_book": MONITORING,
    "api_drop": MONITORING,
    "api_photos": MONITORING,
    "api_surveys": MONITORING,
    "api_survey": MONITORING,
}
"""Who may call which route of the API. A token has the role of its person; the services ask it once more."""
