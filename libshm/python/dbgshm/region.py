"""A region as it is now: copies of it, frame by frame [7, 8, 9.1, 12]."""

import array
import struct
import time

from .files import File, Memory, open_file
from .header import Layout, read_clock
from .layout import *
from .process import Host, is_original, process_of, runs
from .schema import Schema
from .shapes import SHAPES
from .view import View


class Region(View):
    """One open region and the newest frame of it."""

    def __init__(self, path=None, descriptor=None, content=None):
        """A file by its path or its descriptor, which is taken over, also on
        failure; or the bytes of one that is nowhere else."""
        self.path = path or ""
        if content is not None:
            self.file = Memory(content)
        else:
            self.file = File(open_file(path) if descriptor is None
                             else descriptor)
        self.owner = self.file.owner
        self.present = self
        self._last_rows, self._generation, self._host = {}, None, None
        try:
            self.refresh()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.file.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def is_image(self):
        """A copy of one moment, which says so itself [8.8]."""
        return self.header["taken_real_ns"] != 0

    def history(self):
        """The moments that the region keeps, as they are now [8.6]."""
        from .past import Past  # which stands on this
        return Past(self)

    # ---- what exists [6, 10]

    def _bytes_of(self, kind):
        offset, used, _ = self.sections.get(kind, (0, 0, 0))
        return self.file.read(offset, used) if used else b""

    def _read_schema(self):
        for _ in range(TRIES):
            generation = self._schema_generation()  # before the header
            self.layout = Layout(self.file)
            self.header = self.layout.header
            self.sections, self.size = self.layout.sections, self.layout.size
            if generation == self._generation:
                return
            self.descriptors = self._bytes_of(DESCRIPTORS)
            schema = Schema(self.layout, self.descriptors,
                            self._bytes_of(STRINGS))
            if self._schema_generation() == generation:
                break
        else:
            # Records never change once they are there, only states do [10].
            if schema.faults or self.layout.faults:
                raise Error("what exists keeps changing; try again", DAMAGED)
            generation = None
        self.schema, self._generation = schema, generation

    def _schema_generation(self):
        try:
            return U64.unpack(self.file.read(CHANGING_OFFSET, 8))[0]
        except Error:
            return 0  # too short: the header says so

    def is_behind(self):
        """Something has been registered or removed since the last refresh."""
        return self._schema_generation() != self._generation

    # ---- one frame [7, 8, 12.8]

    def refresh(self):
        """Copies one frame: each value once, rows untorn."""
        self._read_schema()
        self.faults = self.layout.faults + self.schema.faults
        read_clock(self.file, self.header)
        if self._host is None:
            self._host = Host()
        self.frame_mono_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self.frame_real_ns = time.time_ns()
        if self.is_image():
            self.frame_mono_ns = self.header["taken_mono_ns"]
            self.frame_real_ns = self.header["taken_real_ns"]
        gauges = array.array("Q", whole_words(self._bytes_of(GAUGES)))
        sums, largest = self._read_shards()
        dead = None
        for profile in self.schema.profiles.values():
            for metric in profile["metrics"]:
                set_value(metric, gauges, sums, largest)
            table = profile["table"]
            if table is not None:
                if dead is None:
                    dead = not (self.header["taken_writer"]
                                if self.is_image() else self.file.locked())
                self._read_rows(table, dead)
        self._find_now()
        self.order_rows()

    def _add_fault(self, offset, text):
        if len(self.faults) < 1000:
            self.faults.append((offset, text))

    def _find_now(self):
        """From when ages are counted, on the writer's clock [9.1]."""
        header = self.header
        end = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        if self.is_image():
            limit = header["taken_mono_ns"]
        elif (self._host.is_boot_of(header)
                and header["time_namespace"] == self._host.time_namespace):
            limit = end
        else:
            mono, real = header["clock_mono_ns"], header["clock_real_ns"]
            if mono == 0:
                mono, real = (header["created_mono_ns"],
                              header["created_real_ns"])
            limit = clamp(mono + self.frame_real_ns - real
                          + end - self.frame_mono_ns)
        self.now_ns = limit
        if self.writer_lives():
            return
        last = min(header["clock_mono_ns"], limit)
        for profile in self.schema.profiles.values():
            if profile["table"] is not None:
                last = self._latest(profile["table"], last, limit)
        self.now_ns = last

    def _latest(self, table, last, limit):
        """The latest stamp of its rows, or what is later already."""
        columns = [ROW_WORDS + index for index, letter
                   in enumerate(SHAPES[table["shape"]][1]) if letter == "T"]
        for _, _, data in table["rows"]:
            for word in [1, 2] + columns:
                stamp = U64.unpack_from(data, 8 * word)[0]
                moment = self.stamp_mono_ns(stamp)
                if last < moment <= limit:
                    last = moment
        return last

    def _read_shards(self):
        """Sums of all cells, and the largest of those that hold a maximum."""
        offset, used, stride = self.sections.get(SHARDS, (0, 0, 0))
        count = min(self.header["shards_ready"], self.header["shard_count"])
        maxima = [metric["cell"] + HISTOGRAM_MAX
                  for profile in self.schema.profiles.values()
                  for metric in profile["metrics"]
                  if metric["kind"] == HISTOGRAM]
        sums, largest = array.array("Q", bytes(used & ~7)), {}
        for shard in range(count if used else 0):
            at = offset + shard * stride
            if at + used > self.size:
                self._add_fault(at, "a shard ends behind the file")
                break
            cells = array.array("Q", whole_words(self.file.read(at, used)))
            for cell in maxima:
                largest[cell] = max(largest.get(cell, 0), cells[cell])
            if not any(sums):
                sums = cells
            else:
                for index, value in enumerate(cells):
                    if value:
                        sums[index] = (sums[index] + value) & MASK
        return sums, largest

    def _read_rows(self, table, dead):
        """Sequences, rows, sequences: equal and even means whole [8]."""
        capacity, stride = table["capacity"], table["stride"]
        first = table["data"] + TABLE_HEAD
        rows_at = first + table["sequences"]
        key = (table["id"], table["generation"])
        known = self._last_rows.get(key, {})
        before, good = self._sequences(first, capacity), {}
        pending = [slot for slot, sequence in enumerate(before)
                   if sequence & (SEQ_BUSY | SEQ_STATE_MASK)]
        after, data = before, b""
        for _ in range(TRIES if pending else 0):
            data = self.file.read(rows_at, capacity * stride)
            after = self._sequences(first, capacity)
            pending = [
                slot for slot in pending
                if not self._take_row(good, slot, before, after, data, stride)
            ]
            if not pending:
                break
            before = after
        table["rows"] = []
        for slot in sorted(good.keys() | set(pending)):
            row = good.get(slot)
            if row is None:
                row = self._mark_row(
                    after[slot], data[slot * stride:(slot + 1) * stride],
                    known.get(slot), dead)
            if row is not None:
                table["rows"].append((slot,) + row)
        self._last_rows[key] = {
            slot: data for slot, state, data in table["rows"]
            if state in ("live", "finished", "busy")}
        head = self.file.read(table["data"], 16)
        table["drop_rows"], table["drop_busy"] = struct.unpack("=QQ", head)

    def _sequences(self, offset, capacity):
        return array.array("Q", self.file.read(offset, capacity * 8))

    @staticmethod
    def _take_row(good, slot, before, after, data, stride):
        """Whole, or free by now: no more to do."""
        sequence = after[slot]
        state = (sequence & SEQ_STATE_MASK) >> SEQ_STATE_SHIFT
        if sequence & SEQ_BUSY or sequence != before[slot]:
            return not sequence & SEQ_BUSY and state == ROW_FREE
        if state != ROW_FREE:
            name = {ROW_LIVE: "live", ROW_FINISHED: "finished"}.get(
                state, "torn")
            good[slot] = name, data[slot * stride:(slot + 1) * stride]
        return True

    @staticmethod
    def _mark_row(sequence, data, last, dead):
        """What to say of a row that did not come out whole."""
        state = (sequence & SEQ_STATE_MASK) >> SEQ_STATE_SHIFT
        if dead:
            claimed = U64.unpack_from(data)[0] != 0
            return (("torn_at_death", data)
                    if state != ROW_FREE or claimed else None)
        if last is not None and state != ROW_FREE and last[:8] == data[:8]:
            return "busy", last
        return ("torn", data) if state == ROW_LIVE else None

    # ---- liveness [11]

    def writer_lives(self):
        """Whatever has become of its subject."""
        header = self.header
        if self.is_image():
            return header["taken_writer"] == 1
        return self.file.locked() or (
            header["reason"] == REASON_NO_LOCK and header["exit_real_ns"] == 0
            and is_original(self) and runs(process_of(header, "writer")))


def whole_words(raw):
    return raw[:len(raw) & ~7]


def set_value(metric, gauges, sums, largest):
    """The value of a metric, from the words of a frame [7]."""
    kind, cell, peak = metric["kind"], metric["cell"], metric["peak"]
    metric["high"] = None
    if peak and gauges[peak + 1]:
        turn = double if kind == FLOAT else signed
        metric["high"] = turn(gauges[peak]), gauges[peak + 1]
    if kind == GAUGE:
        metric["value"] = signed(gauges[cell])
    elif kind == FLOAT:
        metric["value"] = double(gauges[cell])
    elif kind == COUNTER:
        metric["value"] = sums[cell]
    elif kind == UPDOWN:
        metric["value"] = signed((sums[cell] - sums[cell + 1]) & MASK)
    else:
        first = cell + HISTOGRAM_BUCKETS
        metric["buckets"] = list(sums[first:cell + metric["cells"]])
        metric["sum"] = sums[cell + HISTOGRAM_SUM]
        metric["max"] = largest.get(cell + HISTOGRAM_MAX, 0)
        metric["value"] = sum(metric["buckets"]) & MASK
