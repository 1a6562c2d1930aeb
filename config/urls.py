"""The URLs of the whole site."""

from allauth.account.forms import UserTokenForm
from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import calendars, figures, mentors, notifications, people, privacy, reads, safety, tokens
from accounts.member_pages import member_page
from accounts.pages import calendar as busy
from accounts.pages import profile
from accounts.pages import settings as settings_pages
from accounts.signed import signed
from config import views
from config.api_views import with_conventions
from config.local import mailbox
from config.logs import cut_secrets_of
from config.navigation import beside_calendar, beside_profile, beside_settings
from config.scim import scim
from matching.api import (
    cohort_drafts,
    cohort_pairs,
    cohorts,
    company_numbers,
    handovers,
    help_requests,
    inbox,
    matches,
    my_turns,
    organised_cohorts,
    question_bank,
)
from matching.links import bank_page, request_page, share_link
from matching.pages.mentorship import change_page, mentorship_page, steps_page
from mentorship.api import calendar, goals, mentorships, outcomes, practice, record, sessions, steps
from mentorship.api import mentors as mentor_offers
from mentorship.links import ENDING, OUTCOME, SESSION, STEPS
from mentorship.pages import ending as ending_pages
from mentorship.pages import goals as goal_pages
from mentorship.pages import offer as offer_pages
from mentorship.pages import outcome as outcome_pages
from mentorship.pages import practice as practice_pages
from mentorship.pages import session as session_pages
from mentorship.pages import steps as steps_pages

handler400 = "config.views.bad_request"
handler403 = "config.views.not_allowed"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"

# The key of a reset may lack the part before its "-". Then it is wrong, and no error of the server.
UserTokenForm.base_fields["uidb36"].required = False

admin.site.site_header = admin.site.site_title = f"{settings.COMMUNITY_NAME} admin"

router = SimpleRouter(use_regex_path=False)
router.register("skills", people.SkillViewSet, "skill")
router.register("notifications", notifications.NotificationViewSet, "notification")
router.register("exports", privacy.DataExportViewSet, "data-export")
router.register("blocks", safety.BlockViewSet, "block")
router.register("concerns", safety.ConcernViewSet, "concern")
router.register("tokens", tokens.AccessTokenViewSet, "access-token")
router.register("figures", figures.FigureViewSet, "figure")
router.register("mentor-applications", mentors.MentorApplicationViewSet, "mentor-application")
router.register("goal-kinds", goals.GoalKindViewSet, "goal-kind")
router.register("session-kinds", goals.SessionKindViewSet, "session-kind")
router.register("goals", goals.GoalViewSet, "goal")
router.register("mentorships", mentorships.MentorshipViewSet, "mentorship")
router.register("sessions", sessions.SessionViewSet, "session")
router.register("credentials", record.CredentialViewSet, "my-credential")
router.register("practice", practice.PracticeViewSet, "practice-record")
router.register("practice-items", practice.PracticeItemViewSet, "practice-item")
router.register("steps", steps.StepViewSet, "step")
router.register("milestones", steps.MilestoneViewSet, "milestone")
router.register("mentors", mentor_offers.MentorViewSet, "mentor")
router.register("help-requests", help_requests.HelpRequestViewSet, "help-request")
router.register("cohorts", cohorts.CohortViewSet, "cohort")
router.register("matches", matches.MatchViewSet, "match")
router.register("organised-cohorts", organised_cohorts.OrganisedCohortViewSet, "organised-cohort")
router.register("cohort-drafts", cohort_drafts.CohortDraftViewSet, "cohort-draft")
router.register("handovers", handovers.HandoverViewSet, "handover")
router.register("cohort-pairs", cohort_pairs.CohortPairViewSet, "my-cohort-pair")
router.register("company-numbers", company_numbers.CompanyNumbersViewSet, "company-numbers")
router.register("inbox", inbox.InboxViewSet, "inbox")
router.register("requests-for-me", inbox.RequestsForMeViewSet, "request-for-me")

