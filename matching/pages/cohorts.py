"""Pages of cohorts: the invitation link, my cohorts, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal, UnknownButton
from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, number, problem_of, text
from accounts.signed import DONE, Outcome, attempt
from matching.links import request_page_for
from matching.models import HelpRequest
from matching.selectors.cohorts.members import last_request, mentors_to_see
from matching.selectors.cohorts.mine import cohorts_of_member, with_what_is_mine
from matching.selectors.cohorts.pairs import card_of_request
from matching.serializers.cohorts import CohortGroupSerializer, PlacesSerializer
from matching.services.cohorts.leave import leave_side
from mentorship.exceptions import CohortNotOpen
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.cohorts import TAKES_REQUESTS, cohort_of_invitation
from mentorship.selectors.mentors import has_free_place
from mentorship.services.cohorts.group import state_group
from mentorship.services.cohorts.join import NOT_MENTORS, change_places, join_cohort

MENTORS_A_PAGE = 20
Side = CohortMember.Side


class PlacesForm(SerializerForm):
    serializer_class = PlacesSerializer

    places = number(
        PlacesSerializer,
        "places",
        label=gettext_lazy("Mentees that you take here"),
        help_text=gettext_lazy("At most. Your free places limit it as well."),
    )


class GroupForm(SerializerForm):
    serializer_class = CohortGroupSerializer

    group = text(
        CohortGroupSerializer,
        "group",
        rows=1,
        label=gettext_lazy("Your group"),
        help_text=gettext_lazy("In the words that others like you would use."),
    )


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show a cohort to a visitor with its invitation link, without names of people, and the ways to join it."""
    try:
        cohort = cohort_of_invitation(token)
    except CohortNotOpen as refusal:
        return _link_is_over(request, refusal)
    context = {"cohort": cohort, "takes_people": cohort.takes_people(timezone.now())}
    return render(request, "matching/cohort_invitation.html", context)


def join(request: HttpRequest, token: str, member: User) -> HttpResponse:
    """Show a cohort to somebody with its invitation link, and let them join on one side or on both."""
    try:
        found = cohort_of_invitation(token)
    except CohortNotOpen as refusal:
        return _link_is_over(request, refusal)
    problem, status = None, 200
    form = PlacesForm(request.POST if request.POST.get("do") == Side.MENTOR else None, initial={"places": 1})
    if request.method == "POST":
        problem, status = _join(request, token, member, form)
        if problem is None:
            return redirect(_after_joining(found, member, request.POST["do"]))
    cohort = with_what_is_mine(Cohort.objects.filter(pk=found.pk), member).get()
    mentor = MentorProfile.objects.filter(user=member).first()
    context = {
        "cohort": cohort,
        "my_sides": {place.side for place in cohort.my_places},  # type: ignore[attr-defined]
        "takes_people": cohort.takes_people(timezone.now()),
        "mentor": mentor,
        "may_mentor": mentor is not None and mentor.status not in NOT_MENTORS,
        "form": form,
        "problem": problem,
    }
    return render(request, "matching/cohort_join.html", context, status=status)


def _link_is_over(request: HttpRequest, refusal: CohortNotOpen) -> HttpResponse:
    return render(request, "matching/cohort_link_over.html", {"problem": refusal.detail}, status=404)


def _join(request: HttpRequest, token: str, member: User, form: PlacesForm) -> Outcome:
    side = request.POST.get("do", "")
    if side not in Side.values:
        return str(UnknownButton()), 400
    if side == Side.MENTOR and not form.is_valid():
        return problem_of(form), 400
    places = form.checked.get("places") if side == Side.MENTOR else None
    return attempt(join_cohort, is_done=lambda: False, key=token, by=member, side=side, places=places)


def _after_joining(cohort: Cohort, member: User, side: str) -> str:
    """Return the page that comes next: a mentee without a request writes one."""
    has_request = HelpRequest.objects.filter(cohort=cohort, mentee=member).exists()
    if side == Side.MENTEE and not has_request:
        return request_page_for(cohort)
    return reverse("cohort", args=[cohort.uuid])


