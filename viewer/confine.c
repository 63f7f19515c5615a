/*
 * confine.c - gives up what a command does not need.
 *
 * A list of system calls that are allowed, as a program for the kernel written
 * out here: libseccomp would make each start of a command a third longer.  What
 * is not on the list fails with EPERM, so that a library that asks for more than
 * it needs goes on without.
 */
#include "confine.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* ---- Landlock ----------------------------------------------------------------- */

/* Rights that came later than the first version, by the version that has them;
 * the kernel's header may be older than the kernel. */
#define REFER (UINT64_C(1) << 13)
#define TRUNCATE (UINT64_C(1) << 14)
#define DEVICES (UINT64_C(1) << 15)
#define FIRST_RIGHTS ((UINT64_C(1) << 13) - 1)

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static bool
paths(void)
{
	struct landlock_ruleset_attr rules = { .handled_access_fs =
						   FIRST_RIGHTS };
	struct landlock_path_beneath_attr all = { .allowed_access = READING };
	long version, ruleset;
	bool done;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return (false);
	if (version >= 2)
		rules.handled_access_fs |= REFER;
	if (version >= 3)
		rules.handled_access_fs |= TRUNCATE;
	if (version >= 5)
		rules.handled_access_fs |= DEVICES;
	ruleset =
	    syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset == -1)
		return (false);
	all.parent_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	done = all.parent_fd != -1 &&
	    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&all, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (all.parent_fd != -1)
		(void)close(all.parent_fd);
	(void)close((int)ruleset);
	return (done);
}

/* ---- seccomp ------------------------------------------------------------------ */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

#ifdef MACHINE

/* A call that is allowed; unless an argument has one of these bits, or when it is
 * one of those numbers. */
struct rule {
	uint16_t call;
	uint8_t argument;
	uint32_t bits;	       /* 0: always */
	const uint32_t *asked; /* up to a 0; NULL: any */
};

#define WRITING ((uint32_t)(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND))

static const uint32_t about_terminals[] = { TCGETS, TIOCGWINSZ, FIONREAD, 0 };

static const struct rule rules[] = {
	{ .call = SYS_openat, .argument = 2, .bits = WRITING },
	{ .call = SYS_mmap, .argument = 2, .bits = PROT_EXEC },
	{ .call = SYS_mprotect, .argument = 2, .bits = PROT_EXEC },
	{ .call = SYS_ioctl, .argument = 1, .asked = about_terminals },
	{ .call = SYS_brk },
	{ .call = SYS_clock_gettime },
	{ .call = SYS_clock_nanosleep },
	{ .call = SYS_close },
	{ .call = SYS_dup },
	{ .call = SYS_dup3 },
	{ .call = SYS_exit },
	{ .call = SYS_exit_group },
	{ .call = SYS_faccessat },
	{ .call = SYS_faccessat2 },
	{ .call = SYS_fallocate },
	{ .call = SYS_fcntl },
	{ .call = SYS_flock },
	{ .call = SYS_fstat },
	{ .call = SYS_fstatfs },
	{ .call = SYS_ftruncate },
	{ .call = SYS_futex },
	{ .call = SYS_getdents64 },
	{ .call = SYS_getegid },
	{ .call = SYS_geteuid },
	{ .call = SYS_getgid },
	{ .call = SYS_getpid },
	{ .call = SYS_getrandom },
	{ .call = SYS_gettid },
	{ .call = SYS_getuid },
	{ .call = SYS_lseek },
	{ .call = SYS_madvise },
	{ .call = SYS_memfd_create },
	{ .call = SYS_mremap },
	{ .call = SYS_munmap },
	{ .call = SYS_nanosleep },
	{ .call = SYS_newfstatat },
	{ .call = SYS_ppoll },
	{ .call = SYS_pread64 },
	{ .call = SYS_preadv },
	{ .call = SYS_pselect6 },
	{ .call = SYS_pwrite64 }, /* of a file in memory: images */
	{ .call = SYS_read },
	{ .call = SYS_readlinkat },
	{ .call = SYS_restart_syscall },
	{ .call = SYS_rt_sigaction },
	{ .call = SYS_rt_sigprocmask },
	{ .call = SYS_rt_sigreturn },
	{ .call = SYS_sched_getaffinity },
	{ .call = SYS_sched_yield },
	{ .call = SYS_setitimer },
	{ .call = SYS_sigaltstack },
	{ .call = SYS_statfs },
	{ .call = SYS_statx },
	{ .call = SYS_sysinfo },
	{ .call = SYS_uname },
	{ .call = SYS_write },
	{ .call = SYS_writev },
#ifdef SYS_poll /* what newer machines do not have */
	{ .call = SYS_access },
	{ .call = SYS_alarm },
	{ .call = SYS_gettimeofday },
	{ .call = SYS_lstat },
	{ .call = SYS_poll },
	{ .call = SYS_readlink },
	{ .call = SYS_stat },
	{ .call = SYS_time },
#endif
};

