"""The two ways to all boards: by topic and by region."""

from __future__ import annotations

from flask import Blueprint, render_template

from forum.places import catalogue
from forum.web import tiles
from forum.web.guards import public

pages = Blueprint("places", __name__)


@pages.get("/themen")
@public
def topics() -> str:
    """All topics with what each is about."""
    places = catalogue.get()
    tree = [
        (top, [(sub, places.topic_children(sub.id)) for sub in places.topic_children(top.id)]) for top in places.topic_children()
    ]
    return render_template("places/topics.html", tree=tree)


@pages.get("/regionen")
@public
def regions() -> str:
    """The map, then every Regierungsbezirk with its districts and their towns."""
    places = catalogue.get()
    bezirke = [
        (bezirk, [(district, places.region_children(district.id)) for district in places.region_children(bezirk.id)])
        for bezirk in tiles.legend(places)
    ]
    wide = [region for region in places.regions if region.kind in ("land", "landschaftsverband", "regionalverband")]
    return render_template(
        "places/regions.html", bezirke=bezirke, wide=wide, tiles=tiles.of(places), legend=tiles.legend(places)
    )
