"""The Excel workbooks of the field: the same tables as the survey format, under Chinese headings.

The tables, columns, words and limits come from `core.carbon.survey`; what they are called stands in the CSV and TOML
files beside this module. A test holds the two together.
"""

from tanhui.monitoring.workbook.prefill import Prefill
from tanhui.monitoring.workbook.template import ECOSYSTEM_TEMPLATES, TEMPLATE_VERSION, write_template

__all__ = ["ECOSYSTEM_TEMPLATES", "TEMPLATE_VERSION", "Prefill", "write_template"]
