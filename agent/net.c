/*
 * net.c - /proc/PID/net/{tcp,udp,unix,...}, parsed into a table by inode.
 */
#include "net.h"

#include "clock.h"
#include "files.h"
#include "proc.h"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NET_SPACES 64		/* namespaces remembered at a time */
#define NET_SOCKETS_MAX 262144	/* of one namespace */
#define NET_PATHS_MAX (4 << 20) /* bytes of all paths of one namespace */
#define NET_FRESH_NS (100 * NS_PER_MS)
#define NET_FORGET_NS (60 * NS_PER_S)
#define NET_PATIENCE_S 1 /* for another thread that reads it */

const char *const net_protocol_names[] = {
	[NET_OTHER] = "other",
	[NET_TCP] = "tcp",
	[NET_TCP6] = "tcp6",
	[NET_UDP] = "udp",
	[NET_UDP6] = "udp6",
	[NET_RAW] = "raw",
	[NET_RAW6] = "raw6",
	[NET_UNIX] = "unix",
	[NET_NETLINK] = "netlink",
	[NET_PACKET] = "packet",
	NULL,
};

const char *const net_state_names[] = {
	[NET_STATE_NONE] = "-",
	[NET_ESTABLISHED] = "established",
	[NET_SYN_SENT] = "syn-sent",
	[NET_SYN_RECV] = "syn-recv",
	[NET_FIN_WAIT_1] = "fin-wait-1",
	[NET_FIN_WAIT_2] = "fin-wait-2",
	[NET_TIME_WAIT] = "time-wait",
	[NET_CLOSE] = "close",
	[NET_CLOSE_WAIT] = "close-wait",
	[NET_LAST_ACK] = "last-ack",
	[NET_LISTEN] = "listen",
	[NET_CLOSING] = "closing",
	[NET_NEW_SYN_RECV] = "new-syn-recv",
	[NET_UNCONNECTED] = "unconnected",
	[NET_CONNECTING] = "connecting",
	[NET_CONNECTED] = "connected",
	[NET_DISCONNECTING] = "disconnecting",
	NULL,
};

struct net_space {
	/* With the lock of the cache: */
	uint64_t id; /* inode of the namespace, 0 free */
	uint64_t used_ns;
	unsigned users; /* who have it or wait for it: it stays */
	/* With its own lock: */
	pthread_mutex_t lock;
	uint64_t read_ns;	    /* when it was read, 0 not yet */
	uint64_t next_ns;	    /* not again before */
	struct net_socket *sockets; /* open addressing by inode; 0 empty */
	size_t slots, count;	    /* slots: a power of two */
	char *paths;
	size_t path_bytes, path_room;
};

struct net_cache {
	double share; /* of the time, for reading */
	pthread_mutex_t lock;
	struct net_space spaces[NET_SPACES];
};

struct net_cache *
net_cache_create(double share)
{
	struct net_cache *cache = calloc(1, sizeof(*cache));
	size_t i;

	if (cache == NULL)
		return (NULL);
	cache->share = share;
	(void)pthread_mutex_init(&cache->lock, NULL);
	for (i = 0; i < NET_SPACES; i++)
		(void)pthread_mutex_init(&cache->spaces[i].lock, NULL);
	return (cache);
}

static void
space_free(struct net_space *space)
{
	free(space->sockets);
	free(space->paths);
	space->sockets = NULL;
	space->paths = NULL;
	space->slots = space->count = space->path_bytes = space->path_room = 0;
	space->id = space->used_ns = space->read_ns = space->next_ns = 0;
}

void
net_cache_destroy(struct net_cache *cache)
{
	size_t i;

	for (i = 0; cache != NULL && i < NET_SPACES; i++)
		space_free(&cache->spaces[i]);
	free(cache);
}

static struct net_socket *
slot_of(struct net_socket *sockets, size_t slots, uint64_t inode)
{
	size_t i;

	i = (size_t)proc_hash(2, &inode, sizeof(inode)) & (slots - 1);
	while (sockets[i].inode != 0 && sockets[i].inode != inode)
		i = (i + 1) & (slots - 1);
	return (&sockets[i]);
}

