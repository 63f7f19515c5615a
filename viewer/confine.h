/*
 * confine.h - gives up what a command does not need before it looks at bytes that
 * somebody else has written.
 *
 * From then on, for this process and for good: files can be read, nothing can be
 * written but to descriptors that are open, nothing be started, nobody be spoken
 * to or signalled, no memory be made executable.  So that bytes of a region that
 * got the better of the reader would have got hold of little.
 */
#ifndef VIEWER_CONFINE_H
#define VIEWER_CONFINE_H

#define CONFINE_PATHS 1 /* Landlock: files can only be read */
#define CONFINE_CALLS 2 /* seccomp: system calls that looking needs */

#define CONFINE_ALL (CONFINE_PATHS | CONFINE_CALLS)

unsigned confine(unsigned wanted);
	/*
	 * What of it holds now: a kernel may know neither.  Needs no privilege.
	 * Libraries that may be wanted have to be loaded before.  Once: it cannot
	 * be asked for again, nor taken back.
	 */

#endif
