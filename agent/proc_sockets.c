/*
 * proc_sockets.c - the profile `sockets`: what the descriptors of kind socket
 * are connected to, and what waits in their queues.
 */
#include "subject.h"

#include "net.h"

#include <errno.h>
#include <string.h>

#define SOCKETS_MAX 4096 /* rows; the others are counted */

enum {
	SOCKET_FD,
	SOCKET_PROTOCOL,
	SOCKET_STATE,
	SOCKET_LOCAL,
	SOCKET_REMOTE,
	SOCKET_RX,
	SOCKET_TX,
	SOCKET_NCOL
};

static const struct dbgshm_column socket_columns[SOCKET_NCOL] = {
	[SOCKET_FD] = { .name = "fd",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "file descriptor" },
	[SOCKET_PROTOCOL] = { .name = "protocol",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = net_protocol_names,
	    .help = "kind of socket" },
	[SOCKET_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = net_state_names,
	    .help = "state of the connection" },
	[SOCKET_LOCAL] = { .name = "local",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 64,
	    .help = "own address or path" },
	[SOCKET_REMOTE] = { .name = "remote",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 56,
	    .help = "address of the other end" },
	[SOCKET_RX] = { .name = "rx_queue",
	    .type = DBGSHM_TYPE_GAUGE,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "received and not yet read; of a listening TCP socket the "
		    "number of connections not yet accepted; of unix sockets "
		    "not known" },
	[SOCKET_TX] = { .name = "tx_queue",
	    .type = DBGSHM_TYPE_GAUGE,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "sent and not yet acknowledged by the other end; of unix "
		    "sockets not known" },
};

struct socket_totals {
	uint64_t total, connected, listening, rx_queue, tx_queue, not_listed;
};
#define TOTAL(field) offsetof(struct socket_totals, field)

static const struct view_metric socket_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, "total", "open sockets", DBGSHM_UNIT_NONE, 0,
	    TOTAL(total) },
	{ DBGSHM_METRIC_GAUGE, "connected",
	    "sockets with another end: TCP established, UDP and unix connected",
	    DBGSHM_UNIT_NONE, 0, TOTAL(connected) },
	{ DBGSHM_METRIC_GAUGE, "listening", "sockets that wait for connections",
	    DBGSHM_UNIT_NONE, 0, TOTAL(listening) },
	{ DBGSHM_METRIC_GAUGE, "rx_queue",
	    "bytes received and not yet read, all sockets that do not listen",
	    DBGSHM_UNIT_BYTES, 0, TOTAL(rx_queue) },
	{ DBGSHM_METRIC_GAUGE, "tx_queue",
	    "bytes sent and not yet acknowledged, all sockets",
	    DBGSHM_UNIT_BYTES, 0, TOTAL(tx_queue) },
	{ DBGSHM_METRIC_GAUGE, "not_listed",
	    "sockets for which the table has no room", DBGSHM_UNIT_NONE,
	    DBGSHM_LEVEL_DETAIL, TOTAL(not_listed) },
};
#define SOCKET_METRICS (sizeof(socket_metrics) / sizeof(socket_metrics[0]))

static const struct view_labelled protocol_counts = {
	.name = "open",
	.help = "open sockets of this protocol",
	.key = "protocol",
	.values = net_protocol_names,
	.count = NET_PROTOCOLS,
	.always = 1 << NET_TCP | 1 << NET_UDP | 1 << NET_UNIX,
};

struct sockets_view {
	struct dbgshm_profile *profile;
	struct rowset rows;
	union view_handle handles[SOCKET_METRICS];
	struct view_instances protocols;
	struct socket_totals totals;
	uint64_t counts[NET_PROTOCOLS];
};

/* What a row says beside its descriptor, without padding: it is hashed. */
struct socket_cells {
	uint64_t protocol, state, rx_queue, tx_queue;
	char local[NET_TEXT_SIZE], remote[NET_TEXT_SIZE];
};

static void
hide(struct subject *subject, void *state)
{
	struct sockets_view *view = state;

	(void)subject;
	if (view->profile == NULL)
		return;
	(void)dbgshm_profile_remove(view->profile);
	view->profile = NULL;
	view->protocols.made = 0;
	rowset_forget(&view->rows);
}

