"""Read a boundary that somebody typed or pasted: WKT or GeoJSON, longitude before latitude."""

import shapely

from tanhui.core.geometry.overlap import polygons


def read_boundary(text: str) -> bytes:
    """Return the polygons as WKB. Raises ValueError where the text is no boundary on the Earth, or has no area."""
    said = text.strip()
    try:
        geometry = shapely.from_geojson(said) if said.startswith("{") else shapely.from_wkt(said)
    except shapely.errors.ShapelyError as error:
        raise ValueError("neither WKT nor GeoJSON") from error
    whole = polygons(shapely.make_valid(shapely.force_2d(geometry)))
    if not shapely.area(whole):
        raise ValueError("no area")
    west, south, east, north = shapely.bounds(whole)
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - the ends of the Earth in degrees
        raise ValueError("not in degrees")
    return shapely.to_wkb(whole)
