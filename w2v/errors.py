"""Errors for the user: one line that says what went wrong, where, and what to do.

A longer piece of advice may follow as a note (`add_note`), on a line of its own.
"""


class W2VError(Exception):
    """Something the user can fix. The command line prints it as one line and exits with 1."""

    exit_code = 1


class Stopped(W2VError):
    """The run stopped as requested; the message says how to continue."""

    exit_code = 130


class UsageError(W2VError):
    """A wrong command line or option. The command line prints it as one line and exits with 2."""

    exit_code = 2
