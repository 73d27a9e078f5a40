import sys


def main() -> None:
    """The `w2v` command, whose Ctrl-C is no traceback even while it is still being imported."""
    try:
        from w2v.cli.main import main as command
    except KeyboardInterrupt:
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
