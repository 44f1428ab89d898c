"""Carbon methods as versioned tables: read, shipped, and chosen for a survey."""

from tanhui.core.carbon.method.difference import Difference, method_differences
from tanhui.core.carbon.method.faults import FLAW_CODES, Flaw, MethodFault
from tanhui.core.carbon.method.head import HEAD
from tanhui.core.carbon.method.layout import MethodTable, method_tables
from tanhui.core.carbon.method.model import IN_FORCE, TRIAL, Equation, Method, Parameter, Species
from tanhui.core.carbon.method.parse import method_hash, parse_method
from tanhui.core.carbon.method.shipped import choose_method, load_method, method_files, shipped_methods

__all__ = [
    "FLAW_CODES",
    "HEAD",
    "IN_FORCE",
    "TRIAL",
    "Difference",
    "Equation",
    "Flaw",
    "Method",
    "MethodFault",
    "MethodTable",
    "Parameter",
    "Species",
    "choose_method",
    "load_method",
    "method_differences",
    "method_files",
    "method_hash",
    "method_tables",
    "parse_method",
    "shipped_methods",
]
