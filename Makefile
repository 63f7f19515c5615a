# Makefile - the table of contents: what is built from what, and what checks it.
#
# One file, no recursion but into itself for builds with a sanitiser.  Lists are
# explicit: a new file is one line here, and `make lint` names the forgotten ones.
#
#	make			everything, into $B
#	make help		all targets
#	make V=1		shows the commands
#	make CC=clang B=build/clang	another compiler, beside the first build
#	make SAN=address,undefined B=build/asan	with sanitisers

VERSION := 0.1.0

B ?= build
SAN ?=
V ?=
CFLAGS ?= -O2 -g
CXXFLAGS ?= $(CFLAGS)
CPPFLAGS ?=
LDFLAGS ?=

prefix ?= /usr/local
bindir ?= $(prefix)/bin
sbindir ?= $(prefix)/sbin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man
docdir ?= $(datadir)/doc/dbgtop
pkgconfigdir ?= $(libdir)/pkgconfig
DESTDIR ?=

# ---- what the pieces are made of -----------------------------------------

public_headers := \
	libshm/include/dbgshm/atomic.h \
	libshm/include/dbgshm/events.h \
	libshm/include/dbgshm/feed.h \
	libshm/include/dbgshm/format.h \
	libshm/include/dbgshm/frame.h \
	libshm/include/dbgshm/reader.h \
	libshm/include/dbgshm/shapes.h \
	libshm/include/dbgshm/writer.h

python_src := \
	libshm/python/dbgshm/__init__.py \
	libshm/python/dbgshm/__main__.py \
	libshm/python/dbgshm/checksum.py \
	libshm/python/dbgshm/coder.py \
	libshm/python/dbgshm/documents.py \
	libshm/python/dbgshm/events.py \
	libshm/python/dbgshm/files.py \
	libshm/python/dbgshm/header.py \
	libshm/python/dbgshm/histogram.py \
	libshm/python/dbgshm/layout.py \
	libshm/python/dbgshm/mirror.py \
	libshm/python/dbgshm/past.py \
	libshm/python/dbgshm/process.py \
	libshm/python/dbgshm/recording.py \
	libshm/python/dbgshm/region.py \
	libshm/python/dbgshm/schema.py \
	libshm/python/dbgshm/shapes.py \
	libshm/python/dbgshm/snapshot.py \
	libshm/python/dbgshm/targets.py \
	libshm/python/dbgshm/text.py \
	libshm/python/dbgshm/view.py

lib_ground_src := \
	libshm/coder_memory.c \
	libshm/errors.c \
	libshm/frame.c \
	libshm/frame_decode.c \
	libshm/hist.c \
	libshm/host.c

lib_writer_src := \
	libshm/cache.c \
	libshm/call.c \
	libshm/column.c \
	libshm/cost.c \
	libshm/directory.c \
	libshm/event.c \
	libshm/extent.c \
	libshm/extremes.c \
	libshm/fork.c \
	libshm/headroom.c \
	libshm/history.c \
	libshm/heartbeat.c \
	libshm/identity.c \
	libshm/image.c \
	libshm/index.c \
	libshm/ledger.c \
	libshm/limit.c \
	libshm/lock.c \
	libshm/log.c \
	libshm/map.c \
	libshm/message.c \
	libshm/metric.c \
	libshm/name.c \
	libshm/operation.c \
	libshm/pair.c \
	libshm/peak.c \
	libshm/profile.c \
	libshm/queue.c \
	libshm/ring.c \
	libshm/row.c \
	libshm/sampler.c \
	libshm/schedule.c \
	libshm/shape.c \
	libshm/shard.c \
	libshm/slots.c \
	libshm/step.c \
	libshm/table.c \
	libshm/tiers.c \
	libshm/watched.c \
	libshm/worker.c \
	libshm/writer.c

lib_reader_src := \
	libshm/containers.c \
	libshm/copy.c \
	libshm/derive.c \
	libshm/event_tell.c \
	libshm/events.c \
	libshm/feed.c \
	libshm/feed_blocks.c \
	libshm/feed_past.c \
	libshm/feed_present.c \
	libshm/feed_rings.c \
	libshm/feed_slots.c \
	libshm/fill.c \
	libshm/life.c \
	libshm/list.c \
	libshm/logs.c \
	libshm/mirror.c \
	libshm/mirror_image.c \
	libshm/mirror_past.c \
	libshm/mirror_rings.c \
	libshm/mirror_settle.c \
	libshm/open.c \
	libshm/order.c \
	libshm/past.c \
	libshm/past_check.c \
	libshm/past_decode.c \
	libshm/past_read.c \
	libshm/piece.c \
	libshm/reader.c \
	libshm/recode.c \
	libshm/record.c \
	libshm/reference.c \
	libshm/rings.c \
	libshm/rows.c \
	libshm/schema.c \
	libshm/stamps.c \
	libshm/taken.c \
	libshm/taken_past.c \
	libshm/taken_rings.c \
	libshm/taken_secrets.c \
	libshm/values.c \
	libshm/verify.c

kit_src := \
	libshm/kit/columns.c \
	libshm/kit/event_text.c \
	libshm/kit/expr.c \
	libshm/kit/expr_holds.c \
	libshm/kit/expr_steps.c \
	libshm/kit/expr_word.c \
	libshm/kit/fmt.c \
	libshm/kit/json.c \
	libshm/kit/match.c \
	libshm/kit/out.c \
	libshm/kit/out_csv.c \
	libshm/kit/out_json.c \
	libshm/kit/out_text.c \
	libshm/kit/quantity.c \
	libshm/kit/rec_check.c \
	libshm/kit/rec_code.c \
	libshm/kit/rec_in.c \
	libshm/kit/rec_index.c \
	libshm/kit/rec_library.c \
	libshm/kit/rec_list.c \
	libshm/kit/rec_open.c \
	libshm/kit/rec_out.c \
	libshm/kit/rec_read.c \
	libshm/kit/rec_region.c \
	libshm/kit/rec_sum.c \
	libshm/kit/safe.c \
	libshm/kit/zip_in.c \
	libshm/kit/zip_library.c \
	libshm/kit/zip_out.c

