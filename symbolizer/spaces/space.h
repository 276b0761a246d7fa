/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_SPACE_H
#define SYMBOLIZER_SPACES_SPACE_H

#include <stdbool.h>

#include "collector/event.h"

/*
 * Address spaces over time: which object was mapped where, in which process, and when.  Knows
 * objects (files) and offsets, never names of functions.
 */
struct spaces;

enum object_kind {
	OBJECT_UNKNOWN,		/* no known map there */
	OBJECT_FILE,		/* user ELF */
	OBJECT_VDSO,
	OBJECT_ANON,		/* //anon, [heap], [stack], JIT code */
	OBJECT_KERNEL,		/* the host's kernel image */
	OBJECT_MODULE,		/* a host kernel module */
	OBJECT_KSYMBOL,		/* BPF program or trampoline; the kernel records its name */
	OBJECT_GUEST,		/* a VM's memory, kernel and user; but known guest processes have
				 * OBJECT_FILE and the like */
};

/* Immutable; owned by the spaces; equal objects are one object. */
struct object {
	uint32_t id;		/* dense, from 0; 0 is OBJECT_UNKNOWN */
	uint8_t kind;		/* enum object_kind */
	uint8_t build_id_len;	/* bytes; 0: unknown */
	uint8_t build_id[20];
	uint8_t prefix;		/* of path: bytes before a guest's own path; else 0 */
	int32_t pid;		/* OBJECT_ANON: the process, or SPACE_OF_GUEST(), of which
				 * spaces_jit() said that it makes code; else -1 */
	int32_t vm;		/* OBJECT_GUEST, and objects in a guest's process; else -1 */
	uint64_t base;		/* OBJECT_KERNEL: address of the reference symbol in
				 * the recording (0: not recorded); OBJECT_MODULE,
				 * OBJECT_KSYMBOL: load address; else 0 */
	uint64_t size;		/* bytes; OBJECT_MODULE, OBJECT_KSYMBOL; 0: unknown */
	const char *ref_symbol;	/* OBJECT_KERNEL: "_text" or "_stext"; else NULL */
	const char *path;	/* as recorded; "[kernel]", "[guest:vm0]", "[guest]"
				 * (which VM is not known), "[guest:vm0]/bin/sh", "[unknown]" */
};

/*
 * The meaning of an address.  offset is a file offset for OBJECT_FILE and OBJECT_VDSO, bytes from
 * the load address for OBJECT_MODULE and OBJECT_KSYMBOL, and the address itself for all others.
 */
struct place {
	const struct object *object;
	uint64_t offset;
};

struct spaces *spaces_new(void);	/* NULL: out of memory */
void spaces_free(struct spaces *s);	/* NULL is fine */

/*
 * Learn from EVENT_MMAP, _FORK, _COMM (exec), _TASK_EXIT and _KSYMBOL, in any
 * order; others are ignored.  0 or -ENOMEM.
 */
int spaces_apply(struct spaces *s, const struct event *ev);

/* Add a row of the recording's build-id table.  0 or -ENOMEM. */
int spaces_build_id(struct spaces *s, const char *path, const uint8_t *id, uint8_t len);

/*
 * Likewise for an event from a guest's own recording, with its time already converted to the
 * host's.  Maps of the guest's kernel are ignored: OBJECT_GUEST covers them.  index: of the guest's
 * recording, below 256; vm: its VM.
 */
int spaces_apply_guest(struct spaces *s, uint32_t index, int32_t vm, const struct event *ev);
/* As spaces_build_id(), for such a recording. */
int spaces_build_id_guest(struct spaces *s, int32_t vm, const char *path, const uint8_t *id,
			  uint8_t len);

/*
 * That process, or SPACE_OF_GUEST(), makes code at run time, and its functions are known: its
 * memory without files is of objects of its own, which children that it forks share.  0 or -ENOMEM.
 */
int spaces_jit(struct spaces *s, int32_t pid);

/*
 * There are at least nr VMs; each gets an object.  Optional: without it the processes that entered
 * a guest are counted.  0 or -ENOMEM.
 */
int spaces_guests(struct spaces *s, uint32_t nr);

/* After the last event: sort, and build the spaces.  0 or -ENOMEM. */
int spaces_seal(struct spaces *s);

/* From here on the spaces are const: any number of threads may use them. */

/* Owner of a space: a host process id, or one of */
enum {
	SPACE_KERNEL	= -1,	/* the host's kernel */
	SPACE_GUEST	= -16,	/* a VM's: SPACE_GUEST - vm (vm -1, unknown: -15) */
	SPACE_GUEST_PROCESS = -(1 << 30),	/* and below: SPACE_OF_GUEST() */
};

/* A guest's process with that pid, 0 to 1 << 22, in the guest's recording of that index. */
#define SPACE_OF_GUEST(index, pid)	(SPACE_GUEST_PROCESS - ((int32_t)(index) * (1 << 22) + (pid)))

/*
 * The space of pid at a time (ns, perf clock).  Two times, of the same process or of two, have the
 * same number exactly if all addresses mean the same places.  Numbers are dense, from 0.  The
 * answer holds from *from to before *until (ns).  The space of an unknown process is empty.
 * Without a usable time (0) it is the last state of the process.
 *
 * A map that covers no older one counts from the start of the state that it is added to, because
 * its event may come after the first samples in it.  A map over an older one, exec, the end of the
 * last thread and the removal of kernel text count from their own time.
 *
 * In the host's kernel every kernel address outside of modules and KSYMBOLs belongs to the kernel
 * image: perf's end of the image is unreliable, and modules are below it on arm64.
 */
uint32_t spaces_find(const struct spaces *s, int32_t pid, uint64_t time,
		     uint64_t *from, uint64_t *until);

/* The place of addr in that space.  Never fails: OBJECT_UNKNOWN is an answer. */
void spaces_locate(const struct spaces *s, uint32_t space, uint64_t addr,
		   struct place *out);

/* Upper bound of the numbers from spaces_find(). */
uint32_t spaces_nr(const struct spaces *s);

/* All objects, by id.  Borrowed from the spaces. */
/*
 * As spaces_locate(), for a caller that caches: all addresses from *first to *last are in the same
 * object, at the same distance from their offsets.
 */
void spaces_locate_around(const struct spaces *s, uint32_t space, uint64_t addr,
			  struct place *out, uint64_t *first, uint64_t *last);

size_t spaces_objects(const struct spaces *s, const struct object *const **out);

#endif
