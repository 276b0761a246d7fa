/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_OBJECTS_H
#define SYMBOLIZER_SPACES_OBJECTS_H

#include "base/intern.h"
#include "symbolizer/spaces/space.h"

/*
 * What can be mapped: each object once, by id.  All zero is an empty, usable
 * one.  Numbers of texts (paths, names, build-ids) are those of .texts.
 */
struct objects {
	struct intern texts;
	struct intern tabled;		/* paths the build-id table has */
	uint32_t *tabled_id;		/* by that: the id's text; INTERN_NONE: they differ */
	uint32_t nr_tabled;
	struct intern keys;		/* what makes an object, by its id */
	struct object *object;
	uint32_t nr;
	const struct object **list;	/* sealed */
};

void objects_clear(struct objects *o);

/* Number of a recorded path or name; INTERN_NONE: out of memory. */
uint32_t objects_text(struct objects *o, const char *text);

/* A row of the recording's build-id table.  0 or -ENOMEM. */
int objects_table(struct objects *o, const char *path, const uint8_t *id, uint8_t len);

/* Text of the build-id the table has for a path; INTERN_NONE: none, or two. */
uint32_t objects_build_id(const struct objects *o, enum object_kind kind, uint32_t text);

/* What a path mapped by a process is. */
enum object_kind objects_user_kind(const char *path);

/*
 * Ids, new or old; INTERN_NONE: out of memory.  build_id INTERN_NONE:
 * unknown.  A kernel's text names its reference symbol, whose address is
 * base; text INTERN_NONE: nothing is known of it.  Of guests it is the id of
 * vm -1; those of vm 0 to nr - 1 follow.
 */
uint32_t objects_add(struct objects *o, enum object_kind kind, uint32_t text,
		     uint32_t build_id, uint64_t base, uint64_t size);
uint32_t objects_add_kernel(struct objects *o, uint32_t text, uint32_t build_id,
			    uint64_t base);
uint32_t objects_add_guests(struct objects *o, uint32_t nr);

/* What is mapped in a guest: of which VM, and where in its path the guest's own begins. */
void objects_set_guest(struct objects *o, uint32_t id, int32_t vm, uint32_t prefix);

/* The id objects_add() gave it; INTERN_NONE: there is none. */
uint32_t objects_find(const struct objects *o, enum object_kind kind, uint32_t text,
		      uint32_t build_id, uint64_t base, uint64_t size);

int objects_seal(struct objects *o);	/* nothing more comes.  0 or -ENOMEM */

#endif