agent_src := \
	agent/cgroup.c \
	agent/coverage.c \
	agent/events.c \
	agent/files.c \
	agent/loop.c \
	agent/main.c \
	agent/net.c \
	agent/options.c \
	agent/pid.c \
	agent/pool.c \
	agent/private.c \
	agent/proc_cgroup.c \
	agent/proc_files.c \
	agent/proc_io.c \
	agent/proc_limits.c \
	agent/proc_memory.c \
	agent/proc_process.c \
	agent/proc_read.c \
	agent/proc_smaps.c \
	agent/proc_sockets.c \
	agent/proc_stat.c \
	agent/proc_threads.c \
	agent/processes.c \
	agent/regions.c \
	agent/rowset.c \
	agent/schedule.c \
	agent/subject.c \
	agent/subsys.c \
	agent/subsys_files.c \
	agent/subsys_log.c \
	agent/subsys_regions.c \
	agent/subsys_supervisor.c \
	agent/subsys_throttle.c \
	agent/subsys_tracker.c \
	agent/subsys_watch.c \
	agent/subsys_workers.c \
	agent/titles.c \
	agent/view.c \
	agent/watched.c

viewer_src := \
	viewer/address.c \
	viewer/alerts.c \
	viewer/alerts_find.c \
	viewer/arena.c \
	viewer/argument.c \
	viewer/bars.c \
	viewer/bars_frame.c \
	viewer/bars_target.c \
	viewer/baseline.c \
	viewer/caught.c \
	viewer/cell.c \
	viewer/changes.c \
	viewer/changes_events.c \
	viewer/changes_objects.c \
	viewer/chart.c \
	viewer/chart_lines.c \
	viewer/clip.c \
	viewer/check_rec.c \
	viewer/cmd_check.c \
	viewer/cmd_clean.c \
	viewer/cmd_describe.c \
	viewer/cmd_diff.c \
	viewer/cmd_export.c \
	viewer/cmd_get.c \
	viewer/cmd_list.c \
	viewer/cmd_log.c \
	viewer/cmd_path.c \
	viewer/cmd_record.c \
	viewer/cmd_run.c \
	viewer/cmd_screen.c \
	viewer/cmd_show.c \
	viewer/cmd_snapshot.c \
	viewer/cmd_stream.c \
	viewer/cmd_tail.c \
	viewer/cmd_wait.c \
	viewer/commands.c \
	viewer/compare.c \
	viewer/compare_rows.c \
	viewer/condition.c \
	viewer/condition_look.c \
	viewer/confine.c \
	viewer/detail.c \
	viewer/detail_chart.c \
	viewer/difference.c \
	viewer/drift.c \
	viewer/explain.c \
	viewer/export_history.c \
	viewer/export_model.c \
	viewer/export_name.c \
	viewer/export_number.c \
	viewer/export_openmetrics.c \
	viewer/export_prom.c \
	viewer/export_records.c \
	viewer/export_set.c \
	viewer/exposition.c \
	viewer/figure.c \
	viewer/filter.c \
	viewer/graph.c \
	viewer/graph_heat.c \
	viewer/grid.c \
	viewer/grid_share.c \
	viewer/history.c \
	viewer/input.c \
	viewer/inside.c \
	viewer/keys.c \
	viewer/line.c \
	viewer/line_error.c \
	viewer/list.c \
	viewer/list_draw.c \
	viewer/list_find.c \
	viewer/list_remote.c \
	viewer/main.c \
	viewer/marks.c \
	viewer/metrics.c \
	viewer/metrics_look.c \
	viewer/mirrors.c \
	viewer/model.c \
	viewer/model_event.c \
	viewer/model_look.c \
	viewer/model_region.c \
	viewer/model_schema.c \
	viewer/model_table.c \
	viewer/model_target.c \
	viewer/moments.c \
	viewer/newest.c \
	viewer/notice.c \
	viewer/objects.c \
	viewer/open.c \
	viewer/open_file.c \
	viewer/open_proc.c \
	viewer/open_process.c \
	viewer/open_record.c \
	viewer/open_remote.c \
	viewer/open_watcher.c \
	viewer/operations.c \
	viewer/overview_key.c \
	viewer/paint.c \
	viewer/panes.c \
	viewer/past.c \
	viewer/pattern.c \
	viewer/pins.c \
	viewer/prompt.c \
	viewer/recent.c \
	viewer/record.c \
	viewer/recorder.c \
	viewer/refused.c \
	viewer/regions.c \
	viewer/regions_recorded.c \
	viewer/remote.c \
	viewer/report.c \
	viewer/report_describe.c \
	viewer/report_events.c \
	viewer/report_json.c \
	viewer/report_table.c \
	viewer/report_tail.c \
	viewer/report_tail_records.c \
	viewer/report_text.c \
	viewer/report_value.c \
	viewer/request.c \
	viewer/restore.c \
	viewer/roster.c \
	viewer/row_chart.c \
	viewer/row_lines.c \
	viewer/row_links.c \
	viewer/rows.c \
	viewer/rows_time.c \
	viewer/screen_alerts.c \
	viewer/screen_changes.c \
	viewer/screen_errors.c \
	viewer/screen_events.c \
	viewer/screen_help.c \
	viewer/screen_histograms.c \
	viewer/screen_info.c \
	viewer/screen_keys.c \
	viewer/screen_metric.c \
	viewer/screen_operations.c \
	viewer/screen_overview.c \
	viewer/screen_processes.c \
	viewer/screen_row.c \
	viewer/screen_settings.c \
	viewer/screen_slowest.c \
	viewer/screen_tables.c \
	viewer/screens.c \
	viewer/series.c \
	viewer/series_read.c \
	viewer/series_samples.c \
	viewer/series_set.c \
	viewer/settings.c \
	viewer/settings_file.c \
	viewer/shape.c \
	viewer/sheet.c \
	viewer/side.c \
	viewer/slots.c \
	viewer/slots_lines.c \
	viewer/slots_put.c \
	viewer/slowest.c \
	viewer/snapshot.c \
	viewer/snapshot_history.c \
	viewer/snapshot_meta.c \
	viewer/snapshot_parts.c \
	viewer/snapshot_proc.c \
	viewer/source.c \
	viewer/source_live.c \
	viewer/source_rec.c \
	viewer/source_rec_find.c \
	viewer/source_remote.c \
	viewer/source_zip.c \
	viewer/source_zip_find.c \
	viewer/spark.c \
	viewer/spread.c \
	viewer/style.c \
	viewer/tables.c \
	viewer/tail.c \
	viewer/tally.c \
	viewer/target.c \
	viewer/term.c \
	viewer/term_wants.c \
	viewer/theme.c \
	viewer/timeline.c \
	viewer/timeline_go.c \
	viewer/timeline_made.c \
	viewer/track.c \
	viewer/tracks.c \
	viewer/tree.c \
	viewer/tty.c \
	viewer/tui.c \
	viewer/tui_do.c \
	viewer/tui_frame.c \
	viewer/tui_loop.c \
	viewer/view.c \
	viewer/wait.c \
	viewer/watching.c \
	viewer/watching_record.c \
	viewer/when.c \
	viewer/wire.c