def cohorts(request: HttpRequest, member: User) -> HttpResponse:
    """List the cohorts that the member is in."""
    return render(request, "matching/cohorts.html", {"cohorts": cohorts_of_member(member)})


def cohort(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
    """Show one cohort of the member: where it stands, their sides, their request, and its mentors to a mentee."""
    if request.POST.get("do") == "leave" and (answer := _leave(request, uuid, member)) is not None:
        return answer
    shown = get_object_or_404(cohorts_of_member(member), uuid=uuid)
    places = {place.side: place for place in shown.my_places}  # type: ignore[attr-defined]
    problem, status = None, 200
    mentor_place = places.get(Side.MENTOR)
    mentee_place, pressed = places.get(Side.MENTEE), request.POST.get("do")
    form = group_form = None
    if mentor_place:
        form = PlacesForm(request.POST if pressed == "places" else None, initial={"places": mentor_place.places})
    if mentee_place:
        group_form = GroupForm(request.POST if pressed == "group" else None, initial={"group": mentee_place.group})
    if request.method == "POST":
        if pressed in ("group", "no_group") and mentee_place:
            problem, status = _state_group(request, mentee_place, member, group_form)
        else:
            problem, status = _change(request, places, member, form)
        if problem is None:
            return redirect(request.path)
    my_request = next(iter(shown.my_requests), None)  # type: ignore[attr-defined]
    takes_requests = shown.status in TAKES_REQUESTS
    context = {
        "cohort": shown,
        "mentee": mentee_place,
        "mentor": mentor_place,
        "waits_for_approval": mentor_place is not None and _waits_for_approval(member),
        "form": form,
        "group_form": group_form,
        "my_request": my_request,
        "pair": card_of_request(my_request) if my_request and my_request.status == HelpRequest.Status.OPEN else None,
        "earlier": last_request(shown.pk, member) if Side.MENTEE in places else None,
        "write_link": request_page_for(shown) if takes_requests else "",
        "problem": problem,
        **_mentors(request, shown, member, is_mentee=Side.MENTEE in places),
    }
    return render(request, "matching/cohort.html", context, status=status)


def _waits_for_approval(member: User) -> bool:
    return MentorProfile.objects.filter(user=member, status=MentorProfile.Status.APPLIED).exists()


def _mentors(request: HttpRequest, shown: Cohort, member: User, *, is_mentee: bool) -> dict[str, object]:
    if not is_mentee or shown.status == Cohort.Status.ARCHIVED:
        return {"found": [], "page": None}
    page = Paginator(mentors_to_see(shown.pk, member), MENTORS_A_PAGE).get_page(request.GET.get("page"))
    return {"found": [(mentor, has_free_place(mentor)) for mentor in page], "page": page, "query": ""}


def _leave(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse | None:
    """Leave the side of the form, and lead on. None if the member never was on it. A second click finds it done."""
    places = CohortMember.objects.filter(cohort__uuid=uuid, person=member)
    side = request.POST.get("side")
    place = places.filter(side=side).first() if side in Side.values else None
    if place is None:
        return None
    leave_side(member_id=place.pk, by=member, now=timezone.now())
    messages.success(request, _("You have left it."))
    return redirect(request.path if places.filter(left_at=None).exists() else "cohorts")


def _change(request: HttpRequest, places: dict[str, CohortMember], member: User, form: PlacesForm | None) -> Outcome:
    match request.POST.get("do"):
        case "places" if form is not None:
            if not form.is_valid():
                return problem_of(form), 400
            try:
                change_places(member_id=places[Side.MENTOR].pk, by=member, places=form.checked["places"])
            except Refusal as refusal:
                return refusal.detail, 409
            messages.success(request, _("Your places are changed."))
            return DONE
    return str(UnknownButton()), 400


def _state_group(request: HttpRequest, place: CohortMember, member: User, form: GroupForm | None) -> Outcome:
    group = ""
    if request.POST.get("do") == "group" and form is not None:
        if not form.is_valid():
            return problem_of(form), 400
        group = form.checked["group"]
    try:
        state_group(member_id=place.pk, by=member, group=group)
    except Refusal as refusal:
        return refusal.detail, 409
    messages.success(request, _("Your group is stated.") if group.strip() else _("Your group is removed."))
    return DONE
