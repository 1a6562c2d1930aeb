"""Pages of this app. A page behind a signed link has a second address, for members who are logged in."""

from django.urls import path

from accounts.member_pages import member_page
from accounts.pages.trouble import page_of as trouble_with
from accounts.signed import signed
from matching.links import ANSWER, CHOOSE, FITTING, HANDOVER, MENTORSHIP, PAIR, STILL_LOOKING
from matching.pages import (
    choose,
    cohort_pair,
    cohorts,
    company_numbers,
    draft,
    find,
    handover,
    mentor,
    mentorship,
    named,
    past,
    question_bank,
    still_looking,
)

urlpatterns = [
    path("answer/<str:token>/", signed(ANSWER)(mentor.answer), name="match-answer"),
    path("fitting/<str:token>/", signed(FITTING)(mentor.fitting), name="fitting"),
    path("choose/<str:token>/", signed(CHOOSE)(choose.choose), name="match-choose"),
    path("still-looking/<str:token>/", signed(STILL_LOOKING)(still_looking.still_looking), name="still-looking"),
    path("requests/new/", member_page(draft.new_request), name="request-new"),
    path("requests/<uuid:uuid>/", member_page(choose.choose), name="request"),
    path("requests/<uuid:uuid>/still-looking/", member_page(still_looking.still_looking), name="request-still-looking"),
    path("mentorship/<str:token>/", signed(MENTORSHIP)(mentorship.mentorship), name="mentorship-signed"),
    path("mentorships/<uuid:uuid>/", member_page(mentorship.mentorship), name="mentorship"),
    path("handover/<str:token>/", signed(HANDOVER)(handover.handover), name="handover-signed"),
    path("mentorships/<uuid:uuid>/handover/", member_page(handover.handover), name="handover"),
    path("question-bank/", member_page(question_bank.question_bank), name="question-bank"),
    path("matches/<uuid:uuid>/trouble/", member_page(trouble_with("match"), asks_rules=False), name="match-trouble"),
    path("company-numbers/", member_page(company_numbers.company_numbers), name="company-numbers"),
    path("company-numbers/<uuid:uuid>/", member_page(company_numbers.numbers_of_cohort), name="company-numbers-of"),
    path("company-numbers/<uuid:uuid>.csv", member_page(company_numbers.numbers_file), name="company-numbers-file"),
    # The key is a secret: whoever has the link may join. Most of them have no account yet.
    path("join/<str:token>/", member_page(cohorts.join, for_visitors=cohorts.invitation), name="cohort-join"),
    path("cohorts/", member_page(cohorts.cohorts), name="cohorts"),
    path("cohorts/<uuid:uuid>/", member_page(cohorts.cohort), name="cohort"),
    path("past/", member_page(past.past), name="past"),
    path("inbox/", member_page(mentor.inbox), name="inbox"),
    path("inbox/<uuid:uuid>/", member_page(mentor.answer), name="inbox-match"),
    path("pair/<str:token>/", signed(PAIR)(cohort_pair.cohort_pair), name="cohort-pair-signed"),
    path("pairs/<uuid:uuid>/", member_page(cohort_pair.cohort_pair), name="cohort-pair"),
    path("pairs/<uuid:uuid>/trouble/", member_page(trouble_with("cohort_pair"), asks_rules=False), name="pair-trouble"),
    path("requests-for-me/", member_page(mentor.requests_for_me), name="fitting-requests"),
    path("mentors/", member_page(find.find), name="find-mentor"),
    path("mentors/<uuid:uuid>/", member_page(named.named), name="named-mentor"),
]
