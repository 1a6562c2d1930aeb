"""The figures of the admin's home, each with one definition. Each app registers its own in a module ``figures``."""

from accounts.figures import mail, people

__all__ = ["mail", "people"]
