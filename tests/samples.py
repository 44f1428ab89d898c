"""A survey small enough to work out by hand."""

SMALL_SURVEY = {
    "strata.csv": "stratum,ecosystem,area_ha,note\nA,forest,100,\nB,forest,300,\n",
    "plots.csv": "plot,stratum,lon,lat,plot_area_m2\n"
    + "".join(
        f"{plot},{plot[0]},{110 + n / 100},{40.9 + n / 100},400\n"
        for n, plot in enumerate(("A1", "A2", "A3", "B1", "B2", "B3"))
    ),
    "visits.csv": "plot,round,date,status\n"
    + "".join(
        f"{plot},{number},{day},measured\n"
        for plot in ("A1", "A2", "A3", "B1", "B2", "B3")
        for number, day in ((1, "2020-07-01"), (2, "2025-07-01"))
    ),
    "trees.csv": "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg\n"
    + "".join(
        f"{plot},{number},1,Populus simonii,20,12,live,100,{kg}\n"
        for plot, masses in {
            "A1": (400, 480),
            "A2": (420, 510),
            "A3": (380, 465),
            "B1": (600, 720),
            "B2": (610, 735),
            "B3": (590, 700),
        }.items()
        for number, kg in ((1, masses[0]), (2, masses[1]))
    ),
}
