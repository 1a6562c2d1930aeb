"""Pages of this app: accounts, settings, messages, the community rules, and those behind signed links."""

from django.urls import path

from accounts.member_pages import member_page
from accounts.pages import devices, mentors, messages, notifications, rules, second_factor, settings, sign_up

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    # Pages of the same address come before allauth's.
    path("accounts/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    path("accounts/confirm-email/", sign_up.ConfirmAddress.as_view(), name="account_email_verification_sent"),
    path("accounts/sessions/", member_page(devices.devices), name="usersessions_list"),
    path("settings/", member_page(settings.settings), name="settings"),
    path("messages/", member_page(messages.messages), name="messages"),
    path("messages/<uuid:uuid>/", member_page(messages.message), name="message"),
    path("accounts/2fa/totp/activate/", second_factor.ConnectApp.as_view(), name="mfa_activate_totp"),
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
