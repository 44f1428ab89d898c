"""The digest of a survey under its public name; it lives with the survey because a survey carries its own hash."""

from tanhui.core.carbon.survey.digest import FileDigest, SurveyDigest, changed_rows, survey_digest

__all__ = ["FileDigest", "SurveyDigest", "changed_rows", "survey_digest"]
