"""Geometry of land: areas on the ellipsoid, mended outlines, overlaps."""
