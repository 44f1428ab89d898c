"""`python -m tests.bench [NAME …]`: measure, show a table, write build/bench.json."""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.bench.batch import measure_batch
from tests.bench.carbon import measure_biomass, measure_reading
from tests.bench.carbon_montecarlo import measure_montecarlo
from tests.bench.interactive import measure_interactive
from tests.bench.land import measure_import
from tests.bench.measure import Measure, table, write
from tests.bench.overlap import measure_overlap
from tests.bench.proof import measure_proof
from tests.bench.reading import measure_pages
from tests.bench.spine import measure_spine
from tests.bench.verify import measure_verify

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the samples of the tests find each other from there

RESULTS = Path(__file__).resolve().parents[2] / "build/bench.json"
ENTRIES: Mapping[str, Callable[[], Measure]] = {
    "spine.run": measure_spine,
    "carbon.read": measure_reading,
    "carbon.biomass": measure_biomass,
    "carbon.montecarlo": measure_montecarlo,
    "land.import": measure_import,
    "land.overlap": measure_overlap,
    "ledger.interactive": measure_interactive,
    "ledger.batch": measure_batch,
    "ledger.verify": measure_verify,
    "ledger.proof": measure_proof,
    "ledger.reading": measure_pages,
}


def main(names: Sequence[str]) -> int:
    """Measure the named entries, or all of them. Returns 2 for a name that is none."""
    unknown = [name for name in names if name not in ENTRIES]
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}. There are: {', '.join(ENTRIES)}", file=sys.stderr)  # noqa: T201 - it speaks to whoever measures
        return 2
    measures = [measured(name) for name in names or ENTRIES]
    write(measures, RESULTS)
    print(table(measures))  # noqa: T201 - the same
    return 0


def measured(name: str) -> Measure:
    """Measure in a process of its own: an installation, once chosen, stays for the life of a process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(ENTRIES[name]).result()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
