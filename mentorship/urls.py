"""Pages of this app. Those that link to pages of an app above are in `config.urls`."""

from django.urls import path

from accounts.member_pages import member_page
from accounts.pages.trouble import page_of as trouble_with
from mentorship.pages import calendar, credentials, feedback, goals, offer, practice, record

urlpatterns = [
    path("settings/calendar/", member_page(calendar.calendar), name="calendar"),
    path("calendar/sessions/<str:token>/", calendar.sessions_file, name="calendar-sessions"),
    path("calendar/busy/<str:token>/", calendar.busy_file, name="calendar-busy"),
    path("mentors/<uuid:uuid>/trouble/", member_page(trouble_with("mentor"), asks_rules=False), name="mentor-trouble"),
    path(
        "mentorships/<uuid:uuid>/trouble/",
        member_page(trouble_with("mentorship"), asks_rules=False),
        name="mentorship-trouble",
    ),
    path(
        "sessions/<uuid:uuid>/trouble/", member_page(trouble_with("session"), asks_rules=False), name="session-trouble"
    ),
    path("goals/new/", member_page(goals.new_goal), name="goal-new"),
    path("practice/new/<slug:kind>/", member_page(practice.new_record), name="practice-new"),
    path("mentoring/offer/", member_page(offer.change_offer), name="offer-change"),
    path("mentoring/feedback/", member_page(feedback.summary), name="feedback-summary"),
    path("mentoring/record/", member_page(record.record), name="record"),
    path("credentials/issuer/", credentials.issuer, name="credential-issuer"),
    path("credentials/keys/", credentials.keys, name="credential-keys"),
    path("credentials/keys/<str:thumbprint>/", credentials.key, name="credential-key"),
    path("credentials/revoked/", credentials.revoked, name="credentials-revoked"),
    path("credentials/<uuid:uuid>/", credentials.credential, name="credential"),
    path("credentials/<uuid:uuid>.jwt", credentials.signed_file, name="credential-jwt"),
    path("credentials/<uuid:uuid>.json", credentials.json_file, name="credential-json"),
]
