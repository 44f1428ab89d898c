"""Write the survey of a demonstration region anew from its published figures.

The survey folder in the repository is the output of this program. Run it after a change to
region.toml, zones.csv or sources.csv; without a change it writes the same bytes again.
"""

import argparse
from pathlib import Path

from demo_survey.design import read_design
from demo_survey.survey import survey_files

REGION = Path(__file__).parents[1] / "src/tanhui/land/regions/baotou"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", type=Path, default=REGION, help="folder with region.toml, zones.csv, sources.csv")
    parser.add_argument("--out", type=Path, help="folder to write to (default: survey/ in the region)")
    arguments = parser.parse_args()

    folder = arguments.out or arguments.region / "survey"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in survey_files(read_design(arguments.region)).items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {content.count(10) - 1} rows")


if __name__ == "__main__":
    main()