api = [
    path("me/", people.MeView.as_view(), name="me"),
    path("me/steps/", people.MyStepsView.as_view(), name="my-steps"),
    path("me/resume/", people.ResumeView.as_view(), name="my-resume"),
    path("me/notifications/", notifications.MyNotificationsView.as_view(), name="my-notifications"),
    path("me/busy-calendar/", calendars.BusyCalendarView.as_view(), name="my-busy-calendar"),
    path("me/erasure/", privacy.ErasureView.as_view(), name="my-erasure"),
    path("me/staff-reads/", reads.StaffReadsView.as_view(), name="my-staff-reads"),
    path("me/turns/", my_turns.MyTurnsView.as_view(), name="my-turns"),
    path("me/mentor/how-found/", my_turns.HowFoundView.as_view(), name="how-found"),
    path("me/mentor/openings/", my_turns.OpeningsView.as_view(), name="openings"),
    path("me/mentor/", mentor_offers.MyMentorView.as_view(), name="my-mentor"),
    path("me/mentor/feedback/", outcomes.MyFeedbackSummaryView.as_view(), name="my-feedback-summary"),
    path("me/mentor/record/", record.MyRecordView.as_view(), name="my-record"),
    path("me/mentor/pause/", mentor_offers.PauseMentoringView.as_view(), name="pause-mentoring"),
    path("me/mentor/resume/", mentor_offers.ResumeMentoringView.as_view(), name="resume-mentoring"),
    path("me/calendar/", calendar.MyCalendarView.as_view(), name="my-calendar"),
    path("mentorships/<uuid:uuid>/brought-notes/", handovers.BroughtNotesView.as_view(), name="brought-notes"),
    path(
        "mentorships/<uuid:uuid>/practice/", practice.PracticeOfMentorshipView.as_view(), name="mentorship-practice-api"
    ),
    path("question-bank/", question_bank.QuestionBankView.as_view(), name="question-bank-api"),
    path("practice/<uuid:uuid>/draw/", question_bank.DrawQuestionsView.as_view(), name="draw-questions"),
    path("mentorships/<uuid:uuid>/outcome/", outcomes.OutcomeView.as_view(), name="mentorship-outcome"),
    path("mentorships/<uuid:uuid>/outcome/scale/", outcomes.ScaleView.as_view(), name="mentorship-scale"),
    path("mentorships/<uuid:uuid>/outcome/rate/", outcomes.RateView.as_view(), name="mentorship-rate"),
    path("mentorships/<uuid:uuid>/feedback/", outcomes.FeedbackView.as_view(), name="mentorship-feedback"),
    path("mentorships/<uuid:uuid>/feedback/thanks/", outcomes.ThanksShownView.as_view(), name="mentorship-thanks"),
    path("mentorships/<uuid:uuid>/feedback/report/", outcomes.ReportView.as_view(), name="mentorship-report"),
    path("mentorships/<uuid:uuid>/feedback/organisers/", outcomes.OrganisersView.as_view(), name="mentorship-note"),
    path(
        "cohorts/<uuid:uuid>/drafts/",
        cohort_drafts.DraftsOfCohortViewSet.as_view({"get": "list", "post": "create"}),
        name="drafts-of-cohort",
    ),
    path(
        "cohorts/<uuid:uuid>/answers/",
        organised_cohorts.AnswersOfCohortViewSet.as_view({"get": "answers"}),
        name="answers-of-cohort",
    ),
    path("rules/accept/", people.AcceptRulesView.as_view(), name="api-accept-rules"),
    path("rules/", people.RulesView.as_view(), name="api-rules"),
    *router.urls,
]
api = [with_conventions(route) for route in api]

session_page = session_pages.page_of(mentorship_page, steps_page)
page_of_steps = steps_pages.page_of(mentorship_page)
outcome_page = outcome_pages.page_of(mentorship_page)
ending_page = ending_pages.page_of(mentorship_page, change_page)

# Pages that link to pages of an app to their left, which they do not know.
linked = [
    path("profile/", member_page(profile.profile), {"beside": beside_profile}, name="profile"),
    path(
        "settings/",
        member_page(settings_pages.settings, asks_rules=False),
        {"beside": beside_settings},
        name="settings",
    ),
    path("goals/", member_page(goal_pages.goals), {"next_step": request_page}, name="goals"),
    path("goals/<uuid:uuid>/", member_page(goal_pages.goal), {"next_step": request_page}, name="goal"),
    path("session/<str:token>/", signed(SESSION)(session_page), name="session-signed"),
    path("sessions/<uuid:uuid>/", member_page(session_page), name="session"),
    path("practice/", member_page(practice_pages.practice), {"bank_page": bank_page}, name="practice"),
    path("practice/<uuid:uuid>/", member_page(practice_pages.record_of(bank_page)), name="practice-record-page"),
    path(
        "mentorships/<uuid:uuid>/practice/",
        member_page(practice_pages.shared_of(mentorship_page)),
        name="mentorship-practice",
    ),
    path("outcome/<str:token>/", signed(OUTCOME)(outcome_page), name="outcome-signed"),
    path("mentorships/<uuid:uuid>/outcome/", member_page(outcome_page), name="outcome"),
    path("mentorship-ending/<str:token>/", signed(ENDING)(ending_page), name="mentorship-ending"),
    path("mentorships/<uuid:uuid>/going-on/", member_page(ending_page), name="mentorship-going-on"),
    path("steps/<str:token>/", signed(STEPS)(page_of_steps), name="steps-signed"),
    path("mentorships/<uuid:uuid>/steps/", member_page(page_of_steps), name="steps"),
    path("mentoring/", member_page(offer_pages.offer), {"share_link": share_link}, name="offer"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),
    path("healthy/", views.healthy, name="healthy"),
    path("admin/", admin.site.urls),
    # Before the parts of a profile, which could have this name.
    path("profile/calendar/", member_page(busy.calendar), {"beside": beside_calendar}, name="profile-calendar"),
    # Pages of the same address come before allauth's.
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    # Nobody gives a telephone number here: allauth's routes about them would fail.
    re_path(r"^_allauth/\w+/v1/(?:account|auth)/phone", views.no_such_route, {"rest": ""}),
    path("_allauth/", include("allauth.headless.urls")),
    path("", include(linked)),
    path("", include("mentorship.urls")),
    path("", include("matching.urls")),
    path("api/v1/", include(api)),
    path("scim/v2/", scim, name="scim-root"),
    path("scim/v2/<path:path>", scim, name="scim"),
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
