"""Pages of this app behind signed links."""

from django.urls import path

from mentorship.pages import ending

urlpatterns = [
    path("mentorship-ending/<str:token>/", ending.ending, name="mentorship-ending"),
]