static int
space_grow(struct net_space *space)
{
	size_t i, slots = space->slots == 0 ? 256 : 2 * space->slots;
	struct net_socket *sockets;

	if (slots > 2 * NET_SOCKETS_MAX)
		return (-1);
	sockets = calloc(slots, sizeof(*sockets));
	if (sockets == NULL)
		return (-1);
	for (i = 0; i < space->slots; i++)
		if (space->sockets[i].inode != 0)
			*slot_of(sockets, slots, space->sockets[i].inode) =
			    space->sockets[i];
	free(space->sockets);
	space->sockets = sockets;
	space->slots = slots;
	return (0);
}

static void
add(struct net_space *space, const struct net_socket *socket)
{
	struct net_socket *slot;

	if (socket->inode == 0 ||
	    (2 * space->count >= space->slots && space_grow(space) == -1))
		return;
	slot = slot_of(space->sockets, space->slots, socket->inode);
	if (slot->inode == 0)
		space->count++;
	*slot = *socket;
}

/* Addresses are printed as 32-bit words in the byte order of the machine. */
static const char *
parse_address(const char *text, uint8_t *address, uint16_t *port)
{
	char digits[9] = "";
	uint64_t word;
	size_t i;

	while (*text == ' ')
		text++;
	for (i = 0; i < 4 && *text != ':'; i++, text += 8) {
		if (strnlen(text, 8) < 8)
			return (NULL);
		memcpy(digits, text, 8);
		if (proc_hex(digits, &word) == NULL)
			return (NULL);
		memcpy(address + 4 * i, &(uint32_t){ (uint32_t)word }, 4);
	}
	if (*text != ':' || (text = proc_hex(text + 1, &word)) == NULL)
		return (NULL);
	*port = (uint16_t)word;
	return (text);
}

/* Words that are of no interest. */
static const char *
skip(const char *text, int words)
{
	for (; words > 0; words--) {
		text += strspn(text, " ");
		text += strcspn(text, " ");
	}
	return (text);
}

/* sl local remote st tx:rx tr:when retrnsmt uid timeout inode ... */
static void
parse_inet(struct net_space *space, const char *line, uint8_t protocol)
{
	struct net_socket socket = { .protocol = protocol };
	uint64_t state;
	const char *p;

	p = parse_address(skip(line, 1), socket.local, &socket.local_port);
	if (p != NULL)
		p = parse_address(p, socket.remote, &socket.remote_port);
	if (p == NULL || (p = proc_hex(p, &state)) == NULL ||
	    (p = proc_hex(p, &socket.tx_queue)) == NULL || *p != ':' ||
	    (p = proc_hex(p + 1, &socket.rx_queue)) == NULL ||
	    proc_number(skip(p, 4), &socket.inode) == NULL)
		return;
	socket.state =
	    state < NET_UNCONNECTED ? (uint8_t)state : NET_STATE_NONE;
	if (protocol != NET_TCP && protocol != NET_TCP6)
		socket.state =
		    state == NET_ESTABLISHED ? NET_CONNECTED : NET_UNCONNECTED;
	add(space, &socket);
}

static uint32_t
keep_path(struct net_space *space, const char *path)
{
	size_t room, size = strlen(path) + 1;
	char *paths;

	if (space->path_bytes + size > space->path_room) {
		room = space->path_room == 0 ? 4096 : 2 * space->path_room;
		paths = room > NET_PATHS_MAX || size > 4096
		    ? NULL
		    : realloc(space->paths, room);
		if (paths == NULL)
			return (0);
		space->paths = paths;
		space->path_room = room;
	}
	memcpy(space->paths + space->path_bytes, path, size);
	space->path_bytes += size;
	return ((uint32_t)(space->path_bytes - size + 1));
}