# Programs without a test framework that tests start.
test_programs := \
	tests/fault/clocks.c \
	tests/fault/fates.c \
	tests/fault/hanging.c \
	tests/fault/host.c \
	tests/fault/mess.c \
	tests/fault/kills.c \
	tests/fault/names.c \
	tests/fault/nested.c \
	tests/fault/record.c \
	tests/fault/truth.c \
	tests/fault/thousand.c \
	tests/fuzz/fuzz_expr.c \
	tests/fuzz/fuzz_frame.c \
	tests/fuzz/fuzz_piece.c \
	tests/fuzz/fuzz_rec.c \
	tests/fuzz/fuzz_region.c \
	tests/fuzz/fuzz_zip.c \
	tests/tui/changed.c

# Stops another process after each instruction, and looks.
step_src := \
	tests/fault/facts.c \
	tests/fault/steps.c

# The memory model: these, over the library's own sources (tests/model/hooks.h).
model_src := \
	tests/model/explore.c \
	tests/model/look.c \
	tests/model/memory.c \
	tests/model/orders.c \
	tests/model/others.c \
	tests/model/rings.c \
	tests/model/rows.c \
	tests/model/shards.c

# What tests load before a program's own libraries.
test_preloads := \
	tests/fault/refuse.c

bench_programs := \
	tests/bench/curves.c \
	tests/bench/floor/empty.c \
	tests/bench/floor/pingpong.c \
	tests/bench/floor/sampling.c \
	tests/bench/gate.c \
	tests/bench/history.c \
	tests/bench/items.c \
	tests/bench/memory.c \
	tests/bench/ops.c \
	tests/bench/reads.c \
	tests/bench/refresh.c \
	tests/bench/screens.c \
	tests/bench/starts.c

examples := \
	tests/examples/acceptance.c \
	tests/examples/cxx.cpp \
	tests/examples/forker.c \
	tests/examples/hello.c \
	tests/examples/leak.c \
	tests/examples/loadtest.c \
	tests/examples/minutes.c \
	tests/examples/server.c \
	tests/examples/shapes.cpp \
	tests/examples/standstill.c \
	tests/examples/stuck.c \
	tests/examples/texts.c \
	tests/examples/threads8.c \
	tests/examples/vault.c \
	tests/examples/workshop.c

man_pages := \
	man/dbgshm-history.3 \
	man/dbgshm-shapes.3 \
	man/dbgshm.3 \
	man/dbgtop-agent.8 \
	man/dbgtop-profiles.7 \
	man/dbgtop.1

# ---- tests ---------------------------------------------------------------

