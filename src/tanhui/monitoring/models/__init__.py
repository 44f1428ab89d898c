"""The tables of this context."""

from tanhui.monitoring.models.design import Design, DesignLand
from tanhui.monitoring.models.intake import (
    CORRECTION,
    BookedFile,
    BookedSurvey,
    CellChange,
    Photo,
    Picture,
    Upload,
    UploadFile,
    UploadMend,
    UploadState,
)
from tanhui.monitoring.models.programme import Programme
from tanhui.monitoring.models.run import Run, RunPaper, RunRemark, RunSignature, RunState

__all__ = [
    "CORRECTION",
    "BookedFile",
    "BookedSurvey",
    "CellChange",
    "Design",
    "DesignLand",
    "Photo",
    "Picture",
    "Programme",
    "Run",
    "RunPaper",
    "RunRemark",
    "RunSignature",
    "RunState",
    "Upload",
    "UploadFile",
    "UploadMend",
    "UploadState",
]
