"""The URLs of the whole site."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts import api as accounts_api
from accounts.pages import stop_mails_page
from config import views
from config.local import mailbox
from config.logs import cut_secrets_of
from matching import api as matching_api
from mentorship import api as mentorship_api

handler400 = "config.views.bad_request"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"

admin.site.site_header = admin.site.site_title = f"{settings.COMMUNITY_NAME} admin"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

router = SimpleRouter(use_regex_path=False)
router.register("skills", accounts_api.SkillViewSet, "skill")
router.register("notifications", accounts_api.NotificationViewSet, "notification")
router.register("mentor-applications", accounts_api.MentorApplicationViewSet, "mentor-application")
router.register("goal-kinds", mentorship_api.GoalKindViewSet, "goal-kind")
router.register("session-kinds", mentorship_api.SessionKindViewSet, "session-kind")
router.register("goals", mentorship_api.GoalViewSet, "goal")
router.register("mentorships", mentorship_api.MentorshipViewSet, "mentorship")
router.register("help-requests", matching_api.HelpRequestViewSet, "help-request")
router.register("matches", matching_api.MatchViewSet, "match")
router.register("inbox", matching_api.InboxViewSet, "inbox")
router.register("requests-for-me", matching_api.RequestsForMeViewSet, "request-for-me")

api = [
    path("me/", accounts_api.MeView.as_view(), name="me"),
    path("me/notifications/", accounts_api.MyNotificationsView.as_view(), name="my-notifications"),
    path("me/mentor/", mentorship_api.MyMentorView.as_view(), name="my-mentor"),
    path("me/mentor/pause/", mentorship_api.PauseMentoringView.as_view(), name="pause-mentoring"),
    path("me/mentor/resume/", mentorship_api.ResumeMentoringView.as_view(), name="resume-mentoring"),
    path("rules/", accounts_api.RulesView.as_view(), name="api-rules"),
    *router.urls,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("rules/", views.rules, name="rules"),
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),
    path("healthy/", views.healthy, name="healthy"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("mails/<str:token>/", stop_mails_page, name="stop-mails"),
    path("", include("matching.urls")),
    path("api/v1/", include(api)),
]
if settings.SERVE_API_DOCS:
    urlpatterns += [
        path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
        path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    ]
if settings.MAIL_SINK_DIR:
    urlpatterns += [
        path("mail/", mailbox.index, name="mailbox"),
        path("mail/<str:key>/", mailbox.message, name="mailbox-message"),
    ]
# Last: an unknown path under /api/ answers 404 in JSON, also while DEBUG is on.
urlpatterns.append(path("api/<path:rest>", views.no_such_route))

cut_secrets_of(urlpatterns)
