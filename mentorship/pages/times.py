"""Times to choose from on a page: suggested ones to tick, and own ones by the clock of the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from typing import Any, cast

from django import forms
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.clock import Clock
from accounts.moments import SkippedByTheClock, moment_of
from accounts.page_forms import SerializerForm
from accounts.words import day_in_words
from mentorship.models.session import TIMES_MAX
from mentorship.selectors.sessions import TimesCard, by_day
from mentorship.serializers.sessions import ProposeTimesSerializer

OWN_ROWS = range(1, 4)


class TimesInput(forms.Widget):
    """The posted times: those that are ticked, and a day and a time of day for each own one."""

    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list]:
        own = [
            (data.get(f"{name}-day-{row}", "").strip(), data.get(f"{name}-clock-{row}", "").strip()) for row in OWN_ROWS
        ]
        return {"ticked": data.getlist(name) if hasattr(data, "getlist") else [], "own": own}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class TimesField(forms.Field):
    """One to five times. Own ones are by ``clock``. ``twice`` are sentences about times that come twice."""

    widget = TimesInput
    clock: Clock

    def clean(self, value: Any) -> list[datetime]:
        self.twice: list[str] = []
        ticked = [parsed(text) for text in value["ticked"]]
        found = [*(at for at in ticked if at is not None), *self._own(value["own"])]
        if not found:
            raise forms.ValidationError(_("Choose at least one time, or give one of your own."))
        if len(set(found)) > TIMES_MAX:
            raise forms.ValidationError(_("Choose %(number)s times at most.") % {"number": TIMES_MAX})
        return sorted(set(found))

    def _own(self, rows: Sequence[tuple[str, str]]) -> Iterator[datetime]:
        for day_text, clock_text in rows:
            if day_text or clock_text:
                yield self._moment(*_wall_time(day_text, clock_text))

    def _moment(self, day: date, at: time) -> datetime:
        words = {"day": day_in_words(day), "time": f"{at:%H:%M}"}
        try:
            moment, is_twice = moment_of(day, at, self.clock.zone_on(day))
        except SkippedByTheClock:
            raise forms.ValidationError(
                _("On %(day)s your clock jumps over %(time)s, so there is no such time. Choose another one.") % words
            ) from None
        except OverflowError:
            raise forms.ValidationError(NO_OWN_TIME) from None
        if is_twice:
            self.twice.append(_("On %(day)s your clock shows %(time)s twice. We took the first of the two.") % words)
        return moment


NO_OWN_TIME = gettext_lazy("Give day and time of each time of your own, such as 2027-03-02 and 18:00.")


def _wall_time(day_text: str, clock_text: str) -> tuple[date, time]:
    try:
        day, clock = parse_date(day_text), parse_time(clock_text)
    except ValueError:
        day = clock = None
    if day is None or clock is None or clock.tzinfo is not None:
        raise forms.ValidationError(NO_OWN_TIME)
    return day, clock.replace(second=0, microsecond=0)


def parsed(text: str) -> datetime | None:
    """Return the moment that a page wrote into a button, in UTC. None for other words."""
    try:
        found = parse_datetime(text)
        at = found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    # Near the ends of the calendar a time has no day in some zones.
    return at if at is not None and MINYEAR < at.year < MAXYEAR else None


class TimesForm(SerializerForm):
    """Times to propose. Those of ``card`` can be ticked, and own ones are by the clock of the reader."""

    serializer_class = ProposeTimesSerializer

    times = TimesField(label=gettext_lazy("Times to choose from"))

    def __init__(self, *args: Any, card: TimesCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        self._times.clock = card.mine

    @property
    def _times(self) -> TimesField:
        return cast(TimesField, self.fields["times"])

    @property
    def notices(self) -> list[str]:
        """Return sentences for the reader about the times of a valid form."""
        return self._times.twice

    @property
    def days(self) -> list[tuple[date, list[tuple[datetime, bool]]]]:
        """Return the times to tick by day, each with whether it is ticked. Ticked ones stay in the list."""
        ticked = {at for text in self._posted.get("ticked", ()) if (at := parsed(text)) is not None}
        return [
            (day, [(at, at in ticked) for at in times])
            for day, times in by_day({*self.card.starts_at, *ticked}, self.card.mine)
        ]

    @property
    def own_rows(self) -> list[tuple[int, str, str]]:
        """Return number, day and time of day of each row for an own time, as posted."""
        posted = self._posted.get("own") or [("", "")] * len(OWN_ROWS)
        return [(row, *texts) for row, texts in zip(OWN_ROWS, posted, strict=True)]

    @property
    def _posted(self) -> Mapping[str, list]:
        return self["times"].data if self.is_bound else {}
