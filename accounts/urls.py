"""Pages of this app: accounts, a member's profile, settings, messages, the rules, and those behind signed links."""

from allauth.account.decorators import reauthentication_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.member_pages import member_page
from accounts.pages import (
    asking,
    connections,
    devices,
    invitation,
    mentors,
    messages,
    notifications,
    privacy,
    profile,
    provider_login,
    reads,
    rules,
    second_factor,
    sign_up,
    skills,
    start,
    tokens,
    trouble,
)

TO_LOGIN = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/accept/", member_page(rules.accept, asks_rules=False), name="accept-rules"),
    path("rules/accept/<str:token>/", rules.accept_signed, name="rules-signed"),
    # Pages of the same address come before allauth's.
    path("accounts/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    path("accounts/confirm-email/", sign_up.ConfirmAddress.as_view(), name="account_email_verification_sent"),
    path("accounts/sessions/", member_page(devices.devices, asks_rules=False), name="usersessions_list"),
    path(
        "accounts/3rdparty/", member_page(connections.connections, asks_rules=False), name="socialaccount_connections"
    ),
    # allauth's pages of errors. Ours lead to the login, with a sentence (accounts/provider_adapter.py).
    path("accounts/3rdparty/login/cancelled/", TO_LOGIN, name="socialaccount_login_cancelled"),
    path("accounts/3rdparty/login/error/", TO_LOGIN, name="socialaccount_login_error"),
    # In the words of allauth's routes, which it replaces.
    re_path(
        r"^accounts/oidc/(?P<provider_id>[^/]+)/",
        include(
            [
                path("login/", provider_login.log_in, name="openid_connect_login"),
                path("login/callback/", provider_login.come_back, name="openid_connect_callback"),
                path("again/", member_page(provider_login.prove_again, asks_rules=False), name="prove-again"),
            ]
        ),
    ),
    path("settings/reads/", member_page(reads.reads, asks_rules=False), name="staff-reads"),
    path("settings/tokens/", member_page(reauthentication_required(tokens.tokens), asks_rules=False), name="tokens"),
    path("settings/data/", member_page(privacy.my_data, asks_rules=False), name="my-data"),
    path("settings/data/erase/", member_page(privacy.erase_me, asks_rules=False), name="erase-me"),
    path("settings/data/<uuid:uuid>.zip", member_page(privacy.export_file, asks_rules=False), name="my-export"),
    path("messages/", member_page(messages.messages), name="messages"),
    path("messages/<uuid:uuid>/", member_page(messages.message), name="message"),
    path("start/", member_page(start.start), name="start"),
    path("profile/resume/", member_page(profile.resume), name="profile-resume"),
    path("profile/<slug:name>/", member_page(profile.part), name="profile-part"),
    path("skills/find/", member_page(skills.find), name="find-skills"),
    path("accounts/2fa/totp/activate/", second_factor.ConnectApp.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/webauthn/add/", second_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    # The page of all second factors lists them.
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("mails/<str:token>/", notifications.stop_mails_page, name="stop-mails"),
    path("settings/blocks/", member_page(trouble.blocks, asks_rules=False), name="blocks"),
    path("trouble/<str:token>/", trouble.trouble_signed, name="trouble-signed"),
    path("asking/", member_page(asking.asking), name="asking"),
    path("asking/<str:token>/", asking.asking_signed, name="asking-signed"),
    path("come-back/<str:token>/", mentors.come_back, name="come-back"),
]
