"""Files of vector data: Shapefile, File Geodatabase, GeoPackage and GeoJSON, alone or in a ZIP."""
