"""Write the synthetic parcels of a demonstration region anew.

The file in the repository is the output of this program. Run it after a change to region.toml or zones.csv; without a
change it writes the same bytes again.
"""

import argparse
from pathlib import Path

from demo_survey.design import read_design
from demo_survey.parcels import parcels_geojson

REGION = Path(__file__).parents[1] / "src/tanhui/land/regions/baotou"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", type=Path, default=REGION, help="folder with region.toml, zones.csv, sources.csv")
    parser.add_argument("--out", type=Path, help="file to write (default: parcels.geojson in the region)")
    arguments = parser.parse_args()

    content = parcels_geojson(read_design(arguments.region))
    path = arguments.out or arguments.region / "parcels.geojson"
    path.write_bytes(content)
    print(f"{path}: {content.count(10) - 2} parcels")


if __name__ == "__main__":
    main()
