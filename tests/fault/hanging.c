/*
 * hanging.c - a process whose memory cannot be looked at for a while.
 *
 *	hanging [DIRECTORY]
 *
 * Whoever reads its /proc/PID/cmdline or smaps_rollup hangs, as with a process
 * that is stuck on a network file system: it maps a file of a file system that
 * does not answer, somebody reads that memory from outside and so keeps its map
 * locked, and a mapping that waits for the lock keeps all other readers out.
 *
 * Says "ready", and after SIGUSR1 "hangs"; after SIGUSR2 the file system
 * answers, all goes on, and it says "free".  Needs root and /dev/fuse: without,
 * it says why and exits with 77.
 */
#include <linux/fuse.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096
#define NODE 2 /* of the one file */

static char *mapped;
static _Atomic pid_t mapper;
static int go[2], look[2], asked[2];

/* ---- the file system: one file, whose contents do not come ----------------- */

static void
answer(int fuse, uint64_t unique, int error, const void *data, size_t size)
{
	char message[2 * PAGE];
	struct fuse_out_header head = { .len = (uint32_t)(sizeof(head) + size),
		.error = -error,
		.unique = unique };

	memcpy(message, &head, sizeof(head));
	if (size > 0)
		memcpy(message + sizeof(head), data, size);
	(void)!write(fuse, message, head.len);
}

static struct fuse_attr
attributes(uint64_t node)
{
	return ((struct fuse_attr){ .ino = node,
	    .size = PAGE,
	    .blocks = 8,
	    .mode = node == NODE ? S_IFREG | 0444 : S_IFDIR | 0555,
	    .nlink = 1,
	    .blksize = PAGE });
}

static void
serve_one(int fuse, const struct fuse_in_header *head, uint64_t *held)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = PAGE,
		.max_write = PAGE };
	struct fuse_entry_out entry = { .nodeid = NODE,
		.entry_valid = 1000,
		.attr_valid = 1000,
		.attr = attributes(NODE) };
	struct fuse_attr_out attr = { .attr_valid = 1000,
		.attr = attributes(head->nodeid) };
	struct fuse_open_out open = { .fh = 1 };

	switch (head->opcode) {
	case FUSE_INIT:
		answer(fuse, head->unique, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		answer(fuse, head->unique, 0, &entry, sizeof(entry));
		break;
	case FUSE_GETATTR:
		answer(fuse, head->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
		answer(fuse, head->unique, 0, &open, sizeof(open));
		break;
	case FUSE_READ:
		*held = head->unique;
		(void)!write(asked[1], "", 1);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		break;
	default:
		answer(fuse, head->unique, ENOSYS, NULL, 0);
	}
}

static volatile sig_atomic_t let_go;

static void
release(int signal)
{
	(void)signal;
	let_go = 1;
}

static void
serve(int fuse)
{
	_Alignas(8) char request[64 << 10];
	char zeros[PAGE] = { 0 };
	uint64_t held = 0;
	ssize_t length;

	(void)sigaction(
	    SIGUSR2, &(struct sigaction){ .sa_handler = release }, NULL);
	for (;;) {
		if (let_go && held != 0) {
			answer(fuse, held, 0, zeros, sizeof(zeros));
			held = 0;
		}
		length = read(fuse, request, sizeof(request));
		if (length > 0)
			serve_one(fuse, (const void *)request, &held);
		else if (errno != EINTR)
			_exit(0);
	}
}

/* ---- the process ------------------------------------------------------------- */

static void
wait_byte(int descriptor)
{
	char byte;

	while (read(descriptor, &byte, 1) == -1 && errno == EINTR)
		continue;
}

/* Waits for the lock of the memory map, for writing. */
static void *
map_more(void *context)
{
	(void)context;
	mapper = gettid();
	wait_byte(go[0]);
	(void)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return (NULL);
}

/* A child that ends with us. */
static pid_t
child(void)
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return (pid);
}

static void
look_from_outside(pid_t target)
{
	char path[32], byte;
	int memory;

	wait_byte(look[0]);
	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)target);
	memory = open(path, O_RDONLY);
	(void)!pread(memory, &byte, 1, (off_t)(uintptr_t)mapped);
	_exit(0);
}

static int
sleeps_for_good(pid_t tid)
{
	char path[64], text[512], *p;
	ssize_t length;
	int file;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	file = open(path, O_RDONLY);
	length = read(file, text, sizeof(text) - 1);
	(void)close(file);
	text[length < 0 ? 0 : length] = '\0';
	p = strrchr(text, ')');
	return (p != NULL && p[1] == ' ' && p[2] == 'D');
}

static void
say(const char *text)
{
	(void)!write(STDOUT_FILENO, text, strlen(text));
}

static int
mount_it(const char *directory)
{
	char options[128];
	int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	(void)snprintf(options, sizeof(options),
	    "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	/* In a name space of our own: it goes when we do. */
	if (fuse == -1 || unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("hanging", directory, "fuse", MS_NODEV | MS_NOSUID,
		options) == -1) {
		printf("no fuse: %s\n", strerror(errno));
		exit(77);
	}
	return (fuse);
}

/* From now on no page of ours is new, or shared with a child: to get one, the
 * map has to be locked. */
static void
stay_in_memory(void)
{
	volatile char stack[64 << 10];
	size_t i;

	for (i = 0; i < sizeof(stack); i += PAGE)
		stack[i] = 0;
	if (mlockall(MCL_CURRENT) == -1)
		err(1, "mlockall");
}

int
main(int argc, char *argv[])
{
	char path[256];
	pthread_t thread;
	pid_t server;
	sigset_t set;
	int file, fuse, got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	if (pipe(go) == -1 || pipe(look) == -1 || pipe(asked) == -1)
		err(1, "pipe");
	fuse = mount_it(argc > 1 ? argv[1] : "/mnt");
	server = child();
	if (server == 0)
		serve(fuse);
	(void)close(fuse);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)snprintf(
	    path, sizeof(path), "%s/file", argc > 1 ? argv[1] : "/mnt");
	file = open(path, O_RDONLY);
	mapped =
	    mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (child() == 0)
		look_from_outside(getppid());
	if (pthread_create(&thread, NULL, map_more, NULL) != 0)
		err(1, "thread");
	stay_in_memory();
	if (file == -1 ||
	    mmap(mapped, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) ==
		MAP_FAILED)
		err(1, "%s", path);
	say("ready\n");
	(void)sigwait(&set, &got);
	(void)!write(look[1], "", 1);
	wait_byte(asked[0]);
	(void)!write(go[1], "", 1);
	while (mapper == 0 || !sleeps_for_good(mapper))
		(void)usleep(1000);
	say("hangs\n");
	(void)sigwait(&set, &got);
	do { /* it may have been about to wait when it came */
		(void)kill(server, SIGUSR2);
		(void)usleep(1000);
	} while (pthread_tryjoin_np(thread, NULL) != 0);
	say("free\n");
	for (;;)
		(void)pause();
}
