"""Pages of this app."""

from django.urls import path

from matching import pages

urlpatterns = [
    path("answer/<str:token>/", pages.answer, name="match-answer"),
    path("choose/<str:token>/", pages.choose, name="match-choose"),
]
