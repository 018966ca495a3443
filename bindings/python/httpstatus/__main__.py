"""python -m httpstatus: the command of the same name."""
import sys

from .command import main

sys.exit(main())
