"""The past that a region keeps: moments, and what it was then [8.6]."""

import bisect

from .coder import Words, take_number, unfold
from .layout import *
from .region import set_value
from .schema import Schema
from .view import View

FRAMES_MAX = 1 << 20  # of each ring, the last ones
WORDS_SLACK = 16384
WORK_MAX = 1 << 26  # of one call, a quarter of a microsecond each
NEVER = MASK


class Moment:
    """When: by the writer's clocks, and what the frame stands for."""

    def __init__(self, frame, block, gap):
        self.mono_ns, self.real_ns, self.boot_ns = frame[:3]
        self.period_ns, self.coarse = block.period_ns, block.tier != 0
        self.gap_ns = gap  # nothing was recorded for so long before it; or 0


class _Block:
    """Frames that lie behind each other, the first a key."""

    def __init__(self, head, raw):
        (_, _, self.ring, self.tier, _, self.period_ns, self.mono_ns,
         self.real_ns, self.boot_ns) = head
        self.raw = raw

    def frames(self):
        """Of each: mono, real, boot, where its words begin and end."""
        at, size = 0, len(self.raw)
        mono, real, boot = self.mono_ns, self.real_ns, self.boot_ns
        while at < size:
            try:
                length, at = take_number(self.raw, at, size)
                if length > size - at:
                    return
                end, clocks = at + length, []
                for _ in range(3):
                    clock, at = take_number(self.raw, at, end)
                    clocks.append(unfold(clock))
            except Error:
                return
            step = clocks[0] + self.period_ns
            mono = mono + step & MASK
            real = real + step + clocks[1] & MASK
            boot = boot + step + clocks[2] & MASK
            yield mono, real, boot, at, end
            at = end


class _Cursor:
    """The words of one ring at the frame that was decoded last."""

    def __init__(self):
        self.block, self.end = None, 0
        self.live, self.gauges, self.cells = Words(), Words(), Words()
        self.extremes, self.coarse = Words(), False
        self.tables, self.table_count = [], 0