static int
create(struct subject *subject, struct sockets_view *view)
{
	size_t count = subject->socket_count;
	int error;

	if (rowset_init(&view->rows,
		(uint32_t)(count < SOCKETS_MAX ? count : SOCKETS_MAX),
		SOCKETS_MAX) == -1)
		return (errno);
	view->profile = dbgshm_region_profile_add(subject->region, "sockets",
	    "open sockets: addresses, states, queues",
	    "The descriptors of kind socket, looked up in /proc/PID/net.  An "
	    "open socket that is not in those tables has protocol other.");
	error = view_metrics_create(
	    view->profile, socket_metrics, SOCKET_METRICS, view->handles);
	if (error != 0)
		return (error);
	view->rows.table = dbgshm_table_create(
	    view->profile, socket_columns, SOCKET_NCOL, view->rows.capacity);
	return (view->rows.table == NULL ? errno : 0);
}

static void
write_row(struct rowset_slot *slot, uint64_t descriptor,
    const struct socket_cells *cells)
{
	struct dbgshm_row row = slot->row;

	if (!rowset_changed(slot, cells, sizeof(*cells)))
		return;
	dbgshm_row_set(row, SOCKET_FD, descriptor);
	dbgshm_row_set(row, SOCKET_PROTOCOL, cells->protocol);
	dbgshm_row_set(row, SOCKET_STATE, cells->state);
	dbgshm_row_text(row, SOCKET_LOCAL, cells->local);
	dbgshm_row_text(row, SOCKET_REMOTE, cells->remote);
	dbgshm_row_set(row, SOCKET_RX, cells->rx_queue);
	dbgshm_row_set(row, SOCKET_TX, cells->tx_queue);
	dbgshm_row_end(row);
}

static void
sample_socket(struct sockets_view *view, const struct net_space *space,
    const struct subject_socket *open)
{
	const struct net_socket *socket = net_find(space, open->inode);
	struct socket_totals *totals = &view->totals;
	struct socket_cells cells;
	struct rowset_slot *slot;

	memset(&cells, 0, sizeof(cells));
	if (socket != NULL) {
		cells.protocol = socket->protocol;
		cells.state = socket->state;
		cells.rx_queue = socket->rx_queue;
		cells.tx_queue = socket->tx_queue;
		net_local_text(space, socket, cells.local, sizeof(cells.local));
		net_remote_text(socket, cells.remote, sizeof(cells.remote));
	}
	view->counts[cells.protocol]++;
	totals->total++;
	if (cells.state == NET_ESTABLISHED || cells.state == NET_CONNECTED)
		totals->connected++;
	if (cells.state == NET_LISTEN)
		totals->listening++;
	else
		totals->rx_queue += cells.rx_queue;
	totals->tx_queue += cells.tx_queue;
	slot = rowset_find(&view->rows, open->descriptor << 32 ^ open->inode);
	if (slot == NULL)
		totals->not_listed++;
	else
		write_row(slot, open->descriptor, &cells);
}

static void
look_up(struct subject *subject, struct sockets_view *view,
    const struct net_space *space)
{
	size_t i;

	memset(&view->totals, 0, sizeof(view->totals));
	memset(view->counts, 0, sizeof(view->counts));
	view->totals.total = view->totals.not_listed =
	    subject->sockets_left_out;
	rowset_begin(&view->rows);
	for (i = 0; i < subject->socket_count; i++)
		sample_socket(view, space, &subject->sockets[i]);
	rowset_sweep(&view->rows);
}

static int
sample(struct subject *subject, void *state)
{
	struct sockets_view *view = state;
	struct net_space *space = NULL;
	int error;

	if (subject->open_files == UINT64_MAX)
		return (EACCES);
	if (rowset_wants_more(&view->rows, subject->socket_count))
		hide(subject, view);
	if (view->profile == NULL && (error = create(subject, view)) != 0)
		return (error);
	if (subject->socket_count > 0) {
		space = net_space_take(subject->host->net, subject->directory,
		    subject->now_ns, subject->scratch->buffer,
		    PROC_BUFFER_SIZE);
		if (space == NULL)
			return (errno);
		subject->read_ns = net_space_read_ns(space);
	}
	look_up(subject, view, space);
	net_space_give(subject->host->net, space);
	view_metrics_set(subject, socket_metrics, SOCKET_METRICS, view->handles,
	    &view->totals);
	view_labelled_set(subject, view->profile, &protocol_counts,
	    &view->protocols, view->counts);
	return (0);
}

static void
release(void *state)
{
	struct sockets_view *view = state;

	rowset_free(&view->rows);
}

const struct proc_view proc_sockets_view = {
	.part = PART_SOCKETS,
	.reads = "net/*",
	.state_size = sizeof(struct sockets_view),
	.sample = sample,
	.hide = hide,
	.free = release,
};
