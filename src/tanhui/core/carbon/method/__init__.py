"""Carbon methods as versioned tables: read, shipped, and chosen for a survey."""

from tanhui.core.carbon.method.faults import FLAW_CODES, Flaw, MethodFault
from tanhui.core.carbon.method.model import IN_FORCE, TRIAL, Equation, Method, Parameter, Species
from tanhui.core.carbon.method.parse import method_hash, parse_method
from tanhui.core.carbon.method.shipped import choose_method, load_method, method_files, shipped_methods

__all__ = [
    "FLAW_CODES",
    "IN_FORCE",
    "TRIAL",
    "Equation",
    "Flaw",
    "Method",
    "MethodFault",
    "Parameter",
    "Species",
    "choose_method",
    "load_method",
    "method_files",
    "method_hash",
    "parse_method",
    "shipped_methods",
]