class Past:
    """The moments of a region, the oldest first.

        past = region.history()
        for when, value in past.series("net/peers:sent"):
            ...                             # value None: it was not there
        past.show(-1).tables()              # and metrics(), events()
    """

    def __init__(self, region):
        self.region = region
        self._work = 0
        self._words_max = WORDS_SLACK + (
            region.layout.filled + region.sections.get(GAUGES, (0, 0))[1]) // 8
        self._blocks = self._find_blocks()
        self._rings = [self._find_frames(ring)
                       for ring in (RING_METRICS, RING_ROWS)]
        self._times = [[frame[0] for frame in frames]
                       for frames in self._rings]
        self._cursors = [_Cursor(), _Cursor()]
        self._schema = self._bits = None
        self.moments = self._make_moments()

    def __len__(self):
        return len(self.moments)

    # ---- slots, blocks, frames

    def _find_blocks(self):
        """Blocks by their number, each as far as its slots follow."""
        file, slots = self.region.file, []
        offset, used, _ = self.region.sections.get(HISTORY, (0, 0, 0))
        count = used // SLOT_SIZE
        for at in range(offset, offset + count * SLOT_SIZE, SLOT_SIZE):
            head = SLOT.unpack(file.read(at, SLOT.size))
            number, index, ring, tier, filled = head[:5]
            if number == 0:
                continue
            raw = file.read(at, SLOT_SIZE)
            if U64.unpack(file.read(at, 8))[0] != number:
                continue
            if (filled <= SLOT_DATA and ring <= RING_ROWS
                    and tier < TIERS_MAX and index < count):
                slots.append((number, index, at, head,
                              raw[SLOT.size:SLOT.size + filled]))
        slots.sort(key=lambda slot: slot[:3])
        blocks, parts, number = [], None, 0
        for number, index, _, head, raw in slots:
            if index == 0 and not (blocks and blocks[-1][0] == number):
                parts = [raw]
                blocks.append((number, head, parts))
            elif (parts and blocks[-1][0] == number and index == len(parts)
                  and len(parts[-1]) == SLOT_DATA):
                parts.append(raw)
        return [_Block(head, b"".join(parts)) for _, head, parts in blocks]

    def _find_frames(self, ring):
        """The finest tier first, each coarser one for what is older."""
        found, oldest = [], NEVER
        for tier in range(TIERS_MAX):
            frames, last = [], 0
            for block in self._blocks:
                if block.ring != ring or block.tier != tier:
                    continue
                for frame in block.frames():
                    if last <= frame[0] < oldest:
                        last = frame[0]
                        frames.append(frame + (block,))
            frames = frames[-(FRAMES_MAX - len(found)):]
            if len(found) < FRAMES_MAX and frames:
                oldest = frames[0][0]
                found = frames + found
        return found

    def _make_moments(self):
        moments, last = [], None
        for frame in self._rings[RING_METRICS]:
            gap = 0
            if last is not None:
                gap = frame[2] - last[2] & MASK
                longest = max(last[5].period_ns, frame[5].period_ns)
                if gap <= longest * 3 // 2:
                    gap = 0
            moments.append(Moment(frame, frame[5], gap))
            last = frame
        return moments

    # ---- words

    def _decode(self, ring, index):
        """Goes to a frame: on from where the cursor is, or from the key."""
        want, cursor = self._rings[ring][index], self._cursors[ring]
        block, at = want[5], 0
        if cursor.block is block:
            if cursor.end == want[4]:
                return cursor
            if cursor.end < want[4]:
                at = cursor.end
        for frame in block.frames():
            if frame[3] < at:
                continue
            cursor.block = None  # until it has gone well
            self._decode_frame(cursor, block, frame)
            cursor.block, cursor.end = block, frame[4]
            if frame[3] >= want[3]:
                break
        return cursor

    def _decode_frame(self, cursor, block, frame):
        at, end, left = frame[3], frame[4], self._words_max

        def take(words):
            nonlocal at, left
            at = words.decode(block.raw, at, end, left)
            left -= words.count
            self.spend(words.work)
            words.work = 0

        take(cursor.live)
        if block.ring == RING_METRICS:
            take(cursor.gauges)
            take(cursor.cells)
            cursor.coarse = block.tier != 0
            if cursor.coarse:
                take(cursor.extremes)
            return
        cursor.table_count, at = take_number(block.raw, at, end)
        if cursor.table_count > end - at:
            raise Error("more tables than there can be", DAMAGED)
        while len(cursor.tables) < cursor.table_count:
            cursor.tables.append(Words())
        for table in cursor.tables[:cursor.table_count]:
            take(table)

    def spend(self, work):
        """Nothing takes for ever, whatever stands in the file."""
        self._work += work
        if self._work > WORK_MAX:
            raise Error("more of the past than this reader decodes", DAMAGED)

    # ---- what people ask for

    def find(self, real_ns):
        """The last moment at or before a time; None: there is none.  Where the
        wall clock was set back, the later of those that came twice."""
        best = max((when.real_ns for when in self.moments
                    if when.real_ns <= real_ns), default=0)
        for index in range(len(self.moments) - 1, -1, -1):
            when = self.moments[index]
            if (when.real_ns <= real_ns
                    and best - when.real_ns < when.period_ns // 2):
                return index
        return None

    def find_mono(self, mono_ns):
        """The last moment at or before a time of the writer's; -1: none."""
        return bisect.bisect_right(self._times[RING_METRICS], mono_ns) - 1

    def show(self, index, rows=True):
        """The region as it was at a moment."""
        self._work = 0
        return PastView(self, range(len(self))[index], rows)

    def views(self):
        """The region at one moment after the other, without its rows; each is
        good until the next."""
        self._work = 0
        for index in range(len(self)):
            yield PastView(self, index, False)

    def series(self, address):
        """(moment, value) of a metric at all moments, by its address; of a
        histogram how many values it had, None where there was no metric."""
        result = []
        for view in self.views():
            result.append((view.moment, next(
                (metric["value"] for profile, metric in view.all_metrics()
                 if metric_address(profile, metric) == address), None)))
        if all(value is None for _, value in result):
            raise Error("%s: no metric of that address" % address, 1)
        return result

    def rows_since(self):
        """Rows reach back to here (mono_ns); None: there are none."""
        return self._times[RING_ROWS][0] if self._times[RING_ROWS] else None

    # ---- for the views

    def schema_at(self, live):
        """Of the records that were live then; the same one as long as they
        are."""
        bits = live.last[:live.count]
        if self._schema is None or bits != self._bits:
            region = self.region
            self._bits = bits
            self._schema = Schema(region.layout, region.descriptors,
                                  region.schema.strings,
                                  lambda at, _: _was_live(bits, at))
        return self._schema

    def metrics_at(self, index):
        return self._decode(RING_METRICS, index)

    def rows_at(self, mono_ns):
        """The frame of rows at or a little before; None: they reach less far,
        or are damaged."""
        index = bisect.bisect_right(self._times[RING_ROWS], mono_ns) - 1
        if index < 0:
            return None
        try:
            return self._decode(RING_ROWS, index)
        except Error:
            return None


def _was_live(bits, at):
    bit = at // LIVE_UNIT
    return bit // 64 < len(bits) and bits[bit // 64] >> bit % 64 & 1 == 1


def label_text(labels):
    """{label="v"} [14], '' for none."""
    text = ",".join('%s="%s"' % (key, value.replace("\\", "\\\\")
                                 .replace('"', '\\"'))
                    for key, value in labels)
    return "{%s}" % text if text else ""


def metric_address(profile, metric):
    """profile/path:metric{label="v"} [14]"""
    return "%s:%s%s" % (profile["path"], metric["name"],
                        label_text(metric["labels"]))


def _fit(words, count):
    """So many words, zeros behind those that there are."""
    values = words.last[:min(count, words.count)]
    values.frombytes(bytes(8 * (count - len(values))))
    return values


class PastView(View):
    """A region at a moment of its past; good until the next one is shown."""

    def __init__(self, past, index, rows):
        region, moment = past.region, past.moments[index]
        cursor = past.metrics_at(index)
        self.schema = past.schema_at(cursor.live)
        self.present, self.moment, self.file = region, moment, region.file
        self.header, self.sections = region.header, region.sections
        self.size, self.owner = region.size, region.owner
        self.path, self.faults = region.path, region.faults
        self.frame_mono_ns = region.frame_mono_ns
        self.frame_real_ns = self.asked_ns = moment.real_ns
        self.now_ns = moment.mono_ns
        gauges = _fit(cursor.gauges, self.sections[GAUGES][1] // 8
                      if GAUGES in self.sections else 0)
        cells = _fit(cursor.cells, self.sections[SHARDS][1] // 8
                     if SHARDS in self.sections else 0)
        metrics = list(self.all_metrics())
        past.spend(4 * len(metrics))
        for _, metric in metrics:
            high = metric["cell"] + HISTOGRAM_MAX
            set_value(metric, gauges, cells,
                      {high: cells[high]} if metric["kind"] == HISTOGRAM
                      else {})
            metric["extremes"] = self._extremes(cursor, metric)
        frame = past.rows_at(moment.mono_ns) if rows else None
        for profile in self.schema.profiles.values():
            table = profile["table"]
            if table is not None:
                table["rows"] = _rows(table, frame)
                table["drop_rows"] = table["drop_busy"] = 0
        self.order_rows()

    def all_metrics(self):
        for profile in self.schema.profiles.values():
            for metric in profile["metrics"]:
                yield profile, metric

    @staticmethod
    def _extremes(cursor, metric):
        """The least and the most at the ticks that a coarse one stands for."""
        peak = metric["peak"]
        if not peak or not cursor.coarse or cursor.extremes.count <= peak + 1:
            return None
        turn = double if metric["kind"] == FLOAT else signed
        least, most = cursor.extremes.last[peak:peak + 2]
        return turn(least), turn(most)

    def take_events(self, secrets=False):
        """Those until the time that was asked for, if not until then."""
        events = self.present.take_events(secrets)
        return [event for event in events
                if self.stamp_mono_ns(event.stamp) <= self.now_ns
                or self.stamp_real_ns(event.stamp) < self.asked_ns]

    def is_image(self):
        return self.present.is_image()

    def writer_lives(self):
        return self.present.writer_lives()

    def is_behind(self):
        return False


def _rows(table, frame):
    """Slot, state and bytes of those that were there."""
    place, stride = table["place"], table["stride"] // 8
    if frame is None or place >= frame.table_count:
        return []
    words, rows = frame.tables[place], []
    for slot in range(min(words.count // (1 + stride), table["capacity"])):
        at = slot * (1 + stride)
        state = words.last[at]
        if state in (ROW_LIVE, ROW_FINISHED):
            rows.append((slot, "live" if state == ROW_LIVE else "finished",
                         words.last[at + 1:at + 1 + stride].tobytes()))
    return rows
