"""Pages that belong to no app, and the pages of errors."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.community_settings import value_of
from accounts.member_pages import form_to_send_again, member_page
from config.api import wants_problem
from config.authentication import csrf_detail
from config.errors import error_response
from config.warm_up import is_warm
from matching.pages.home import home as member_home
from matching.text.encoder import compared_by


def community(request: HttpRequest) -> dict[str, object]:
    """Return the name of the community and the switches, for every template."""
    return {
        "community_name": settings.COMMUNITY_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "serve_api_docs": settings.SERVE_API_DOCS,
        "mail_sink": bool(settings.MAIL_SINK_DIR),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a member whose turn it is, and everybody else what this is."""
    if request.user.is_authenticated:
        return home_of_member(request)
    return render(request, "home.html", {"days_to_answer": value_of("response_days")})


home_of_member = member_page(member_home)


@require_safe
def healthy(request: HttpRequest) -> JsonResponse:
    """Answer 200 if this process reaches the database and has warmed up; 503 while it warms up.

    The site works without Redis, so Redis is not asked. The site also works without a sentence encoder: ``texts`` says
    whether mentors are ranked by meaning, or by facts alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not is_warm():
        return JsonResponse({"status": "starting"}, status=503)
    return JsonResponse({"status": "ok", "texts": compared_by()})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, 404, _("There is nothing here, or it is not yours to see."))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, 403, _("You are not allowed to see this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show a member their form again, to be sent from this page. Anybody else loads the page again."""
    if wants_problem(request):
        return error_response(request, 403, csrf_detail(), code="csrf_failed")
    if (kept := form_to_send_again(request)) is not None:
        return kept
    return error_response(
        request,
        403,
        _(
            "It was loaded before you last logged in or out, or this site may store no cookies in your browser. "
            "Load the page again, and send the form once more."
        ),
        title=_("This form is too old"),
        again=True,
    )


@csrf_exempt  # nothing is done here, so a wrong path is told first
def no_such_route(request: HttpRequest, rest: str) -> HttpResponse:
    return not_found(request, Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    if wants_problem(request):
        return error_response(request, 500, _("This is our fault and has been noted. Try again later."))
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, 400, _("The request could not be read. Go back, reload the page and try again."))
