"""Pages for members who are logged in. A page behind a signed link may be one as well: both call it alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rules_first import rules_first

# A form that was sent after the session had ended is kept under this key of the next session.
TYPED = "typed_before_login"
TYPED_MAX = 100_000  # characters
# Names the last member of this browser. It logs nobody in: a kept form is shown to its writer only.
LAST_MEMBER = "last_member"
# Says that several members have logged in since this browser was opened. A form on an old page may be of another one.
SEVERAL_MEMBERS = "several_members"


def member_page(
    page: Callable[..., HttpResponse],
    *,
    asks_rules: bool = True,
    for_visitors: Callable[..., HttpResponse] | None = None,
) -> Callable[..., HttpResponse]:
    """Decorate a page for members. It gets the parts of its path and the member, and shows dates in their zone.

    New rules are asked about before it, unless ``asks_rules`` is False: on pages that everybody must reach at once.

    A visitor logs in first. A form of the last member of this browser is kept, and shown to them after the login to be
    sent. Nobody else sees it. With ``for_visitors`` a visitor reads that page instead. It gets the parts of the path,
    and has no forms.
    """

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if for_visitors is not None and request.method != "POST":
                return for_visitors(request, *parts.values())
            return _log_in(request)
        member = request.user
        with timezone.override(member.profile.zone):
            typed = request.session.get(TYPED)
            if typed and typed["member"] != str(member.uuid):
                del request.session[TYPED]
            elif typed and typed["path"] == request.path and request.method != "HEAD":
                del request.session[TYPED]
                if request.method == "GET":
                    return _send_again(request, QueryDict(typed["form"]), is_new_login=True)

            def show() -> HttpResponse:
                return page(request, *parts.values(), member)

            response = rules_first(request, member, show) if asks_rules else show()
            return _remember(request, member, response)

    view.is_for_members = True  # type: ignore[attr-defined]
    return view


def _remember(request: HttpRequest, member: User, response: HttpResponse) -> HttpResponse:
    last = _last_member(request)
    if last != str(member.uuid):
        _set_cookie(response, LAST_MEMBER, str(member.uuid))
        if last:
            _set_cookie(response, SEVERAL_MEMBERS, "yes")
    return response


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_signed_cookie(name, value, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def _last_member(request: HttpRequest) -> str:
    return request.get_signed_cookie(LAST_MEMBER, default="") or ""


def _log_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # The page stays as it is, with all that was typed.
        return HttpResponse(status=401)
    form, member = _typed(request), _last_member(request)
    if form and member and len(body := form.urlencode()) <= TYPED_MAX and _may_keep(request, member):
        request.session[TYPED] = {"path": request.path, "form": body, "member": member}
        return redirect_to_login(request.path)
    return redirect_to_login(request.get_full_path())


def _may_keep(request: HttpRequest, member: str) -> bool:
    """Return whether one more form is kept. Each browser has a session, and anybody can open many."""
    return ratelimit.consume(request, action="keep_form", key=member)


def form_to_send_again(request: HttpRequest) -> HttpResponse | None:
    """Return a page with the form that a member page refused, since its token was of an earlier login.

    None for any other page, and for a form that did not come from this site: others must not put words into it. None
    as well if another member may have written it.
    """
    page = request.resolver_match
    is_own = request.headers.get("Origin") in (f"{request.scheme}://{request.get_host()}", settings.SITE_URL)
    if page is None or not hasattr(page.func, "is_for_members") or not is_own or request.FILES:
        return None
    if not request.user.is_authenticated:
        return _log_in(request)
    if _last_member(request) != str(request.user.uuid) or SEVERAL_MEMBERS in request.COOKIES:
        return None
    return _send_again(request, _typed(request), is_new_login=False, status=403)


def _typed(request: HttpRequest) -> QueryDict:
    form = request.POST.copy()
    form.pop("csrfmiddlewaretoken", None)
    return form


def _send_again(request: HttpRequest, form: QueryDict, *, is_new_login: bool, status: int = 200) -> HttpResponse:
    fields = [(name, value) for name, values in form.lists() for value in values]
    context = {"fields": fields, "is_new_login": is_new_login}
    return render(request, "accounts/send_again.html", context, status=status)


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page of this site that the reader came from and goes back to: ``next`` in the address or the form."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    is_here = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_here else default
