"""Pages of this app behind signed links."""

from django.urls import path

from accounts.pages import mentors, notifications

urlpatterns = [
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
