"""python -m httpstatus: the command of the same name."""
import sys

from ._command import main

if __name__ == "__main__":
    sys.exit(main())