unit_tests := \
	tests/unit/t_alerts.c \
	tests/unit/t_baseline.c \
	tests/unit/t_changes.c \
	tests/unit/t_changes_when.c \
	tests/unit/t_chart.c \
	tests/unit/t_chart_lines.c \
	tests/unit/t_clip.c \
	tests/unit/t_compare.c \
	tests/unit/t_condition.c \
	tests/unit/t_confine.c \
	tests/unit/t_derived.c \
	tests/unit/t_drift.c \
	tests/unit/t_event_hostile.c \
	tests/unit/t_event_live.c \
	tests/unit/t_event_reader.c \
	tests/unit/t_event_text.c \
	tests/unit/t_events.c \
	tests/unit/t_events_follow.c \
	tests/unit/t_events_killed.c \
	tests/unit/t_events_step.c \
	tests/unit/t_events_threads.c \
	tests/unit/t_expr.c \
	tests/unit/t_feed.c \
	tests/unit/t_feed_events.c \
	tests/unit/t_feed_life.c \
	tests/unit/t_filter.c \
	tests/unit/t_filter_lists.c \
	tests/unit/t_fits.c \
	tests/unit/t_fmt.c \
	tests/unit/t_format.c \
	tests/unit/t_frame.c \
	tests/unit/t_grid.c \
	tests/unit/t_hist.c \
	tests/unit/t_history.c \
	tests/unit/t_history_dead.c \
	tests/unit/t_history_hostile.c \
	tests/unit/t_history_huge.c \
	tests/unit/t_history_killed.c \
	tests/unit/t_history_schema.c \
	tests/unit/t_history_thread.c \
	tests/unit/t_history_torn.c \
	tests/unit/t_history_writer.c \
	tests/unit/t_hostile.c \
	tests/unit/t_input.c \
	tests/unit/t_json.c \
	tests/unit/t_kept.c \
	tests/unit/t_life.c \
	tests/unit/t_list.c \
	tests/unit/t_list_draw.c \
	tests/unit/t_list_find.c \
	tests/unit/t_live.c \
	tests/unit/t_message.c \
	tests/unit/t_mirror.c \
	tests/unit/t_mirrors.c \
	tests/unit/t_model.c \
	tests/unit/t_model_shapes.c \
	tests/unit/t_moments.c \
	tests/unit/t_open.c \
	tests/unit/t_operation.c \
	tests/unit/t_operation_end.c \
	tests/unit/t_order.c \
	tests/unit/t_paint.c \
	tests/unit/t_overview.c \
	tests/unit/t_panes.c \
	tests/unit/t_pattern.c \
	tests/unit/t_peak.c \
	tests/unit/t_proc.c \
	tests/unit/t_prompt.c \
	tests/unit/t_reader.c \
	tests/unit/t_recorder.c \
	tests/unit/t_rec.c \
	tests/unit/t_rec_check.c \
	tests/unit/t_rec_damage.c \
	tests/unit/t_remote.c \
	tests/unit/t_report.c \
	tests/unit/t_rows.c \
	tests/unit/t_safe.c \
	tests/unit/t_screen_changes.c \
	tests/unit/t_screen_info.c \
	tests/unit/t_screen_metric.c \
	tests/unit/t_screen_operations.c \
	tests/unit/t_screen_row.c \
	tests/unit/t_screen_views.c \
	tests/unit/t_screens.c \
	tests/unit/t_series.c \
	tests/unit/t_shapes.c \
	tests/unit/t_shapes_cells.c \
	tests/unit/t_shapes_errors.c \
	tests/unit/t_shapes_pairs.c \
	tests/unit/t_shapes_shared.c \
	tests/unit/t_shapes_steps.c \
	tests/unit/t_shapes_trails.c \
	tests/unit/t_slowest.c \
	tests/unit/t_taken.c \
	tests/unit/t_theme.c \
	tests/unit/t_thread.c \
	tests/unit/t_threads.c \
	tests/unit/t_timeline.c \
	tests/unit/t_verify.c \
	tests/unit/t_verify_logs.c \
	tests/unit/t_watching.c \
	tests/unit/t_when.c \
	tests/unit/t_wire.c \
	tests/unit/t_workers.c \
	tests/unit/t_writer.c \
	tests/unit/t_zip.c

cli_tests := \
	tests/cli/accept_agent.sh \
	tests/cli/accept_autopsy.sh \
	tests/cli/accept_host.sh \
	tests/cli/accept_load.sh \
	tests/cli/accept_deadlock.sh \
	tests/cli/accept_fork.sh \
	tests/cli/accept_leak.sh \
	tests/cli/accept_show.sh \
	tests/cli/accept_stuck.sh \
	tests/cli/accept_threads.sh \
	tests/cli/agent_churn.sh \
	tests/cli/agent_files.sh \
	tests/cli/agent_hostile.sh \
	tests/cli/agent_lifecycle.sh \
	tests/cli/agent_log.sh \
	tests/cli/agent_permission.sh \
	tests/cli/agent_private.sh \
	tests/cli/agent_redis.sh \
	tests/cli/agent_regions.sh \
	tests/cli/agent_tracker.sh \
	tests/cli/agent_usage.sh \
	tests/cli/agent_values.sh \
	tests/cli/agent_watch.sh \
	tests/cli/clocks.sh \
	tests/cli/cmd_at.sh \
	tests/cli/cmd_check.sh \
	tests/cli/cmd_clean.sh \
	tests/cli/cmd_diff.sh \
	tests/cli/cmd_export.sh \
	tests/cli/cmd_files.sh \
	tests/cli/cmd_frame.sh \
	tests/cli/cmd_get.sh \
	tests/cli/cmd_list.sh \
	tests/cli/cmd_log.sh \
	tests/cli/cmd_manual.sh \
	tests/cli/cmd_output.sh \
	tests/cli/cmd_private.sh \
	tests/cli/cmd_record.sh \
	tests/cli/cmd_run.sh \
	tests/cli/cmd_shapes.sh \
	tests/cli/cmd_show.sh \
	tests/cli/cmd_snapshot.sh \
	tests/cli/cmd_tail.sh \
	tests/cli/cmd_target.sh \
	tests/cli/cmd_text.sh \
	tests/cli/cmd_trust.sh \
	tests/cli/cmd_wait.sh \
	tests/cli/cmd_watched.sh \
	tests/cli/confined.sh \
	tests/cli/golden.sh \
	tests/cli/hostile_texts.sh \
	tests/cli/install.sh \
	tests/cli/manual_examples.sh \
	tests/cli/manual_profiles.sh \
	tests/cli/python.sh \
	tests/cli/python_past.sh \
	tests/cli/read_only.sh \
	tests/cli/readme.sh \
	tests/cli/recipes.sh \
	tests/cli/remote.sh \
	tests/cli/stream.sh \
	tests/cli/record_killed.sh

tui_tests := \
	tests/tui/cut.sh \
	tests/tui/every_key.sh \
	tests/tui/hangup.sh \
	tests/tui/idle.sh \
	tests/tui/keys.sh \
	tests/tui/make_run.sh \
	tests/tui/matrix.sh \
	tests/tui/record.sh \
	tests/tui/remote.sh \
	tests/tui/resize.sh \
	tests/tui/run_command.sh \
	tests/tui/screen_changes.sh \
	tests/tui/screen_list.sh \
	tests/tui/screen_shapes.sh \
	tests/tui/screen_target.sh \
	tests/tui/screen_views.sh \
	tests/tui/session.sh \
	tests/tui/signals.sh \
	tests/tui/sizes.sh \
	tests/tui/slow.sh \
	tests/tui/storm.sh \
	tests/tui/suspend.sh \
	tests/tui/terminals.sh

