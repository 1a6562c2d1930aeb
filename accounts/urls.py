"""Pages of this app: rules, a member's profile, connecting an authenticator app, and those behind signed links."""

from django.urls import path

from accounts.member_pages import member_page
from accounts.pages import mentors, notifications, profile, rules, second_factor, skills, start

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("start/", member_page(start.start), name="start"),
    path("profile/resume/", member_page(profile.resume), name="profile-resume"),
    path("profile/<slug:name>/", member_page(profile.part), name="profile-part"),
    path("skills/find/", member_page(skills.find), name="find-skills"),
    path("accounts/2fa/totp/activate/", second_factor.ConnectApp.as_view(), name="mfa_activate_totp"),
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
