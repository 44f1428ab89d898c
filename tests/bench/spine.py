"""spine.run: the main job from survey files to a verified retirement, beside the bare calculation on the same files."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.measure import Measure

CHECKOUT = Path(__file__).resolve().parents[2]
RHODE_ISLAND = CHECKOUT.parent / "shared/data/fia-rhode-island"
DEMONSTRATION = CHECKOUT / "src/tanhui/land/regions/baotou/survey"
REFERENCE_RUNS = 3


def measure_spine() -> Measure:
    """Measure on the Rhode Island plots; where they do not lie beside the checkout, on the demonstration survey."""
    folder = RHODE_ISLAND if RHODE_ISLAND.is_dir() else DEMONSTRATION
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    with fresh_installation():
        return spine_of(files, folder.name if folder == RHODE_ISLAND else "baotou demonstration survey")


def spine_of(files: Mapping[str, bytes], survey: str) -> Measure:
    """Measure the job on these files in the installation at hand."""
    from tanhui.core.carbon.evaluate import evaluate
    from tanhui.core.carbon.method import choose_method
    from tanhui.core.carbon.survey import parse_survey

    times = []
    for _turn in range(REFERENCE_RUNS):
        begun = perf_counter()
        parsed = parse_survey(files)
        evaluate(parsed, choose_method(parsed)).document()
        times.append(perf_counter() - begun)
    note = (
        f"the main job on {survey}: check, estimate, certify, issue, transfer, retire, write report, certificate and "
        f"audit file, verify it; the server runs already. Reference: parse and evaluate alone, median of {len(times)}"
    )
    return Measure("spine.run", job_seconds(files), "s", median(times), note)


def job_seconds(files: Mapping[str, bytes]) -> float:
    """Run the main job once and return how long it took. Raises AssertionError when its result does not verify."""
    from tanhui.cli.chain import write_papers
    from tanhui.core.audit import verify_audit
    from tanhui.land.services import REGIONS, load_region
    from tanhui.site import story
    from tanhui.site.demonstration import register_demonstration_people

    region, people = load_region(folder=REGIONS / "baotou"), register_demonstration_people()
    job = story.Job(files=files, name_zh="测速", name_en="Bench")
    with tempfile.TemporaryDirectory() as folder:
        begun = perf_counter()
        made = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        papers = write_papers(made, Path(folder))
        verified = papers.audit is not None and verify_audit(papers.audit).ok
        seconds = perf_counter() - begun
    assert verified, "the job did not end in an audit file that holds"
    return seconds


@contextmanager
def fresh_installation() -> Iterator[None]:
    """Give the job an installation of its own, with its own server, and remove it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))  # short: a socket has a short address
    home.chmod(0o755)
    os.environ |= {"TANHUI_HOME": str(home), "TANHUI_AS_OWNER": "1", "DJANGO_SETTINGS_MODULE": "tanhui.site.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    from tanhui.kit import postgres

    try:
        django.setup()
        from tanhui.cli.commands import prepare

        prepare()
        yield
    finally:
        postgres.erase(home)
        shutil.rmtree(home)
