"""Pages of this app: the community rules, and those behind signed links."""

from django.urls import path

from accounts.pages import mentors, notifications, rules

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
