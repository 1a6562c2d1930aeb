"""Pages of this app behind signed links."""

from django.urls import path

from matching.pages import mentee, mentor

urlpatterns = [
    path("answer/<str:token>/", mentor.answer, name="match-answer"),
    path("fitting/<str:token>/", mentor.fitting, name="fitting"),
    path("choose/<str:token>/", mentee.choose, name="match-choose"),
    path("still-looking/<str:token>/", mentee.still_looking, name="still-looking"),
]
