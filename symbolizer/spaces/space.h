/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_SPACE_H
#define SYMBOLIZER_SPACES_SPACE_H

#include <stdbool.h>

#include "collector/event.h"

/*
 * Address spaces over time: what was mapped where, in whom, when.  Knows
 * objects (files) and offsets, never names of functions.
 */
struct spaces;

enum object_kind {
	OBJECT_UNKNOWN,		/* nothing was mapped there, as far as is known */
	OBJECT_FILE,		/* user ELF */
	OBJECT_VDSO,
	OBJECT_ANON,		/* //anon, [heap], [stack], JIT code */
	OBJECT_KERNEL,		/* the host's kernel image */
	OBJECT_MODULE,		/* a host kernel module */
	OBJECT_KSYMBOL,		/* BPF program or trampoline: named by the kernel */
	OBJECT_GUEST,		/* a VM's memory, kernel and user; without what is known of its
				 * processes, which have OBJECT_FILE and the like */
};

/* Immutable once made; owned by the spaces; equal objects are one object. */
struct object {
	uint32_t id;		/* dense, from 0; 0 is OBJECT_UNKNOWN */
	uint8_t kind;		/* enum object_kind */
	uint8_t build_id_len;	/* bytes; 0: unknown */
	uint8_t build_id[20];
	uint8_t prefix;		/* of path: bytes before a guest's own path; else 0 */
	int32_t vm;		/* OBJECT_GUEST, and what is mapped in a guest's process; else -1 */
	uint64_t base;		/* OBJECT_KERNEL: address of the reference symbol in
				 * the recording (0: not recorded); OBJECT_MODULE,
				 * OBJECT_KSYMBOL: load address; else 0 */
	uint64_t size;		/* bytes; OBJECT_MODULE, OBJECT_KSYMBOL; 0: unknown */
	const char *ref_symbol;	/* OBJECT_KERNEL: "_text" or "_stext"; else NULL */
	const char *path;	/* as recorded; "[kernel]", "[guest:vm0]", "[guest]"
				 * (which VM is not known), "[guest:vm0]/bin/sh", "[unknown]" */
};

/*
 * Where an address lies.  offset is a file offset in OBJECT_FILE and
 * OBJECT_VDSO, bytes from the load address in OBJECT_MODULE and
 * OBJECT_KSYMBOL, and the address itself in all others.
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

/* A build-id recorded beside the maps (the file's build-id table).  0 or -ENOMEM. */
int spaces_build_id(struct spaces *s, const char *path, const uint8_t *id, uint8_t len);

/*
 * The same of a guest's own event, whose time is the host's already: of its processes;
 * its kernel's maps are ignored, since OBJECT_GUEST has all of that.  index: which
 * recording of a guest's it is of, below 256; vm: which VM that is.
 */
int spaces_apply_guest(struct spaces *s, uint32_t index, int32_t vm, const struct event *ev);
/* As spaces_build_id(), of such a recording. */
int spaces_build_id_guest(struct spaces *s, int32_t vm, const char *path, const uint8_t *id,
			  uint8_t len);

/*
 * There are at least nr VMs, so that each has an object of its own.  Optional:
 * the processes that entered a guest are counted.  0 or -ENOMEM.
 */
int spaces_guests(struct spaces *s, uint32_t nr);

/* All has been applied: sort, and build the spaces.  0 or -ENOMEM. */
int spaces_seal(struct spaces *s);

/* From here on the spaces are const, and any number of threads may ask. */

/* Whose space: a host process' id, or one of */
enum {
	SPACE_KERNEL	= -1,	/* the host's kernel */
	SPACE_GUEST	= -16,	/* a VM's: SPACE_GUEST - vm (vm -1, not known which: -15) */
	SPACE_GUEST_PROCESS = -(1 << 30),	/* and below: SPACE_OF_GUEST() */
};

/* Of process pid, 0 to 1 << 22, of the guest in whose recording it is. */
#define SPACE_OF_GUEST(index, pid)	(SPACE_GUEST_PROCESS - ((int32_t)(index) * (1 << 22) + (pid)))

/*
 * The space pid had at time (ns, perf clock).  Two times, of one process or
 * of two, have the same number exactly if the same addresses mean the same
 * places.  Numbers are dense, from 0.  *from and *until (ns, first time
 * after) bound the answer.  In the space of an unknown process nothing is
 * mapped.  Without usable time (time 0) it is the last state the process
 * lived in.
 *
 * A map that covers nothing older counts from the start of the state it is
 * added to: its event may come after the first samples in it.  A map that
 * covers an older one, exec, the last thread's end and kernel text that goes
 * count from their time on.
 *
 * In the host's kernel, what no module and no KSYMBOL covers is the kernel
 * image's, as long as it is a kernel address: perf's idea of the image's end
 * is not to be relied on, and modules lie below it on arm64.
 */
uint32_t spaces_find(const struct spaces *s, int32_t pid, uint64_t time,
		     uint64_t *from, uint64_t *until);

/* Where addr lies in that space.  Never fails: OBJECT_UNKNOWN is an answer. */
void spaces_locate(const struct spaces *s, uint32_t space, uint64_t addr,
		   struct place *out);

/* How many numbers spaces_find() can give. */
uint32_t spaces_nr(const struct spaces *s);

/* All objects, by id.  Borrowed from the spaces. */
/*
 * As spaces_locate(), for a caller that remembers: all addresses from *first
 * to *last lie in the same object, at the same distance from their offsets.
 */
void spaces_locate_around(const struct spaces *s, uint32_t space, uint64_t addr,
			  struct place *out, uint64_t *first, uint64_t *last);

size_t spaces_objects(const struct spaces *s, const struct object *const **out);

#endif
