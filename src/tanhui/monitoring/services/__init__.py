"""The acts of this context."""

from tanhui.monitoring.services.book_upload import book_upload
from tanhui.monitoring.services.design import add_design_land, draw_design
from tanhui.monitoring.services.drop_upload import drop_upload, recheck_upload
from tanhui.monitoring.services.mend_upload import mend_upload
from tanhui.monitoring.services.open_programme import open_programme
from tanhui.monitoring.services.photos import add_photos, place_photo
from tanhui.monitoring.services.return_upload import return_upload
from tanhui.monitoring.services.revise_survey import revise_survey
from tanhui.monitoring.services.run_ask import ask_run
from tanhui.monitoring.services.run_publish import publish_run
from tanhui.monitoring.services.run_remark import remark_run
from tanhui.monitoring.services.run_sign import sign_run
from tanhui.monitoring.services.upload_survey import upload_survey

__all__ = [
    "add_design_land",
    "add_photos",
    "ask_run",
    "book_upload",
    "draw_design",
    "drop_upload",
    "mend_upload",
    "open_programme",
    "place_photo",
    "publish_run",
    "recheck_upload",
    "remark_run",
    "return_upload",
    "revise_survey",
    "sign_run",
    "upload_survey",
]
