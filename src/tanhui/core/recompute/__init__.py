"""One file with everything that a result came from, and the check that the same digits come out of it again.

The file is a ZIP that anybody can open: the survey, the method, the plan with its seed, and the document that is
claimed. Its bytes follow from its contents alone, so that one changed byte anywhere is found and named.
"""

from tanhui.core.recompute.differing import Difference, differences
from tanhui.core.recompute.packing import DamagedFile, Parts, is_recompute_file, pack, unpack
from tanhui.core.recompute.verify import Recomputed, RecomputeFault, verify_recompute

__all__ = [
    "DamagedFile",
    "Difference",
    "Parts",
    "RecomputeFault",
    "Recomputed",
    "differences",
    "is_recompute_file",
    "pack",
    "unpack",
    "verify_recompute",
]
