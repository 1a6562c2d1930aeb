"""Pages of this app behind links: signed ones in mails, and the one that a mentor shares."""

from django.urls import path

from matching.pages import mentee, mentor, named

urlpatterns = [
    path("answer/<str:token>/", mentor.answer, name="match-answer"),
    path("fitting/<str:token>/", mentor.fitting, name="fitting"),
    path("choose/<str:token>/", mentee.choose, name="match-choose"),
    path("still-looking/<str:token>/", mentee.still_looking, name="still-looking"),
    path("mentors/<uuid:uuid>/", named.named, name="named-mentor"),
]
