"""The names that a booked survey's results need: its strata, and the zones and counties of the region."""

from tanhui.land.queries import counties, zones
from tanhui.monitoring.models import BookedSurvey
from tanhui.monitoring.readout.names import Names, strata_names


def names_of(survey: BookedSurvey) -> Names:
    """Return the names that a result of this survey needs."""
    return Names(
        {
            "stratum": strata_names(bytes(survey.files.get(name="strata.csv").content)),
            "zone": {zone.zone: (zone.name_zh, zone.name_en) for zone in zones()},
            "county": {county.adcode: (county.name_zh, county.name_en) for county in counties()},
        }
    )
