/*
 * net.h - the sockets of a network namespace, found by inode number.
 *
 * The kernel's tables list all sockets of the namespace, so they are read once
 * for all watched processes that live there, and less often when they are long.
 */
#ifndef NET_H
#define NET_H

#include <stddef.h>
#include <stdint.h>

enum net_protocol {
	NET_OTHER,
	NET_TCP,
	NET_TCP6,
	NET_UDP,
	NET_UDP6,
	NET_RAW,
	NET_RAW6,
	NET_UNIX,
	NET_NETLINK,
	NET_PACKET,
	NET_PROTOCOLS
};
extern const char *const net_protocol_names[];

enum net_state {
	NET_STATE_NONE,
	NET_ESTABLISHED,
	NET_SYN_SENT,
	NET_SYN_RECV,
	NET_FIN_WAIT_1,
	NET_FIN_WAIT_2,
	NET_TIME_WAIT,
	NET_CLOSE,
	NET_CLOSE_WAIT,
	NET_LAST_ACK,
	NET_LISTEN,
	NET_CLOSING,
	NET_NEW_SYN_RECV,
	NET_UNCONNECTED,
	NET_CONNECTING,
	NET_CONNECTED,
	NET_DISCONNECTING,
	NET_STATES
};
extern const char *const net_state_names[];

struct net_socket {
	uint64_t inode;
	uint64_t rx_queue, tx_queue;
	uint8_t protocol, state;
	uint16_t local_port, remote_port;
	uint8_t local[16], remote[16]; /* network byte order */
	uint32_t path;		       /* 1 + where the path is; 0 none */
};

#define NET_TEXT_SIZE 112

struct net_cache;
struct net_cache *net_cache_create(double share);
	/* Reading takes at most this share of the time.  NULL and ENOMEM. */
void net_cache_destroy(struct net_cache *); /* NULL is fine */

struct net_space;
struct net_space *net_space_take(struct net_cache *, int directory,
    uint64_t now_ns, char *buffer, size_t size);
	/* The sockets of the namespace of the process at /proc/PID, read now
	 * unless that was done for this sample.  The caller has it alone, until
	 * net_space_give().  Any thread; buffer is room for reading.  NULL and
	 * errno; ETIMEDOUT: somebody else has it for too long. */
uint64_t net_space_read_ns(const struct net_space *);
	/* When it was read; CLOCK_MONOTONIC. */
void net_space_give(struct net_cache *, struct net_space *);
	/* NULL is fine. */

const struct net_socket *net_find(const struct net_space *, uint64_t inode);
	/* NULL: none of the protocols that are listed. */

void net_local_text(const struct net_space *, const struct net_socket *,
    char *text, size_t size);
void net_remote_text(const struct net_socket *, char *text, size_t size);
	/* "10.0.0.7:80", "[::1]:80", a path, "@abstract"; "" when there is
	 * none. */

#endif