fault_tests := \
	tests/fault/expr_fuzz.sh \
	tests/fault/frame_fuzz.sh \
	tests/fault/history_space.sh \
	tests/fault/kills.sh \
	tests/fault/piece_fuzz.sh \
	tests/fault/reader_fuzz.sh \
	tests/fault/rec_fuzz.sh \
	tests/fault/viewer_inject.sh \
	tests/fault/steps.sh \
	tests/fault/truth.sh \
	tests/fault/writer_cgroup.sh \
	tests/fault/writer_crash.sh \
	tests/fault/writer_drop.sh \
	tests/fault/writer_events.sh \
	tests/fault/writer_fates.sh \
	tests/fault/writer_inject.sh \
	tests/fault/writer_limits.sh \
	tests/fault/writer_old_kernel.sh \
	tests/fault/writer_setuid.sh \
	tests/fault/writer_silent.sh \
	tests/fault/writer_space.sh \
	tests/fault/zip_fuzz.sh

model_tests := \
	tests/model/model.sh

lint_tests := \
	tests/lint/banned.sh \
	tests/lint/exports.sh \
	tests/lint/faults.sh \
	tests/lint/format.sh \
	tests/lint/headers.sh \
	tests/lint/layers.sh \
	tests/lint/magics.sh \
	tests/lint/man.sh \
	tests/lint/orphans.sh \
	tests/lint/shell.sh \
	tests/lint/spelling.sh \
	tests/lint/warnings.sh

bench_tests := \
	tests/bench/gate.sh \
	tests/bench/history.sh \
	tests/bench/reader.sh \
	tests/bench/refresh.sh

# What is measured beside ours; `make bench-peers` gets it.
bench_peers := \
	tests/bench/grew.sh \
	tests/bench/mmv.c \
	tests/bench/peers.sh \
	tests/bench/peers/mmv_ops.c \
	tests/bench/peers/ust_ops.c \
	tests/bench/peers/ust_ops.tp \
	tests/bench/pmlogger.sh \
	tests/bench/viewer.sh

lib_src := $(lib_ground_src) $(lib_writer_src) $(lib_reader_src)
program_src := $(lib_src) $(kit_src) $(agent_src) $(viewer_src)
test_src := $(unit_tests) $(test_programs) $(step_src) $(bench_programs)
all_src := $(program_src) $(test_src) $(examples)

# ---- flags: ours first, then the caller's --------------------------------

house_cppflags := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-DDBGTOP_VERSION='"$(VERSION)"' -Ilibshm/include -Ilibshm -I.
house_warnings := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wcast-qual \
	$(if $(WERROR),-Werror)
house_cwarnings := -Wmissing-prototypes -Wstrict-prototypes
house_cflags := -std=c11 -pthread
house_cxxflags := -std=c++17 -pthread
house_ldflags := -pthread -Wl,-z,relro -Wl,-z,now -Wl,--as-needed

ifeq ($(SAN),)
house_cppflags += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
house_hardening := -fstack-protector-strong -fstack-clash-protection
ifeq ($(shell uname -m),x86_64)
house_hardening += -fcf-protection
endif
else
house_hardening := -fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# Sanitised code makes gcc see uses that are not there.
house_warnings += $(if $(findstring clang,$(CC)),,-Wno-maybe-uninitialized)
house_ldflags += -fsanitize=$(SAN)
endif

# Asked once, and only when something is compiled.
bsd_cflags = $(eval bsd_cflags := $(shell pkg-config --cflags libbsd-overlay))$(bsd_cflags)
bsd_libs = $(eval bsd_libs := $(shell pkg-config --libs libbsd-overlay))$(bsd_libs)
curses_cflags = $(eval curses_cflags := $(shell pkg-config --cflags ncursesw))$(curses_cflags)
curses_libs = $(eval curses_libs := $(shell pkg-config --libs ncursesw))$(curses_libs)
# libzip is loaded by what is said here, when a zip is wanted and not before.
zip_cflags = $(eval zip_cflags := $(shell pkg-config --cflags libzip) \
	-DZIP_SONAME='"$(shell readelf -d \
	"$$($(CC) -print-file-name=libzip.so)" | sed -n 's/.*SONAME.*\[\(.*\)]/\1/p')"')$(zip_cflags)
# So is libzstd, when a recording is wanted.
zstd_cflags = $(eval zstd_cflags := $(shell pkg-config --cflags libzstd) \
	-DZSTD_SONAME='"$(shell readelf -d \
	"$$($(CC) -print-file-name=libzstd.so)" | sed -n 's/.*SONAME.*\[\(.*\)]/\1/p')"')$(zstd_cflags)
# Loading a shared library costs every `dbgtop get` a tenth of a millisecond:
# archives where they are installed.
static = $(if $(filter /%,$(shell $(CC) -print-file-name=$(1:-l%=lib%.a))),$(1:-l%=-l:lib%.a),$1)
viewer_libs = $(foreach l,$(curses_libs) $(bsd_libs),$(call static,$l))

compile_c = $(CC) $(house_cppflags) $(CPPFLAGS) $(house_cflags) \
	$(house_hardening) $(house_warnings) $(house_cwarnings) $(CFLAGS) -MMD -MP
compile_cxx = $(CXX) $(house_cppflags) $(CPPFLAGS) $(house_cxxflags) \
	$(house_hardening) $(house_warnings) $(CXXFLAGS) -MMD -MP
link = $(CC) $(house_ldflags) $(house_hardening) $(CFLAGS) $(LDFLAGS)

Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-4s %s\n' $1 $@)
quote = '$(subst ','\'',$1)'

