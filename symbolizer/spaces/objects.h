/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_OBJECTS_H
#define SYMBOLIZER_SPACES_OBJECTS_H

#include "base/intern.h"
#include "symbolizer/spaces/space.h"

/*
 * Everything that can be mapped: each object once, by id.  All zero is empty and usable.  Numbers
 * of texts (paths, names, build-ids) are those of .texts.
 */
struct objects {
	struct intern texts;
	struct intern tabled;		/* paths in the build-id table */
	uint32_t *tabled_id;		/* by number in .tabled: the id's text; INTERN_NONE:
					 * there are different ones */
	uint32_t nr_tabled;
	struct intern keys;		/* the properties that identify an object, by its id */
	struct object *object;
	uint32_t nr;
	const struct object **list;	/* after the seal */
};

void objects_clear(struct objects *o);

/* Number of a recorded path or name; INTERN_NONE: out of memory. */
uint32_t objects_text(struct objects *o, const char *text);

/* Add a row of the recording's build-id table.  0 or -ENOMEM. */
int objects_table(struct objects *o, const char *path, const uint8_t *id, uint8_t len);

/* The text of a path's build-id in that table; INTERN_NONE: none, or more than one. */
uint32_t objects_build_id(const struct objects *o, enum object_kind kind, uint32_t text);

/* The kind of a path that a process mapped. */
enum object_kind objects_user_kind(const char *path);

/*
 * Add an object and return its id, or return the existing one; INTERN_NONE: out of memory.
 * build_id INTERN_NONE: unknown.  A kernel's text names its reference symbol, whose address is
 * base; text INTERN_NONE: unknown.  objects_add_guests() returns the id for vm -1; those of vm 0 to
 * nr - 1 follow.
 */
uint32_t objects_add(struct objects *o, enum object_kind kind, uint32_t text,
		     uint32_t build_id, uint64_t base, uint64_t size);
uint32_t objects_add_kernel(struct objects *o, uint32_t text, uint32_t build_id,
			    uint64_t base);
/* OBJECT_ANON; pid: see struct object. */
uint32_t objects_add_anon(struct objects *o, uint32_t text, int32_t pid);
uint32_t objects_add_guests(struct objects *o, uint32_t nr);

/* The object is mapped in a guest: its VM, and the length of the prefix before the guest's path. */
void objects_set_guest(struct objects *o, uint32_t id, int32_t vm, uint32_t prefix);

/* The id from objects_add(); INTERN_NONE: no such object. */
uint32_t objects_find(const struct objects *o, enum object_kind kind, uint32_t text,
		      uint32_t build_id, uint64_t base, uint64_t size);

int objects_seal(struct objects *o);	/* after the last object.  0 or -ENOMEM */

#endif
