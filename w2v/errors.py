"""Errors for the user: one line that says what went wrong, where, and what to do."""


class W2VError(Exception):
    """Something the user can fix. The command line prints it as one line and exits with 1."""

    exit_code = 1


class UsageError(W2VError):
    """A wrong command line or option. The command line prints it as one line and exits with 2."""

    exit_code = 2
