"""A mistake of the user's, told in one sentence."""


class CommandError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""
