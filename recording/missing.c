// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "recording/recording.h"

/* How many objects lack names, by what would help. */
struct lack {
	size_t host, guests, programs, made;	/* numbers of objects */
	size_t stripped;			/* those of .host whose files were found */
	int32_t vm;				/* the first of guests */
};

static void count_lack(const struct recording *r, struct lack *l)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects), i;

	*l = (struct lack){ .vm = -1 };
	for (i = 0; i < n; i++) {
		const struct object *o = objects[i];

		if (!symbolizer_missing(r->symbolizer, o))
			continue;
		if (o->kind == OBJECT_ANON) {
			l->made++;
		} else if (o->kind == OBJECT_GUEST) {
			l->vm = l->guests++ ? l->vm : o->vm;
		} else {
			++*(o->vm >= 0 ? &l->programs : &l->host);
			l->stripped += o->vm < 0 && symbolizer_file(r->symbolizer, o);
		}
	}
}

__attribute__((format(printf, 3, 4)))
static void add(char *text, size_t room, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, room - len, fmt, ap);
	va_end(ap);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "no symbols for 3 objects of the host, 1 guest" */
static void write_lack(const struct lack *l, char *way, size_t room)
{
	strcpy(way, "no symbols for ");
	if (l->host)
		add(way, room, "%zu object%s of the host", l->host, plural(l->host));
	if (l->guests)
		add(way, room, "%s%zu guest%s", l->host ? ", " : "", l->guests, plural(l->guests));
	if (l->programs)
		add(way, room, "%s%zu program%s of guests", l->host || l->guests ? ", " : "",
		    l->programs, plural(l->programs));
	if (!l->host && !l->guests && !l->programs)
		add(way, room, "code generated at run time: give --jit DIR with the "
		    "perf-PID.map or jit-PID.dump that its runtime writes");
}

static void write_way(const struct lack *l, struct missing *out)
{
	const char *before = ": ";
	char *way = out->way;
	const size_t room = sizeof(out->way);

	write_lack(l, way, room);
	if (l->host > l->stripped) {
		add(way, room, "%srun `spelunk archive` on the recorded machine, or give --symfs DIR with "
		    "its files", before);
		before = "; ";
	}
	if (l->stripped) {
		add(way, room, "%sinstall debug symbols of stripped files, or give "
		    "--debuginfod", before);
		before = "; ";
	}
	if (l->guests && l->vm >= 0) {
		add(way, room, "%sgive --guest %d=FILE with a guest's kernel", before, l->vm);
		before = "; ";
	} else if (l->guests) {
		add(way, room, "%sgive --guest FILE with a guest's kernel", before);
		before = "; ";
	}
	if (l->programs)
		add(way, room, "%sgive --guest-symfs VM=DIR with a guest's files", before);
	out->sentence[0] = way;
	out->nr = 1;
}

/* What helps the kernel also helps its modules: one sentence for all. */
static void write_each(const struct recording *r, struct missing *out)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects), i, more = 0, modules = 0;
	bool kernel = false;

	for (i = 0; i < n; i++) {
		const char *why = symbolizer_missing(r->symbolizer, objects[i]);

		if (!why)
			continue;
		kernel |= objects[i]->kind == OBJECT_KERNEL;
		if (kernel && objects[i]->kind == OBJECT_MODULE)
			modules++;
		else if (out->nr <= MISSING_MAX)
			out->sentence[out->nr++] = why;
		else
			more++;
	}
	if (modules) {
		snprintf(out->modules, sizeof(out->modules),
			 "no symbols for %zu host kernel modules", modules);
		out->sentence[out->nr++] = out->modules;
	}
	if (more) {
		snprintf(out->more, sizeof(out->more),
			 "%zu more objects have no symbols", more);
		out->sentence[out->nr++] = out->more;
	}
}

void recording_missing(const struct recording *r, struct missing *out)
{
	struct lack l;

	out->nr = 0;
	count_lack(r, &l);
	if (!l.host && !l.guests && !l.programs && !l.made)
		return;
	write_way(&l, out);
	write_each(r, out);
}
