"""Files of vector data: Shapefile, File Geodatabase, GeoPackage, GeoJSON and KML, alone or in a ZIP; KMZ is one."""