# ---- what is built -------------------------------------------------------

library := $B/libdbgshm.a
shared := $B/libdbgshm.so.0
programs := $B/dbgtop $B/dbgtop-agent
unit_bin := $(unit_tests:%.c=$B/%)
test_bin := $(test_programs:%.c=$B/%)
bench_bin := $(bench_programs:%.c=$B/%)
example_bin := $(patsubst tests/examples/%,$B/examples/%,$(basename $(examples)))

all: $(library) $(programs) \
	$(if $(SAN),,$(shared) $B/libdbgshm.so $B/dbgshm.pc)

examples: $(example_bin)

tests: all examples $(unit_bin) $(test_bin) \
	$(if $(SAN),,$(bench_bin) $B/tests/model/orders \
	$B/tests/fault/steps)

object = $(1:%.c=$B/obj/%.o)

$B/obj/%.o $B/pic/%.o: dir_cflags =
$B/obj/libshm/%.o $B/pic/libshm/%.o: dir_cflags = -Wconversion
$B/obj/libshm/kit/%.o: dir_cflags = $(bsd_cflags)
$B/obj/tests/fuzz/fuzz_zip.o: dir_cflags = $(bsd_cflags) $(zip_cflags)
$B/obj/libshm/kit/zip_%.o: dir_cflags = $(bsd_cflags) $(zip_cflags)
$B/obj/libshm/kit/rec_%.o: dir_cflags = $(bsd_cflags) $(zstd_cflags)
$B/obj/agent/%.o: dir_cflags = $(bsd_cflags)
$B/obj/viewer/%.o: dir_cflags = $(bsd_cflags)
$B/obj/viewer/term.o: dir_cflags = $(bsd_cflags) $(curses_cflags)
$B/obj/tests/%.o: dir_cflags = $(bsd_cflags)
$B/obj/tests/examples/%.o: dir_cflags =
$B/obj/tests/bench/%.o: dir_cflags = $(bsd_cflags) -O2

$B/obj/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(compile_c) $(dir_cflags) -fPIE -c -o $@ $<

$B/obj/%.o: %.cpp $B/flags
	@mkdir -p $(@D)
	$(call say,C++)
	$Q$(compile_cxx) -fPIE -c -o $@ $<

$B/pic/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(compile_c) $(dir_cflags) -fPIC -c -o $@ $<

# Other flags are another build: all of it is made again.
flags_text = $(compile_c) $(compile_cxx) $(link)
$B/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quote,$(flags_text)) | cmp -s - $@ || \
		printf '%s\n' $(call quote,$(flags_text)) >$@

define archive
	@mkdir -p $(@D)
	$(call say,AR)
	@rm -f $@
	$Q$(AR) rcs $@ $^
endef

$(library): $(call object,$(lib_src))
	$(archive)
$B/obj/kit.a: $(call object,$(kit_src))
	$(archive)
$B/obj/agent.a: $(call object,$(filter-out agent/main.c,$(agent_src)))
	$(archive)
$B/obj/viewer.a: $(call object,$(filter-out viewer/main.c,$(viewer_src)))
	$(archive)

$(shared): $(lib_src:%.c=$B/pic/%.o) libshm/dbgshm.map
	$(call say,LD)
	$Q$(link) -shared -Wl,-soname,libdbgshm.so.0 -Wl,-z,defs -Wl,-z,nodelete \
		-Wl,--version-script,libshm/dbgshm.map -o $@ $(filter %.o,$^)

$B/libdbgshm.so: $(shared)
	$Qln -sf $(notdir $(shared)) $@

$B/dbgshm.pc: FORCE
	@mkdir -p $(@D)
	@{ echo 'prefix=$(prefix)'; \
	echo 'libdir=$(libdir)'; \
	echo 'includedir=$(includedir)'; \
	echo; \
	echo 'Name: dbgshm'; \
	echo 'Description: counters, states and tables in shared memory'; \
	echo 'Version: $(VERSION)'; \
	echo 'Libs: -L$${libdir} -ldbgshm'; \
	echo 'Libs.private: -pthread'; \
	echo 'Cflags: -I$${includedir}'; } >$@

$B/dbgtop: $(call object,viewer/main.c) $B/obj/viewer.a $B/obj/kit.a $(library)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ $(viewer_libs) -lm

$B/dbgtop-agent: $(call object,agent/main.c) $B/obj/agent.a $B/obj/kit.a $(library)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ $(bsd_libs)

$B/examples/%: $B/obj/tests/examples/%.o $(if $(SAN),$(library),$B/libdbgshm.so)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(if $(filter tests/examples/$*.cpp,$(examples)),$(CXX),$(CC)) \
		$(house_ldflags) $(house_hardening) $(CFLAGS) $(LDFLAGS) -pie -o $@ $< \
		$(if $(SAN),$(library),-L$B -ldbgshm -Wl,-rpath,'$$ORIGIN/..')

$B/tests/unit/%: $B/obj/tests/unit/%.o $B/obj/viewer.a $B/obj/agent.a \
		$B/obj/kit.a $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ -lcmocka $(curses_libs) $(bsd_libs) -lm

# It looks at itself: with all that the viewer has.
$B/tests/bench/refresh: $B/obj/tests/bench/refresh.o $B/obj/viewer.a \
		$B/obj/kit.a $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ $(viewer_libs) -lm

# What anything costs at least: with nothing.
$B/tests/bench/floor/%: $B/obj/tests/bench/floor/%.o
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $<

# With the shared library, as strangers link it.
$B/tests/bench/%: $B/obj/tests/bench/%.o $B/libdbgshm.so
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $< -L$B -ldbgshm $(bsd_libs) -lm \
		-Wl,-rpath,'$$ORIGIN/../..'

