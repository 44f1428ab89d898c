"""What `tanhui design` can be told. Apart from the command itself, so that the parser loads no settings."""

import argparse


def add_design(parser: argparse.ArgumentParser) -> None:
    """Add the actions of a design: count plots, draw them, write the files of a drawn design."""
    parser.add_argument("action", choices=["size", "draw", "export"])
    parser.add_argument("programme", nargs="?", help="number of the programme, for draw and export")
    parser.add_argument("--strata", metavar="FILE", help="CSV: stratum, mean, sd; for size also area_ha, plot_area_m2")
    parser.add_argument("--error", default="10", help="wanted relative error in percent")
    parser.add_argument("--confidence", default="90", help="confidence in percent")
    parser.add_argument("--allocation", default="neyman", choices=["neyman", "proportional", "cost"])
    parser.add_argument("--plots", help="share out this number instead of counting from a precision")
    parser.add_argument("--by-ecosystem", action="store_true", help="each ecosystem keeps the precision on its own")
    parser.add_argument("--source", choices=["parcels", "zones", "file"], default="parcels", help="land to draw on")
    parser.add_argument("--by", default="ecosystem", help="ecosystem, zone, county or species")
    parser.add_argument("--land", metavar="FILE", help="outlines of strata: GeoPackage, GeoJSON, zipped Shapefile")
    parser.add_argument("--placement", choices=["systematic", "random"], default="systematic")
    parser.add_argument("--turn", choices=["north", "random"], default="north", help="direction of the grid")
    parser.add_argument("--edge", choices=["inside", "centre"], default="inside")
    parser.add_argument("--distance", default="100", help="least distance between plots in metres")
    parser.add_argument("--reserve", default="10", help="reserve plots in percent")
    parser.add_argument("--first-year", help="first year of measurement")
    parser.add_argument("--every", default="5", help="years from one round to the next")
    parser.add_argument("--rounds", default="4")
    parser.add_argument("--panels", default="1", help="more than 1: rotating panels")
    parser.add_argument("--crews", default="4")
    parser.add_argument("--qc", default="10", help="plots measured a second time, in percent")
    parser.add_argument("--keep", action="store_true", help="keep permanent plots of the booked survey")
    parser.add_argument("--seed", help="a whole number; the same seed draws the same plots")
    parser.add_argument("--person", help="user name of the analyst who draws")
    parser.add_argument("--reason", default="", help="why; kept in the trail")
    parser.add_argument("--revision", help="which revision to export; the latest without it")
    parser.add_argument("--out", metavar="FOLDER", default=".", help="where the files go")
