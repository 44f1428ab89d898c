"""A project for a lot of the measurements: what the ledger's tables point at."""


def bench_project() -> str:
    """Apply for a project in a new region, and return its number."""
    from tanhui.certification.services import apply
    from tanhui.kit import clock
    from tanhui.land.services import REGIONS, load_region
    from tanhui.site.demonstration import register_demonstration_people

    region = load_region(folder=REGIONS / "baotou")
    owner = register_demonstration_people()["zhaogang"]
    signed = {"by": owner, "reason": "bench", "at": clock.now()}
    project = apply(
        name_zh="测速", name_en="", owner=owner.organisation, region_code=region.code, key="bench", **signed
    )
    return str(project.number)
