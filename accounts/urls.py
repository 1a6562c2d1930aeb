"""Pages of this app: the community rules, connecting an authenticator app, and those behind signed links."""

from django.urls import path

from accounts.pages import mentors, notifications, rules, second_factor

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("accounts/2fa/totp/activate/", second_factor.ConnectApp.as_view(), name="mfa_activate_totp"),
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