$B/tests/fuzz/fuzz_zip $B/tests/fuzz/fuzz_rec: $B/tests/fuzz/%: \
		$B/obj/tests/fuzz/%.o $B/obj/viewer.a \
		$B/obj/kit.a $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ $(bsd_libs) -lm

$B/tests/fault/steps: $(call object,$(step_src)) $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -Wl,--wrap=dbgshm__life_locked \
		-Wl,--wrap=dbgshm__life_writer -o $@ $^

# The writer's side asks the explorer for each of its orders; shard.c is part of
# tests/model/shards.c.
model_obj := $(patsubst %.c,$B/model/%.o,$(filter-out libshm/shard.c, \
	$(model_src) $(lib_writer_src) $(lib_ground_src)))
$B/model/%.o: %.c tests/model/hooks.h $B/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(compile_c) -w -U_FORTIFY_SOURCE \
		-include tests/model/hooks.h -fPIE -c -o $@ $<
$B/tests/model/orders: $(model_obj) $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -Wl,--wrap=pread64 -Wl,--wrap=dbgshm__life_locked \
		-Wl,--wrap=dbgshm__life_writer -o $@ $^

$B/tests/%: $B/obj/tests/%.o $B/obj/kit.a $(library)
	@mkdir -p $(@D)
	$(call say,LD)
	$Q$(link) -pie -o $@ $^ $(bsd_libs) -lm

-include $(patsubst %,$B/obj/%.d,$(basename $(all_src))) \
	$(lib_src:%.c=$B/pic/%.d) $(model_obj:.o=.d)

# ---- running and checking ------------------------------------------------

# As many jobs as there are processors, unless the caller said how many.
again = $(MAKE) --no-print-directory \
	$(if $(findstring j,$(firstword -$(MAKEFLAGS))),,-j$(shell nproc))
asan = B=$B/asan SAN=address,undefined
tsan = B=$B/tsan SAN=thread
run_tests = B=$B tests/run

run:
	@scripts/packages run
	@$(again) all
	@B=$B scripts/run

check:
	@scripts/packages check
	@$(again) check-ready

check-ready: tests
	@$(again) $(asan) tests
	@$(again) $(tsan) tests
	@$(run_tests) $(unit_bin) $(lint_tests) $(bench_tests) \
		$(unit_tests:%.c=$B/asan/%) $(unit_tests:%.c=$B/tsan/%) \
		$(cli_tests) $(fault_tests) $(model_tests) $(tui_tests)

check-all: check
	@KILLS=400 $(run_tests) tests/fault/writer_events.sh
	@STEPS=20 $(run_tests) tests/fault/steps.sh
	@WRITER_KILLS=100000 $(run_tests) tests/fault/kills.sh
	@COUNTS=10000000000 READS=100000000 $(run_tests) tests/fault/truth.sh
	@echo '10,000,000 sequences of frames'
	@$B/tests/unit/t_frame 10000000
	@echo '10,000,000 moments read while they are written over'
	@CHECKS=10000000 $B/tests/unit/t_history_torn
	@FUZZ_MUTANTS=10000000 $(run_tests) tests/fault/frame_fuzz.sh
	@FUZZ_TEXTS=1000000 $(run_tests) tests/fault/expr_fuzz.sh
	@FUZZ_MUTANTS=200000 $(run_tests) tests/fault/zip_fuzz.sh
	@FUZZ_MUTANTS=200000 $(run_tests) tests/fault/rec_fuzz.sh
	@FUZZ_MUTANTS=200000 $(run_tests) tests/fault/piece_fuzz.sh
	@EVENTS=25000 $(run_tests) tests/tui/storm.sh
	@MILLISECONDS=1000 $(run_tests) tests/cli/record_killed.sh

# Each size can be given: STEPS, WRITER_KILLS, COUNTS, READS (HACKING.md, Proofs).
check-proofs: tests
	@$(run_tests) $(model_tests) tests/fault/steps.sh \
		tests/fault/kills.sh tests/fault/truth.sh

check-unit: $(unit_bin)
	@$(run_tests) $(unit_bin)

check-cli: tests
	@$(run_tests) $(cli_tests)

check-tui: tests
	@$(run_tests) $(tui_tests)

check-fault: tests
	@$(run_tests) $(fault_tests)

check-san:
	@$(again) $(asan) tests
	@$(run_tests) $(unit_tests:%.c=$B/asan/%)

check-tsan:
	@$(again) $(tsan) tests
	@$(run_tests) $(unit_tests:%.c=$B/tsan/%)

lint: all
	@$(run_tests) $(lint_tests)

format-check:
	@$(run_tests) tests/lint/format.sh

check-headers:
	@$(run_tests) tests/lint/headers.sh

man-check:
	@$(run_tests) tests/lint/man.sh

bench-gate: all $(bench_bin)
	@$(run_tests) $(bench_tests)

bench: all $(bench_bin)
	@$B/tests/bench/floor/pingpong
	@B=$B python3 tests/bench/table.py
	@$B/tests/bench/curves
	@$B/tests/bench/floor/sampling
	@$B/tests/bench/history
	@B=$B sh tests/bench/pmlogger.sh || [ $$? -eq 77 ]
	@B=$B sh tests/bench/viewer.sh

bench-curves: all $(bench_bin)
	@$B/tests/bench/curves

bench-keep: all $(bench_bin)
	@rm -f tests/bench/functions
	@set -e; for gate in $(bench_tests); do KEEP=1 B=$B sh $$gate; done

bench-peers:
	@B=$B sh tests/bench/pmlogger.sh fetch
	@B=$B sh tests/bench/peers.sh fetch
	@B=$B sh tests/bench/viewer.sh fetch

