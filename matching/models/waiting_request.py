"""The open help requests, as the admins' waiting list has them."""

from matching.models.help_request import HelpRequest


class WaitingRequest(HelpRequest):
    """An open help request that waits for somebody; the same rows, for a list of their own."""

    class Meta:
        proxy = True
        verbose_name = "waiting help request"
