"""What `tanhui cluster` can be told. Apart from it, so that commands without a database load none."""

import argparse

from tanhui.kit.home import CHECKOUT

SURVEY = CHECKOUT / "src/tanhui/land/regions/baotou/survey"


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Say what the rehearsal can be told."""
    parser.add_argument("--folder", default=str(CHECKOUT / ".cluster"), help="its own; emptied when it begins")
    parser.add_argument("--port", type=int, default=7400, help="of the registry; the members take those after it")
    parser.add_argument("--members", type=int, default=3, help="how many there are: 3 to 9")
    parser.add_argument("--needed", type=int, default=2, help="how many must co-sign: fewer than there are")
    parser.add_argument("--survey", default=str(SURVEY), help="folder of the survey that the lot is issued on")
    parser.add_argument("--method", help="id or id@version; without it the method that fits the survey best")
