/*
 * trap.h - a signal after each instruction, where the processor has a flag for
 * that and no sanitiser delays signals: there TRAP_FLAG is defined.
 */
#ifndef TRAP_H
#define TRAP_H

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) &&                    \
    !defined(__SANITIZE_ADDRESS__)

#define TRAP_FLAG 0x100

/* SIGTRAP from now on, until its handler clears the flag in REG_EFL. */
static inline __attribute__((always_inline)) void
trap_set(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "orq %0, (%%rsp)\n\t"
			 "popfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "i"(TRAP_FLAG)
			 : "memory", "cc");
}

#endif
#endif
