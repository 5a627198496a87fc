"""Addresses of the review. Sheets and scans have opaque ids."""

from django.urls import path

from pipeline.web.review import contact, overview, pages, pictures, single

app_name = "review"
urlpatterns = [
    path("", overview.periods, name="periods"),
    path("sheets/<str:sheet_id>", overview.sheet, name="sheet"),
    path("scans/<int:outcome_id>", pictures.page, name="page-picture"),
    path("scans/<int:outcome_id>/<path:name>", pictures.part, name="part-picture"),
    path("<str:period>", overview.queue, name="queue"),
    path("<str:period>/one", single.one, name="one"),
    path("<str:period>/one/decide", single.decide, name="decide"),
    path("<str:period>/one/move", single.move, name="move"),
    path("<str:period>/one/aside", single.aside, name="aside"),
    path("<str:period>/one/undo", single.undo, name="undo"),
    path("<str:period>/one/assign", pages.assign, name="assign"),
    path("<str:period>/one/discard", pages.discard, name="discard"),
    path("<str:period>/one/keep", pages.keep, name="keep"),
    path("<str:period>/one/search", pages.search, name="search"),
    path("<str:period>/undo", overview.undo, name="undo-listed"),
    path("<str:period>/take-back", overview.take_back, name="take-back"),
    path("<str:period>/contact", contact.sheet, name="contact"),
    path("<str:period>/contact/accept", contact.accept, name="accept"),
]
