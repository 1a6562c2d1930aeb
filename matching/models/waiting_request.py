"""The open help requests in the waiting list of the admin."""

from matching.models.help_request import HelpRequest


class WaitingRequest(HelpRequest):
    """A proxy of HelpRequest, so that the admin has a second list of the same rows."""

    class Meta:
        proxy = True
        verbose_name = "waiting help request"
