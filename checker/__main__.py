"""`python -m checker` is `licet`."""

from checker.cli.main import main

if __name__ == "__main__":
    main()
