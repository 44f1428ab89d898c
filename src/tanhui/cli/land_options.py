"""What `tanhui land` may be told."""

import argparse


def add_land(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["import"])
    parser.add_argument("file", help="a .shp (its parts beside it), .gdb, .gpkg, .geojson, or a .zip of these")
    parser.add_argument("--holds", choices=["parcels", "zones", "counties"], default="parcels", help="what is in it")
    parser.add_argument("--check", action="store_true", help="only show what is in it and what would change")
    parser.add_argument("--reason", help="why: it goes into the trail; needed unless --check")
    parser.add_argument("--by", required=True, help="user name of the person of the registry who imports")
    parser.add_argument("--layer", help="which layer, when the file has several")
    parser.add_argument("--epsg", type=int, help="the coordinate system, when the file does not say it")
    parser.add_argument("--zone", help="put all parcels into this development zone")
    parser.add_argument("--ecosystem", help="forest, shrubland, grassland or wetland, where no code says it")
    parser.add_argument("--year", type=int, help="year of the survey, where no field says it")
    parser.add_argument("--field", action="append", metavar="COLUMN=FIELD", help="parcel=ID: the field that fills it")
    parser.add_argument("--replace-counties", action="store_true", help="replace all parcels of the file's counties")
    parser.add_argument(
        "--replace-all", action="store_true", help="zones, counties: what the file leaves out has ended"
    )
    parser.add_argument("--valid-from", metavar="DAY", help="zones, counties: the day from which they stand so")
    parser.add_argument("--leave-out", action="store_true", help="leave out what cannot be a parcel")
    parser.add_argument("--accept-mends", action="store_true", help="accept mends that change an area")
