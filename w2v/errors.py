"""The errors that are meant for the user: one line that says what, where and what to do."""


class W2VError(Exception):
    """Something that the user can mend. The command line prints it as one line and exits 1."""

    exit_code = 1


class UsageError(W2VError):
    """A wrong command line or option. The command line prints it as one line and exits 2."""

    exit_code = 2
