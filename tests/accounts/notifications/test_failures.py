"""The meaning of an error for the message that met it."""

from __future__ import annotations

import smtplib

from accounts.notifications.failures import Verdict, judge


def test_an_unreadable_reply_leaves_the_doubt():
    assert judge(smtplib.SMTPResponseException(500, "Line too long."), in_doubt=True).verdict is Verdict.UNKNOWN
    assert judge(smtplib.SMTPDataError(-1, b"?"), in_doubt=True).verdict is Verdict.UNKNOWN


def test_the_reason_is_one_line_and_the_code_has_no_words_of_the_server():
    judged = judge(smtplib.SMTPDataError(554, b"5.1.1 <a@example.org>\r\n\x00no" + b"!" * 500), in_doubt=True)

    assert judged.reason.startswith("554 5.1.1 <a@example.org>   no!!!")
    assert (len(judged.reason), judged.code) == (300, "SMTPDataError 554")