# The reader, the decoder of frames and the parser of conditions under libFuzzer;
# what it finds is written into $B/fuzz.
FUZZ_SECONDS ?= 60
fuzzers := fuzz_region fuzz_frame fuzz_expr fuzz_zip fuzz_rec fuzz_piece
fuzz:
	@$(again) B=$B/fuzz CC=clang SAN=address,undefined,fuzzer-no-link \
		CPPFLAGS=-DFUZZ_ENGINE $(fuzzers:%=$B/fuzz/obj/tests/fuzz/%.o) \
		$B/fuzz/obj/viewer.a $B/fuzz/obj/kit.a $B/fuzz/libdbgshm.a
	$Qset -e; for fuzzer in $(fuzzers); do \
		clang -fsanitize=address,undefined,fuzzer -o $B/fuzz/$$fuzzer \
			$B/fuzz/obj/tests/fuzz/$$fuzzer.o \
			$B/fuzz/obj/viewer.a $B/fuzz/obj/kit.a \
			$B/fuzz/libdbgshm.a $(bsd_libs) -lm; \
		words=$(CURDIR)/tests/fuzz/$$fuzzer.dict; \
		[ -f "$$words" ] || words=; \
		( cd $B/fuzz && ./$$fuzzer -max_total_time=$(FUZZ_SECONDS) \
			$${words:+-dict="$$words"} \
			-max_len=262144 -verbosity=0 -print_final_stats=1 ); \
	done

# For the lint: what a list above holds.
print-list:
	@echo $($(list))

# ---- installing ----------------------------------------------------------

INSTALL ?= install

install: all
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(libdir) \
		$(DESTDIR)$(pkgconfigdir) $(DESTDIR)$(includedir)/dbgshm \
		$(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man3 \
		$(DESTDIR)$(mandir)/man7 $(DESTDIR)$(mandir)/man8 $(DESTDIR)$(docdir)
	$(INSTALL) -m 755 $(programs) $(DESTDIR)$(bindir)
	$(INSTALL) -m 644 $(library) $(shared) $(DESTDIR)$(libdir)
	ln -sf $(notdir $(shared)) $(DESTDIR)$(libdir)/libdbgshm.so
	$(INSTALL) -m 644 $B/dbgshm.pc $(DESTDIR)$(pkgconfigdir)
	$(INSTALL) -m 644 $(public_headers) $(DESTDIR)$(includedir)/dbgshm
	for page in $(man_pages); do \
		$(INSTALL) -m 644 $$page $(DESTDIR)$(mandir)/man$${page##*.} || exit 1; \
	done
	$(INSTALL) -m 644 README.md FORMAT.md CHANGES.md SECURITY.md LICENSE \
		libshm/python/dbgshm.py $(DESTDIR)$(docdir)
	$(INSTALL) -d $(DESTDIR)$(docdir)/dbgshm
	$(INSTALL) -m 644 $(python_src) $(DESTDIR)$(docdir)/dbgshm
	[ -n "$(DESTDIR)" ] || [ "$$(id -u)" -ne 0 ] || ldconfig

uninstall:
	rm -f $(patsubst $B/%,$(DESTDIR)$(bindir)/%,$(programs))
	rm -f $(DESTDIR)$(libdir)/libdbgshm.a $(DESTDIR)$(libdir)/libdbgshm.so \
		$(DESTDIR)$(libdir)/libdbgshm.so.0 \
		$(DESTDIR)$(pkgconfigdir)/dbgshm.pc
	rm -rf $(DESTDIR)$(includedir)/dbgshm $(DESTDIR)$(docdir)
	for page in $(notdir $(man_pages)); do \
		rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$$page; \
	done

dist:
	@mkdir -p $B
	git archive --prefix=dbgtop-$(VERSION)/ -o $B/dbgtop-$(VERSION).tar.gz HEAD

deps:
	@scripts/packages check

clean:
	rm -rf $B

help:
	@echo 'all            programs and libraries (the default)'
	@echo 'examples       tests/examples, the README'\''s program among them'
	@echo 'run            start the agent and look at it; installs what is missing'
	@echo 'check          all tests; installs what is missing'
	@echo 'check-all      the same and the long ones'
	@echo 'check-unit     unit tests'
	@echo 'check-cli      the command line, over the real programs'
	@echo 'check-tui      the screens, in tmux'
	@echo 'check-fault    kills, full disks, hostile files'
	@echo 'check-proofs   memory orders, death after any instruction, kills, counts'
	@echo 'check-san      unit tests with address and undefined sanitisers'
	@echo 'check-tsan     unit tests with the thread sanitiser'
	@echo 'bench          each operation beside floor and peers; what past and viewer cost'
	@echo 'bench-curves   how costs grow with threads, rows, regions, time'
	@echo 'bench-keep     keeps the instructions of each function, for bench-gate to compare'
	@echo 'bench-peers    fetches what bench runs beside ours'
	@echo 'bench-gate     instructions and bytes against their caps'
	@echo 'fuzz           reader, frames, conditions, snapshots under libFuzzer, FUZZ_SECONDS each'
	@echo 'lint           everything that can be said without running'
	@echo 'format-check   is all code formatted?'
	@echo 'check-headers  does every header compile alone?'
	@echo 'man-check      are the manual pages clean?'
	@echo 'install        DESTDIR, prefix, bindir, libdir, ... as usual'
	@echo 'uninstall      removes what install put there'
	@echo 'deps           installs all packages that run and check need'
	@echo 'dist           a tar file of the committed tree'
	@echo 'clean          removes $B'
	@echo
	@echo 'Variables: B=$B SAN=$(SAN) CC=$(CC) CFLAGS=$(CFLAGS) CPPFLAGS LDFLAGS V=1'

FORCE:
.PHONY: all examples tests run check check-ready check-all check-unit check-cli \
	check-tui check-fault check-proofs check-san check-tsan lint format-check \
	check-headers man-check bench-gate bench bench-curves bench-keep bench-peers fuzz print-list install uninstall \
	dist deps clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
