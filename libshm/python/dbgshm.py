#!/usr/bin/env python3
"""dbgshm.py - the package beside it as a command."""

import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from dbgshm.__main__ import main
    sys.exit(main(sys.argv[1:]))
