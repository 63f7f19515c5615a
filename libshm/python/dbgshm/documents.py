"""What dbgtop says in JSON, from the same bytes."""

import math
import os
import stat
import time

from .events import Events
from .files import region_files
from .histogram import bucket_low, histogram_numbers, quantile
from .layout import *
from .past import label_text, metric_address
from .process import age, life, since, uptime, user
from .region import Region
from .shapes import SHAPES, Source
from .text import iso_time, safe
from .view import row_id

EXACT = 1 << 53


def _number(value):
    """Integers beyond 2^53 become strings, what is not finite null."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if -EXACT <= value <= EXACT else str(value)


def _json_value(kind, value):
    if kind == C_TIME:
        return iso_time(value)
    if kind == C_BLOB:
        return value.hex()
    if kind == C_REFERENCE:
        return value and {"ref": str(value), "state": value.state}
    return _number(value)


def _json_metric(region, metric, behind, rates):
    result = {
        "name": metric["name"], "kind": METRIC_KINDS[metric["kind"]],
        "unit": UNITS.get(metric["unit"]), "labels": dict(metric["labels"]),
        "value": _number(metric["value"]), "rate": rates.get(metric["id"]),
        "age_ns": behind,
    }
    if metric["high"] is not None:
        result["peak"] = _number(metric["high"][0])
        result["peak_time"] = iso_time(region.stamp_real_ns(metric["high"][1]))
    if metric["kind"] == HISTOGRAM:
        numbers = histogram_numbers(metric)
        result.update((key, _number(value)) for key, value in numbers.items())
        result["buckets"] = [
            [_number(bucket_low(bucket)), _number(values)]
            for bucket, values in enumerate(metric["buckets"]) if values]
    return result


def _json_row(region, columns, row):
    source = Source(region, row)
    result = {"id": row_id(row[0], row[2]), "state": row[1]}
    if source.start:
        result["started"] = iso_time(region.stamp_real_ns(source.start))
    if source.over and source.end:
        result["ended"] = iso_time(region.stamp_real_ns(source.end))
    result["cells"] = {
        c["name"]: _json_value(c["kind"], region.cell(c, source))
        for c in columns}
    return result


def _json_table(region, table, secrets):
    columns = [c for c in table["columns"] if c["level"] in LEVELS]
    shown = [c for c in columns
             if secrets or not c["flags"] & COLUMN_SECRET]
    return {
        "shape": SHAPES[table["shape"]][0],
        "columns": [{"name": c["name"], "kind": COLUMN_TYPES[c["kind"]],
                     "unit": UNITS.get(c["unit"])} for c in columns],
        "rows": [_json_row(region, shown, row) for row in table["rows"]],
        "dropped": _number((table["drop_rows"] + table["drop_busy"]) & MASK),
    }


EVENTS_KEPT = 256  # at least, of each log


def _json_event(event, path):
    region = event.region
    return {
        "time": iso_time(region.stamp_real_ns(event.stamp)),
        "mono_ns": _number(region.stamp_mono_ns(event.stamp)),
        "level": event.severity, "path": path, "event": event.kind["name"],
        "text": event.text(), "ring": event.ring, "lost": _number(event.lost),
        "fields": {field["name"]: _json_value(field["kind"], value)
                   for field, value in event.fields()},
    }


def _json_events(events, path):
    """The newest first."""
    count = len(events)
    if count > EVENTS_KEPT:
        count = EVENTS_KEPT + (count - 1) % EVENTS_KEPT + 1
    return [_json_event(event, path) for event in events[:-count - 1:-1]]


def _entry(region, state, uid, since):
    """What list and show say about a region."""
    header = region.header
    profiles = list(region.schema.profiles.values())
    return {
        "pid": header["subject_pid"], "name": safe(header["name"]),
        "user": user(uid), "state": state,
        "age_ns": _number(age(region, state)),
        "uptime_ns": _number(uptime(region, state)),
        "profiles": len(profiles),
        "metrics": sum(len(p["metrics"]) for p in profiles),
        "rows": sum(len(p["table"]["rows"]) for p in profiles if p["table"]),
        "size_bytes": _number(header["bytes_used"]), "alerts": 0,
        "source": source_name(region),
        "path": safe(os.fsencode(region.path)) or None,
        "since": iso_time(since), "reason": None,
    }


def source_name(region):
    if region.is_image():
        return "recorded"
    return "watched" if region.header["kind"] == KIND_WATCHED else "own"


def _paths(regions):
    """What the profiles of each region are called beside each other."""
    known, result = set(), []
    for region in regions:
        paths = [profile["path"]
                 for profile in region.schema.profiles.values()]
        paths = ["watch/" + path if path in known else path
                 for path in paths]
        known.update(paths)
        result.append(paths)
    return result


def log(regions, secrets=False):
    """What `dbgtop log TARGET -O jsonl` says: events, the oldest first."""
    result, lost = [], 0
    for region, paths in zip(regions, _paths(regions)):
        names = {profile["path"]: path for profile, path
                 in zip(region.schema.profiles.values(), paths)}
        events = Events(region, secrets)
        for event in events.take():
            result.append(_json_event(event, names[event.log["path"]]))
            lost -= event.lost
        lost += events.lost
    if lost:  # and no event has told of them
        result.append({
            "time": iso_time(regions[0].frame_real_ns), "mono_ns": None,
            "level": None, "path": None, "event": None, "text": None,
            "ring": None, "lost": _number(lost), "fields": {}})
    return result


def show(regions, secrets=False, rates=None):
    """What `dbgtop show TARGET -j` says about the regions of one process."""
    states = [life(region) for region in regions]
    rates = rates or [{}] * len(regions)
    target = _entry(regions[0], states[0],
                    regions[0].header["subject_uid"],
                    since(regions[0].header, states[0]))
    for region in regions:
        if region.faults and target["reason"] is None:
            offset, text = region.faults[0]
            target["reason"] = "%s at offset %d" % (text, offset)
    profiles = []
    for region, state, paths, rated in zip(regions, states, _paths(regions),
                                           rates):
        behind = _number(age(region, state))
        events = region.take_events(secrets)
        for profile, path in zip(region.schema.profiles.values(), paths):
            if profile["level"] not in LEVELS:
                continue
            item = {
                "path": path, "description": profile["description"],
                "metrics": [_json_metric(region, metric, behind, rated)
                            for metric in profile["metrics"]
                            if metric["level"] in LEVELS],
            }
            if profile["table"]:
                item["table"] = _json_table(region, profile["table"], secrets)
            if profile["log"]:
                item["events"] = _json_events(
                    [event for event in events
                     if event.log["id"] == profile["log"]["id"]], path)
            profiles.append(item)
    for region in regions[1:]:
        for profile in region.schema.profiles.values():
            target["profiles"] += 1
            target["metrics"] += len(profile["metrics"])
            if profile["table"]:
                target["rows"] += len(profile["table"]["rows"])
    return {"schema": "dbgtop.show/1",
            "time": iso_time(regions[0].frame_real_ns), "target": target,
            "profiles": profiles}


# ---- the past -------------------------------------------------------------


def _rate(before, after, nanoseconds):
    """Per second; None when it has begun anew."""
    if before is None or after < before or nanoseconds <= 0:
        return None
    return float(after - before) * 1e9 / float(nanoseconds)


def _grows(view):
    """Of what only grows: its value, by the place of its descriptor."""
    return {metric["id"]: metric["value"]
            for _, metric in view.all_metrics()
            if metric["kind"] in (COUNTER, HISTOGRAM)}


def _show_rated(past, index):
    """A moment, and the rates since the one before it."""
    before, moments = {}, past.moments
    if index > 0 and not moments[index].gap_ns:
        before = _grows(past.show(index - 1, rows=False))
    view = past.show(index)
    return view, {
        place: _rate(before.get(place), value, moments[index].mono_ns
                     - moments[index - 1].mono_ns)
        for place, value in _grows(view).items()}


def show_at(regions, real_ns, secrets=False):
    """What `dbgtop show TARGET -j --at TIME` says."""
    pasts = [region.history() for region in regions]
    places = [(past, past.find(real_ns)) for past in pasts]
    places = [(past, index) for past, index in places if index is not None]
    if not places:
        raise Error("its history does not reach back to then", 1)
    past, index = places[0]
    shown = [_show_rated(*place) for place in places]
    for view, _ in shown:
        view.asked_ns = real_ns
    document = show([view for view, _ in shown], secrets,
                    [rates for _, rates in shown])
    later = past.moments[index + 1:index + 2]
    since_ns = past.rows_since()
    if since_ns is not None:
        first = past.moments[max(past.find_mono(since_ns), 0)]
        since_ns += first.real_ns - first.mono_ns
    return {
        "schema": document.pop("schema"), "time": document.pop("time"),
        "past": {"at": iso_time(real_ns),
                 "ago_ns": _number(max(time.time_ns() - real_ns, 0)),
                 "since": iso_time(past.moments[0].real_ns),
                 "rows_since": since_ns and iso_time(since_ns),
                 "gap_ns": _number(later[0].gap_ns if later else 0)},
        **document}


class _Track:
    """A metric that is followed over its moments."""

    def __init__(self):
        self.last = self.last_ns = self.buckets = None

    def rate(self, metric, moment):
        rate = None
        if metric["kind"] in (COUNTER, HISTOGRAM) and not moment.gap_ns:
            rate = _rate(self.last, metric["value"],
                         moment.mono_ns - (self.last_ns or 0))
        return rate

    def recent(self, metric, moment):
        """The buckets of what was recorded since the sample before."""
        before = self.buckets
        if before is None or moment.gap_ns or len(before) != len(
                metric["buckets"]):
            return []
        recent = [after - count
                  for after, count in zip(metric["buckets"], before)]
        return [] if min(recent) < 0 else recent

    def keep(self, metric, moment):
        self.last, self.last_ns = metric["value"], moment.mono_ns
        self.buckets = metric.get("buckets")


def _sample(profile, metric, moment, track):
    result = {
        "time": iso_time(moment.real_ns), "mono_ns": _number(moment.mono_ns),
        "period_ns": _number(moment.period_ns),
        "gap_ns": _number(moment.gap_ns), "path": profile["path"],
        "name": metric["name"],
        "labels": label_text(metric["labels"]) or None,
        "row": None, "unit": UNITS.get(metric["unit"]),
        "value": _number(metric["value"]),
        "rate": track.rate(metric, moment), "min": None, "max": None,
        "p50": None, "p99": None, "recent_p50": None, "recent_p99": None,
    }
    if metric["extremes"] is not None:
        result["min"], result["max"] = map(_number, metric["extremes"])
    if metric["kind"] == HISTOGRAM and metric["value"] > 0:
        for name, buckets in (("", metric["buckets"]),
                              ("recent_", track.recent(metric, moment))):
            for q in (50, 99):
                result["%sp%d" % (name, q)] = _number(quantile(
                    buckets, metric["max"], q / 100)) if any(buckets) else None
    track.keep(metric, moment)
    return result


def tail(region, addresses=()):
    """What `dbgtop tail TARGET --since 1000d -O jsonl` says of metrics: of all,
    of whole profiles, or of those with these addresses."""
    tracks = {}
    for view in region.history().views():
        for profile, metric in view.all_metrics():
            if addresses and profile["path"] not in addresses and (
                    metric_address(profile, metric) not in addresses):
                continue
            yield _sample(profile, metric, view.moment, tracks.setdefault(
                metric["id"], _Track()))


# ---- lists ----------------------------------------------------------------


def list_regions():
    """What `dbgtop list -j` says: all regions of this host, one entry each."""
    entries = []
    for path, status in region_files():
        try:
            with Region(path) as region:
                state = life(region)
                entry = _entry(region, state, status.st_uid,
                               _since_in_list(region.header, state))
                created = region.header["created_real_ns"]
        except Error as problem:
            if problem.code == NO_TARGET:
                continue  # gone meanwhile
            lost = problem.code == NOT_PERMITTED
            entry, created = _lost_entry(path, status, problem, lost), 0
        alive = entry["state"] in ("live", "stopped")
        entries.append(((not alive, entry["pid"], -created, path), entry))
    return [entry for _, entry in sorted(entries, key=lambda item: item[0])]


def _since_in_list(header, state):
    watched = header["kind"] == KIND_WATCHED
    if state == "live" or watched and state == "stopped":
        return 0
    if watched and state in ("exited", "replaced"):
        return header["subject_exit_real_ns"]
    return header["exit_real_ns"] or header["clock_real_ns"]


def _lost_entry(path, status, problem, unreadable):
    return {
        "pid": _pid_of(path), "name": "", "user": user(status.st_uid),
        "state": "unreadable" if unreadable else "damaged", "age_ns": None,
        "uptime_ns": None, "profiles": None, "metrics": None, "rows": None,
        "size_bytes": _number(status.st_blocks * 512), "alerts": 0,
        "source": "own", "path": safe(os.fsencode(path)), "since": None,
        "reason": "owner %s, mode %04o" % (
            user(status.st_uid), stat.S_IMODE(status.st_mode))
        if unreadable else str(problem),
    }


def _pid_of(path):
    start = os.path.basename(path).split("-", 1)[0]
    return int(start) if start.isdigit() else 0
