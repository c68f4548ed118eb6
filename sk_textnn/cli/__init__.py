"""The command ``sk-textnn``; one file a command, and nothing else imports this room."""

from ._main import main

__all__ = ["main"]
