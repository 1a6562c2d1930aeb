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


def refused(code: int, words: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"anna@example.org": (code, words.encode())})


ABOUT_THE_MAILBOX = [
    (550, "No such user here"),
    (550, "5.1.1 <anna@example.org>: Recipient address rejected: User unknown in local recipient table"),
    (550, "5.1.1 <anna@example.org>: Recipient address rejected: User unknown in relay recipient table"),
    (550, "5.1.1 <spam@example.org>: Recipient address rejected: User unknown"),
    (550, "5.1.1 <sender@full.example.org> user unknown"),
    (
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 double-checking the "
        "recipient's email address for typos or\n5.1.1 unnecessary spaces. Learn more at\n5.1.1  "
        "https://support.example.org/mail/?p=NoSuchUser&r=spam - gsmtp",
    ),
    (550, "5.2.1 The email account that you tried to reach is disabled."),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
    (550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."),
    (550, "Requested action not taken: mailbox unavailable"),
    (550, "Unrouteable address"),
    (550, "Unknown user"),
    (550, "Invalid recipient <anna@example.org>"),
    (550, "sorry, no mailbox here by that name (#5.1.1)"),
    (550, "#5.1.0 Address rejected, user unknown"),
    (551, "User not local; please try <anna@example.com>"),
    (553, "Requested action not taken: mailbox name not allowed"),
    (501, "5.1.3 Bad recipient address syntax"),
    (553, "5.1.2 We weren't able to find the recipient domain."),
    (556, "5.1.10 Recipient address has null MX"),
    (554, "delivery error: dd This mailbox is disabled"),
]
ABOUT_SOMETHING_ELSE = [
    (550, ""),
    (550, "no"),
    (554, "Transaction failed"),
    (550, "relay not permitted, authentication required"),
    (554, "Relay access denied"),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    (530, "Authentication required"),
    (550, "Message rejected as spam by Content Filtering."),
    (550, "Daily sending quota exceeded"),
    (554, "Message rejected: Email address is not verified."),
    (554, "Sending paused for this account."),
    (552, "5.2.2 Mailbox full"),
    (552, "5.2.2 The email account that you tried to reach is over quota."),
    (552, "sorry, that mailbox is full (#5.2.2)"),
    (552, "Requested mail action aborted: exceeded storage allocation"),
    (550, "User unknown, or mailbox full"),
    (550, "4.2.2 mailbox full, user unknown"),
    (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages"),
    (550, "Mailbox is temporarily unavailable, try again later"),
    (550, "5.7.1 No such user, or blocked"),
    (550, "5.4.1 Recipient address rejected: Access denied."),
    (550, "5.7.26 This mail is unauthenticated"),
    (550, "5.7.606 Access denied, banned sending IP [5.1.1.7]"),
    (550, "5.1.1.7 is listed by a block list"),
    (550, "5.1.0 Sender address rejected: user unknown"),
    (550, "5.1.8 <mentors@example.org>: Sender address rejected: Domain not found"),
    (550, "Callback setup failed while verifying <mentors@example.org>\n550 5.1.1 no such user\nSender verify failed"),
    (550, "5.1.1 Rejected for policy reasons"),
    (550, "Requested action not taken: mailbox unavailable\nReject due to policy restrictions"),
    (550, "Client host rejected: cannot find your reverse DNS"),
    (550, "Administrative prohibition"),
    (550, "5.3.4 Message too big"),
    (550, "5.6.0 user unknown"),
]


def test_a_reply_about_the_mailbox_means_that_the_address_bounces(subtests):
    for code, words in ABOUT_THE_MAILBOX:
        with subtests.test(code=code, words=words):
            assert judge(refused(code, words), in_doubt=False).verdict is Verdict.BOUNCED


def test_a_reply_about_something_else_refuses_one_mail_only(subtests):
    for code, words in ABOUT_SOMETHING_ELSE:
        with subtests.test(code=code, words=words):
            assert judge(refused(code, words), in_doubt=False).verdict is Verdict.REFUSED


def test_a_refusal_after_data_is_about_the_mail(subtests):
    for code, words in ABOUT_THE_MAILBOX + ABOUT_SOMETHING_ELSE:
        with subtests.test(code=code, words=words):
            assert judge(smtplib.SMTPDataError(code, words.encode()), in_doubt=True).verdict is Verdict.REFUSED