/* Num: refs protocol flags type st inode [path] */
static void
parse_unix(struct net_space *space, const char *line, uint8_t protocol)
{
	struct net_socket socket = { .protocol = protocol };
	uint64_t flags, state;
	const char *p;

	if ((p = proc_hex(skip(line, 3), &flags)) == NULL ||
	    (p = proc_hex(skip(p, 1), &state)) == NULL ||
	    (p = proc_number(p, &socket.inode)) == NULL)
		return;
	socket.state = (flags & 0x10000) != 0 ? NET_LISTEN
	    : state >= 1 && state <= 4 ? (uint8_t)(NET_UNCONNECTED + state - 1)
				       : NET_STATE_NONE;
	if (*p == ' ' && p[1] != '\0')
		socket.path = keep_path(space, p + 1);
	add(space, &socket);
}

/* sk eth pid groups rmem wmem dump locks drops inode */
static void
parse_netlink(struct net_space *space, const char *line, uint8_t protocol)
{
	struct net_socket socket = { .protocol = protocol };
	const char *p;

	if ((p = proc_number(skip(line, 4), &socket.rx_queue)) == NULL ||
	    (p = proc_number(p, &socket.tx_queue)) == NULL ||
	    proc_number(skip(p, 3), &socket.inode) == NULL)
		return;
	add(space, &socket);
}

/* sk refs type proto iface r rmem user inode */
static void
parse_packet(struct net_space *space, const char *line, uint8_t protocol)
{
	struct net_socket socket = { .protocol = protocol };
	const char *p;

	if ((p = proc_number(skip(line, 6), &socket.rx_queue)) == NULL ||
	    proc_number(skip(p, 1), &socket.inode) == NULL)
		return;
	add(space, &socket);
}

static const struct net_table {
	const char *file;
	uint8_t protocol;
	void (*parse)(struct net_space *, const char *line, uint8_t protocol);
} net_tables[] = {
	{ "net/tcp", NET_TCP, parse_inet },
	{ "net/tcp6", NET_TCP6, parse_inet },
	{ "net/udp", NET_UDP, parse_inet },
	{ "net/udp6", NET_UDP6, parse_inet },
	{ "net/raw", NET_RAW, parse_inet },
	{ "net/raw6", NET_RAW6, parse_inet },
	{ "net/unix", NET_UNIX, parse_unix },
	{ "net/netlink", NET_NETLINK, parse_netlink },
	{ "net/packet", NET_PACKET, parse_packet },
};

/* Whole lines of a file of any length; the first one is its heading. */
static int
read_table(struct net_space *space, int directory,
    const struct net_table *table, char *buffer, size_t size)
{
	char *line, *end;
	size_t held = 0;
	bool heading = true;
	ssize_t count;
	int descriptor;

	descriptor = files_brief_open(directory, table->file, O_RDONLY);
	if (descriptor == -1)
		return (errno);
	while ((count = read(descriptor, buffer + held, size - 1 - held)) > 0) {
		held += (size_t)count;
		buffer[held] = '\0';
		for (line = buffer;
		     (end = memchr(
			  line, '\n', held - (size_t)(line - buffer))) != NULL;
		     line = end + 1) {
			*end = '\0';
			if (!heading)
				table->parse(space, line, table->protocol);
			heading = false;
		}
		held -= (size_t)(line - buffer);
		memmove(buffer, line, held);
		if (held == size - 1)
			held = 0; /* not a line of this kernel */
	}
	files_brief_close(descriptor);
	return (0);
}

/* NULL: all of them are in use. */
static struct net_space *
space_for(struct net_cache *cache, uint64_t id, uint64_t now_ns)
{
	struct net_space *space, *oldest = NULL;
	size_t i;

	for (i = 0; i < NET_SPACES; i++) {
		space = &cache->spaces[i];
		if (space->id == id)
			return (space);
		if (space->users > 0)
			continue;
		if (space->used_ns + NET_FORGET_NS < now_ns)
			space_free(space);
		if (oldest == NULL || space->used_ns < oldest->used_ns)
			oldest = space;
	}
	if (oldest == NULL)
		return (NULL);
	space_free(oldest);
	oldest->id = id;
	return (oldest);
}

