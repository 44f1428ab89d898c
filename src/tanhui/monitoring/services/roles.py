"""Who may do which act of monitoring."""

from collections.abc import Mapping

from tanhui.people.models import Role

ROLES: Mapping[str, tuple[str, ...]] = {
    "open_programme": (Role.OPERATOR, Role.ANALYST),
    "draw_design": (Role.ANALYST,),
    "upload_survey": (Role.SURVEYOR, Role.ANALYST),
    "drop_upload": (Role.SURVEYOR, Role.ANALYST),
    "book_survey": (Role.ANALYST,),
    "return_upload": (Role.ANALYST,),
    "revise_survey": (Role.SURVEYOR, Role.ANALYST),
    "add_photo": (Role.SURVEYOR, Role.ANALYST),
    "ask_run": (Role.ANALYST,),
    "stop_run": (Role.OPERATOR, Role.ANALYST),
    "remark_run": (Role.ANALYST,),
    "sign_run": (Role.REVIEWER,),
    "publish_run": (Role.OPERATOR,),
}