#define RULES (sizeof(rules) / sizeof(rules[0]))
#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
/* The lower half of an argument, where all of a flag is. */
#define ARGUMENT(n) (FIELD(args) + (n)*8u)

#define PROGRAM_MAX 512

struct program {
	struct sock_filter steps[PROGRAM_MAX];
	unsigned short length;
};

static void
add(struct program *program, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	program->steps[program->length++] =
	    (struct sock_filter){ .code = code, .jt = yes, .jf = no, .k = k };
}

#define LOAD (BPF_LD | BPF_W | BPF_ABS)
#define IS (BPF_JMP | BPF_JEQ | BPF_K)
#define IS_LESS (BPF_JMP | BPF_JGE | BPF_K) /* with its ways exchanged */
#define HAS (BPF_JMP | BPF_JSET | BPF_K)
#define RETURN (BPF_RET | BPF_K)
#define ALLOWED SECCOMP_RET_ALLOW
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

static void
add_rule(struct program *program, const struct rule *rule)
{
	const uint32_t *one;

	add(program, IS, rule->call, 1, 0);
	add(program, RETURN, REFUSED, 0, 0);
	if (rule->bits != 0 || rule->asked != NULL)
		add(program, LOAD, ARGUMENT(rule->argument), 0, 0);
	if (rule->bits != 0) {
		add(program, HAS, rule->bits, 0, 1);
		add(program, RETURN, REFUSED, 0, 0);
	}
	for (one = rule->asked; one != NULL && *one != 0; one++) {
		add(program, IS, *one, 0, 1);
		add(program, RETURN, ALLOWED, 0, 0);
	}
	add(program, RETURN, rule->asked == NULL ? ALLOWED : REFUSED, 0, 0);
}

/* Halves them until one is left: the kernel runs all of this for each number
 * there is when it takes it, which in a row would take ten times as long. */
static void
add_rules(struct program *program, const struct rule *sorted, size_t count)
{
	size_t half = count / 2;
	unsigned short fork;

	if (count == 1) {
		add_rule(program, sorted);
		return;
	}
	fork = program->length;
	add(program, IS_LESS, sorted[half].call, 0, 0);
	add_rules(program, sorted, half);
	program->steps[fork].jt = (uint8_t)(program->length - fork - 1);
	add_rules(program, sorted + half, count - half);
}

static int
compare_rules(const void *a, const void *b)
{
	return ((int)((const struct rule *)a)->call -
	    (int)((const struct rule *)b)->call);
}

static void
write_program(struct program *program)
{
	struct rule sorted[RULES];

	memcpy(sorted, rules, sizeof(rules));
	qsort(sorted, RULES, sizeof(sorted[0]), compare_rules);
	add(program, LOAD, FIELD(arch), 0, 0);
	add(program, IS, MACHINE, 1, 0);
	add(program, RETURN, SECCOMP_RET_KILL_PROCESS, 0, 0);
	add(program, LOAD, FIELD(nr), 0, 0);
	add_rules(program, sorted, RULES);
}

static bool
calls(void)
{
	struct program program = { .length = 0 };
	struct sock_fprog filter = { .filter = program.steps };

	write_program(&program);
	filter.len = program.length;
	return (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0);
}

#else

static bool
calls(void)
{
	return (false); /* its numbers are not written down here */
}

#endif

unsigned
confine(unsigned wanted)
{
	unsigned holds = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return (0);
	if ((wanted & CONFINE_PATHS) != 0 && paths())
		holds |= CONFINE_PATHS;
	if ((wanted & CONFINE_CALLS) != 0 && calls())
		holds |= CONFINE_CALLS;
	return (holds);
}