static void
space_read(struct net_space *space, int directory, uint64_t now_ns,
    double share, char *buffer, size_t size)
{
	uint64_t rest_ns, start_ns = clock_now();
	size_t i;

	if (space->slots != 0)
		memset(
		    space->sockets, 0, space->slots * sizeof(*space->sockets));
	space->count = space->path_bytes = 0;
	for (i = 0; i < sizeof(net_tables) / sizeof(net_tables[0]); i++)
		(void)read_table(
		    space, directory, &net_tables[i], buffer, size);
	space->read_ns = now_ns;
	space->next_ns = now_ns + NET_FRESH_NS;
	rest_ns = (uint64_t)((double)(clock_now() - start_ns) / share);
	if (space->next_ns < now_ns + rest_ns)
		space->next_ns = now_ns + rest_ns;
}

static void
leave(struct net_cache *cache, struct net_space *space)
{
	(void)pthread_mutex_lock(&cache->lock);
	space->users--;
	(void)pthread_mutex_unlock(&cache->lock);
}

struct net_space *
net_space_take(struct net_cache *cache, int directory, uint64_t now_ns,
    char *buffer, size_t size)
{
	struct net_space *space;
	struct timespec until;
	struct stat st;
	int error;

	if (fstatat(directory, "ns/net", &st, 0) == -1)
		return (NULL);
	(void)pthread_mutex_lock(&cache->lock);
	space = space_for(cache, st.st_ino, now_ns);
	if (space != NULL) {
		space->used_ns = now_ns;
		space->users++;
	}
	(void)pthread_mutex_unlock(&cache->lock);
	if (space == NULL) {
		errno = EAGAIN;
		return (NULL);
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += NET_PATIENCE_S;
	error = pthread_mutex_timedlock(&space->lock, &until);
	if (error != 0) {
		leave(cache, space);
		errno = error;
		return (NULL);
	}
	if (space->read_ns == 0 || now_ns >= space->next_ns)
		space_read(
		    space, directory, now_ns, cache->share, buffer, size);
	return (space);
}

uint64_t
net_space_read_ns(const struct net_space *space)
{
	return (space->read_ns);
}

void
net_space_give(struct net_cache *cache, struct net_space *space)
{
	if (space == NULL)
		return;
	(void)pthread_mutex_unlock(&space->lock);
	leave(cache, space);
}

const struct net_socket *
net_find(const struct net_space *space, uint64_t inode)
{
	const struct net_socket *socket;

	if (space->slots == 0 || inode == 0)
		return (NULL);
	socket = slot_of(space->sockets, space->slots, inode);
	return (socket->inode == 0 ? NULL : socket);
}

static void
address_text(const struct net_socket *socket, const uint8_t *address,
    uint16_t port, char *text, size_t size)
{
	char host[INET6_ADDRSTRLEN];
	bool wide;

	wide = socket->protocol == NET_TCP6 || socket->protocol == NET_UDP6 ||
	    socket->protocol == NET_RAW6;
	inet_ntop(wide ? AF_INET6 : AF_INET, address, host, sizeof(host));
	snprintf(text, size, wide ? "[%s]:%u" : "%s:%u", host, port);
}

void
net_local_text(const struct net_space *space, const struct net_socket *socket,
    char *text, size_t size)
{
	text[0] = '\0';
	if (socket->path != 0)
		strlcpy(text, space->paths + socket->path - 1, size);
	else if (socket->protocol >= NET_TCP && socket->protocol <= NET_RAW6)
		address_text(
		    socket, socket->local, socket->local_port, text, size);
}

void
net_remote_text(const struct net_socket *socket, char *text, size_t size)
{
	static const uint8_t nowhere[16];

	text[0] = '\0';
	if (socket->protocol < NET_TCP || socket->protocol > NET_RAW6 ||
	    (socket->remote_port == 0 &&
		memcmp(socket->remote, nowhere, sizeof(nowhere)) == 0))
		return;
	address_text(socket, socket->remote, socket->remote_port, text, size);
}
