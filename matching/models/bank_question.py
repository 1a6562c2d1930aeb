"""The question bank: questions of real interviews that members agreed to share."""

from django.db import models

from mentorship.models import PracticeItem


class BankQuestion(models.Model):
    """A shared question of a debrief, with its vector.

    ``group`` is equal for questions that ask something alike, and None until they are grouped. ``central`` says how
    near a question is to the centre of its group, 1 for the centre. ``text`` is the question as it was embedded: once
    the mentee changed it, the row counts no more. ``model`` names the encoder.
    """

    item = models.OneToOneField(PracticeItem, on_delete=models.CASCADE, primary_key=True, related_name="in_bank")
    text = models.CharField(max_length=500)
    model = models.CharField(max_length=80)
    vector = models.BinaryField()
    group = models.BigIntegerField(null=True, blank=True)
    central = models.FloatField(default=0)

    class Meta:
        indexes = [
            # The bank by group, each with its wordings.
            models.Index(fields=["group", "-central", "item"], name="bank_question_of_group"),
        ]

    def __str__(self) -> str:
        return f"shared question {self.pk}"
