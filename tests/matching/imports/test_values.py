"""Values of cells as people and spreadsheets write them. Values that may mean two things are refused with both."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from matching.imports import values
from matching.imports.values import BadValue

days = st.dates(date(1940, 1, 1), date(2100, 12, 31))
READERS = [
    values.day,
    values.year,
    values.whole_number,
    values.amount,
    values.yes_or_no,
    values.items,
    values.level_beside,
    values.chooser({"a": ["A"]}),
]


@given(day=days)
def test_a_day_is_read_in_each_form_that_is_clear(day):
    serial = (day - date(1899, 12, 30)).days
    forms = [
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day:02}. {day.month:02}. {day.year}",
        str(serial),
        f"{serial}.0",
        f"{serial},5",
        *(format_date(day, "d MMMM y", locale=language) for language in values.LANGUAGES),
        format_date(day, "MMMM d, y", locale="en"),
        format_date(day, "d. MMMM y", locale="de"),
        format_date(day, "d 'de' MMMM 'de' y", locale="es"),
    ]

    assert {form: values.day(form) for form in forms} == dict.fromkeys(forms, day)
    assert {values.year(form) for form in forms} == {day.year}


@given(day=days, sign=st.sampled_from("/-"))
def test_a_day_that_may_be_another_one_is_refused_with_both(day, sign):
    for first, second in ((day.day, day.month), (day.month, day.day)):
        text = f"{first}{sign}{second}{sign}{day.year}"
        if day.day > 12 or day.day == day.month:
            assert values.day(text) == day
        else:
            with pytest.raises(BadValue) as found:
                values.day(text)
            assert day.isoformat() in found.value.todo
        assert values.year(text) == day.year


@pytest.mark.parametrize(
    "text", ["2021-02-30", "31.4.2021", "3.4.21", "0", "14610", "73416", "99999", "soon", "Foo 3, 2021", "2021", "1/2"]
)
def test_text_that_is_no_day_is_refused_with_advice(text):
    with pytest.raises(BadValue) as found:
        values.day(text)

    assert found.value.wrong.endswith(".")
    assert found.value.todo == values.WRITE_A_DAY


def test_the_first_and_the_last_serial_number_are_days():
    assert values.day("14611") == date(1940, 1, 1)
    assert values.day("73415") == date(2100, 12, 31)
    assert values.day("73415") - values.day("14611") == timedelta(days=73415 - 14611)


@pytest.mark.parametrize(
    ("text", "year"),
    [("2018", 2018), ("2018.0", 2018), ("2019-03", 2019), ("03/2019", 2019), ("Mar 2019", 2019), ("März 2019", 2019)],
)
def test_a_year_is_read_from_less_than_a_day(text, year):
    assert values.year(text) == year


@pytest.mark.parametrize("text", ["18", "201890", "Foo 2019", "", "x"])
def test_text_that_is_no_year_is_refused(text):
    with pytest.raises(BadValue):
        values.year(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("40", "40.00"),
        ("40,5", "40.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234 567,00", "1234567.00"),
        ("1'250.00", "1250.00"),
    ],
)
def test_an_amount_is_read_with_either_sign_for_cents(text, amount):
    assert values.amount(text) == amount


@pytest.mark.parametrize("text", ["1,234", "1.234", "-5", "5 EUR", "1.2.3", "1e5", ""])
def test_an_amount_that_is_not_clear_is_refused(text):
    with pytest.raises(BadValue):
        values.amount(text)


@pytest.mark.parametrize(("text", "is_yes"), [("Yes", True), ("x", True), ("Ja", True), ("0", False), ("nein", False)])
def test_yes_and_no_are_read_in_several_languages(text, is_yes):
    assert values.yes_or_no(text) is is_yes


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a; b;a", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("a, b; c", ["a, b", "c"]),
        ("a\nb", ["a", "b"]),
        ("a|b|", ["a", "b"]),
        (";", []),
    ],
)
def test_a_list_is_split_at_the_strongest_sign(text, items):
    assert values.items(text) == items


def test_a_choice_is_named_by_its_value_or_its_label():
    choose = values.chooser({"self_employed": ["self-employed"], "public": ["public sector", "öffentlicher Dienst"]})

    assert {choose("Self employed"), choose("SELF_EMPLOYED")} == {"self_employed"}
    assert {choose("Public  Sector"), choose("Öffentlicher Dienst")} == {"public"}
    with pytest.raises(BadValue, match="none of the values") as found:
        choose("bank")
    assert found.value.todo == "Write one of: self_employed, public."


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(max_size=40))
def test_no_text_is_an_error_of_ours(reader, text):
    with suppress(BadValue):
        reader(text)


def test_words_are_listed_in_a_sentence():
    assert [values.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_language_with_thousands_of_brackets_has_no_level():
    assert values.level_beside("(" * 10_000) == ("(" * 10_000, "")


@pytest.mark.parametrize("text", ["0001-01-01", "1939-12-31", "2026-11-24", "9999-12-31"])
def test_nobody_came_before_1940_or_comes_after_today(text):
    with pytest.raises(BadValue, match="lies before 1940 or after today"):
        values.joined(text, today=date(2026, 11, 23))

    assert values.joined("2026-11-23", today=date(2026, 11, 23)) == date(2026, 11, 23)
