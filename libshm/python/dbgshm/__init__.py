"""dbgshm - reads regions of libdbgshm, with the standard library alone.

Written from FORMAT.md, section by section; the numbers in brackets are sections
of that page.  A reader opens read-only, copies, checks the copy and uses the
copy; nothing in a file can make it work for long or raise anything but
dbgshm.Error.

    import dbgshm
    with dbgshm.open(4242) as region:       # pid, name, path, FILE.zip
        for metric in region.metrics():
            print(metric["profile"], metric["name"], metric["value"])
        for event in region.events():       # the oldest first
            print(event["time_ns"], event["profile"], event["text"])
        region.refresh()                    # the next frame
        past = region.history()             # of before anybody looked
        for when, value in past.series("net/peers:sent"):
            print(when.real_ns, value)
        past.show(0).tables()               # the oldest rows

All text that comes out is safe to print.
"""

from .documents import list_regions, log, show, show_at, tail
from .events import Events
from .layout import Error
from .past import Past
from .process import life
from .recording import Recording
from .region import Region
from .snapshot import Snapshot
from .targets import open, regions  # pylint: disable=redefined-builtin
from .text import safe

__all__ = ["Error", "Events", "Past", "Recording", "Region", "Snapshot", "life",
           "list_regions", "log", "open", "regions", "safe", "show", "show_at",
           "tail"]
