"""``python -m zusage`` is the command line."""

from zusage.cli import main

main()
