"""Run ``python -m samgraf``."""

from samgraf.cli import main

if __name__ == "__main__":
    main()
