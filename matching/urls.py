"""Pages of this app."""

from django.urls import path

from matching import clock_pages, pages

urlpatterns = [
    path("answer/<str:token>/", pages.answer, name="match-answer"),
    path("choose/<str:token>/", pages.choose, name="match-choose"),
    path("still-looking/<str:token>/", clock_pages.still_looking, name="still-looking"),
    path("fitting/<str:token>/", clock_pages.fitting, name="fitting"),
    path("come-back/<str:token>/", clock_pages.come_back, name="come-back"),
]
