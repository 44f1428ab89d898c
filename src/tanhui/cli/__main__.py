"""So that `python -m tanhui.cli` does the same as `tanhui`."""

from tanhui.cli import main

main()
