// SPDX-License-Identifier: GPL-2.0-only
/*
 * pprof: google/pprof, proto/profile.proto.  A profile is one message with fields in any order:
 * strings, functions and locations are written with the first sample that needs them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/gzip.h"
#include "base/intern.h"
#include "export/exporter.h"
#include "export/proto.h"
#include "export/stacks.h"

/* Fields, by their message. */
enum { PROFILE_SAMPLE_TYPE = 1, PROFILE_SAMPLE, PROFILE_MAPPING, PROFILE_LOCATION, PROFILE_FUNCTION,
       PROFILE_STRING, PROFILE_DURATION = 10, PROFILE_COMMENT = 13, PROFILE_DEFAULT_TYPE };
enum { TYPE_TYPE = 1, TYPE_UNIT };
enum { SAMPLE_LOCATION = 1, SAMPLE_VALUE, SAMPLE_LABEL };
enum { LABEL_KEY = 1, LABEL_STR };
enum { MAPPING_ID = 1, MAPPING_START, MAPPING_LIMIT, MAPPING_FILENAME = 5, MAPPING_BUILD_ID,
       MAPPING_HAS_FUNCTIONS };
enum { LOCATION_ID = 1, LOCATION_MAPPING, LOCATION_ADDRESS, LOCATION_LINE };
enum { LINE_FUNCTION = 1 };
enum { FUNCTION_ID = 1, FUNCTION_NAME, FUNCTION_SYSTEM_NAME, FUNCTION_FILENAME };

static const enum field keys[] = {
	FIELD_WORLD, FIELD_VM, FIELD_VCPU, FIELD_COMM, FIELD_GUEST_COMM, FIELD_OBJECT, FIELD_SYMBOL,
	FIELD_OFFSET, FIELD_CGROUP, FIELD_NODE,
};

enum { KEY_WORLD, KEY_VM, KEY_VCPU, KEY_COMM, KEY_GUEST_COMM, KEY_OBJECT, KEY_SYMBOL, KEY_OFFSET,
       KEY_CGROUP, KEY_NODE, NR_KEYS };

_Static_assert(sizeof(keys) / sizeof(keys[0]) == NR_KEYS && NR_KEYS <= PROFILE_KEYS,
	       "a number for each key");

/* The values of a sample. */
enum { VALUE_SAMPLES, VALUE_OPERATIONS, VALUE_LATENCY, VALUE_TIME, NR_VALUES };

/* An object: addresses are offsets in it. */
struct mapping {
	const char *path;	/* of .strings */
	uint64_t limit;		/* end of its addresses */
};

struct pprof {
	const struct export *x;
	FILE *out;
	struct proto p, sample;		/* fields that a sample needs, and the sample */
	struct intern strings, functions, locations;
	struct intern objects;		/* numbers of mappings */
	struct mapping *mappings;
	size_t nr_mappings;
	bool time;			/* there are samples of cycles, or of a clock */
	bool failed;			/* out of memory */
};

/* The number of key; if *new, the caller must write it. */
static uint32_t number_of(struct pprof *f, struct intern *in, const void *key, size_t len, bool *new)
{
	uint32_t nr = in->nr, number = intern_add(in, key, len);

	f->failed |= number == INTERN_NONE;
	*new = in->nr > nr;
	return number == INTERN_NONE ? 0 : number;
}

static uint64_t string(struct pprof *f, const char *text)
{
	bool new;
	uint32_t number = number_of(f, &f->strings, text, strlen(text), &new);

	if (new)
		proto_string(&f->p, PROFILE_STRING, text);
	return number;
}

/* "" and 0: none. */
static uint64_t mapping(struct pprof *f, const char *object, uint64_t address)
{
	struct mapping *m = NULL;
	uint32_t number;
	bool new;

	if (!*object)
		return 0;
	number = number_of(f, &f->objects, object, strlen(object), &new);
	if (new)
		m = array_add(f->mappings, f->nr_mappings);
	else if (number < f->nr_mappings)
		m = &f->mappings[number];
	f->failed |= !m;
	if (!m)
		return 0;
	m->path = intern_get(&f->objects, number);
	if (address >= m->limit)
		m->limit = address + (address < UINT64_MAX);
	return number + 1;
}

static uint64_t function(struct pprof *f, const char *name, const char *object)
{
	uint64_t key[] = { string(f, name), string(f, object) };
	bool new;
	uint64_t id = number_of(f, &f->functions, key, sizeof(key), &new) + 1ull;
	size_t open;

	if (!new)
		return id;
	open = proto_open(&f->p, PROFILE_FUNCTION);
	proto_uint(&f->p, FUNCTION_ID, id);
	proto_uint(&f->p, FUNCTION_NAME, key[0]);
	proto_uint(&f->p, FUNCTION_SYSTEM_NAME, key[0]);
	proto_uint(&f->p, FUNCTION_FILENAME, key[1]);
	proto_close(&f->p, open);
	return id;
}

/* address 0: none is known. */
static uint64_t location(struct pprof *f, const char *name, const char *object, uint64_t address)
{
	uint64_t key[] = { function(f, name, object), address };
	uint64_t map = mapping(f, object, address), id;
	size_t open, line;
	bool new;

	id = number_of(f, &f->locations, key, sizeof(key), &new) + 1ull;
	if (!new)
		return id;
	open = proto_open(&f->p, PROFILE_LOCATION);
	proto_uint(&f->p, LOCATION_ID, id);
	proto_uint(&f->p, LOCATION_MAPPING, map);
	proto_uint(&f->p, LOCATION_ADDRESS, address);
	line = proto_open(&f->p, LOCATION_LINE);
	proto_uint(&f->p, LINE_FUNCTION, key[0]);
	proto_close(&f->p, line);
	proto_close(&f->p, open);
	return id;
}

static void label(struct pprof *f, const char *key, const char *text)
{
	size_t open = proto_open(&f->sample, SAMPLE_LABEL);

	proto_uint(&f->sample, LABEL_KEY, string(f, key));
	proto_uint(&f->sample, LABEL_STR, string(f, text));
	proto_close(&f->sample, open);
}

static bool in_guest(enum world w)
{
	return w == WORLD_GUEST_USER || w == WORLD_GUEST_KERNEL;
}

/* Add the values and the owner, which all samples have.  vm -1: unknown if in a guest. */
static void finish(struct pprof *f, const uint64_t value[NR_VALUES], enum world world, int32_t vm,
		   const char *comm)
{
	size_t open = proto_open(&f->sample, SAMPLE_VALUE);
	char number[16] = "unknown";

	for (unsigned int i = 0; i < (f->time ? NR_VALUES : VALUE_TIME); i++)
		proto_varint(&f->sample, value[i]);
	proto_close(&f->sample, open);
	label(f, "world", world_name(world));
	if (vm >= 0)
		snprintf(number, sizeof(number), "%d", vm);
	if (in_guest(world))
		label(f, "vm", number);
	label(f, "comm", comm);
}

/* Write the complete sample after the fields that it needs.  0 or -ENOMEM. */
static int flush(struct pprof *f)
{
	proto_add(&f->p, PROFILE_SAMPLE, &f->sample);
	return proto_write(&f->p, f->out) ?: f->failed ? -ENOMEM : 0;
}

static int put_row(struct pprof *f, const struct row *r)
{
	const struct value *v = r->keys;
	const uint64_t value[NR_VALUES] = {
		r->m.samples, r->m.operations, r->m.total.cycles,
		f->x->stacks ? 0 : r->m.cycles.periods,
	};
	const struct value *comm = &v[v[KEY_GUEST_COMM].known ? KEY_GUEST_COMM : KEY_COMM];
	enum world world = (enum world)v[KEY_WORLD].num;
	size_t open;

	if (!value[VALUE_SAMPLES] && !value[VALUE_TIME])
		return 0;
	open = proto_open(&f->sample, SAMPLE_LOCATION);
	proto_varint(&f->sample, location(f, export_known(v[KEY_SYMBOL].text), v[KEY_OBJECT].text,
					  v[KEY_OFFSET].known ? v[KEY_OFFSET].num : 0));
	proto_close(&f->sample, open);
	finish(f, value, world, v[KEY_VM].known ? (int32_t)v[KEY_VM].num : -1,
	       export_known(comm->text));
	if (in_guest(world))
		label(f, "vcpu", v[KEY_VCPU].known ? v[KEY_VCPU].text : "unknown");
	if (v[KEY_CGROUP].known)
		label(f, "cgroup", v[KEY_CGROUP].text);
	if (v[KEY_NODE].known)
		label(f, "numa", v[KEY_NODE].text);
	return flush(f);
}

static int put_stack(void *arg, const struct export_stack *s)
{
	const uint64_t value[NR_VALUES] = { [VALUE_TIME] = s->weight };
	struct pprof *f = arg;
	size_t open = proto_open(&f->sample, SAMPLE_LOCATION);

	for (size_t i = s->nr; i--;)
		proto_varint(&f->sample, location(f, s->frame[i].name, s->frame[i].object, 0));
	proto_close(&f->sample, open);
	finish(f, value, s->world, s->vm, s->comm);
	return flush(f);
}

static void put_type(struct pprof *f, const char *type, const char *unit)
{
	uint64_t number[] = { string(f, type), string(f, unit) };
	size_t open = proto_open(&f->p, PROFILE_SAMPLE_TYPE);

	proto_uint(&f->p, TYPE_TYPE, number[0]);
	proto_uint(&f->p, TYPE_UNIT, number[1]);
	proto_close(&f->p, open);
}

static void put_header(struct pprof *f)
{
	const char *time = f->x->rows->sum.clock ? "time" : "cpu";

	string(f, "");
	put_type(f, "samples", "count");
	put_type(f, "operations", "count");
	put_type(f, "latency", "cycles");
	if (f->time)
		put_type(f, time, f->x->rows->sum.clock ? "nanoseconds" : "cycles");
	proto_uint(&f->p, PROFILE_DEFAULT_TYPE, string(f, f->time ? time : "latency"));
	proto_uint(&f->p, PROFILE_COMMENT, string(f, "spelunk " SPELUNK_VERSION));
	if (f->x->duration)
		proto_uint(&f->p, PROFILE_DURATION, f->x->duration);
}

/* The build-id that all objects of that path have; "" if they differ or have none. */
static void build_id(const struct pprof *f, const char *path, char out[41])
{
	const struct object *const *o, *found = NULL;
	size_t nr = spaces_objects(f->x->rec->p.spaces, &o);

	*out = '\0';
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(o[i]->path, path))
			continue;
		if (found && (found->build_id_len != o[i]->build_id_len ||
			      memcmp(found->build_id, o[i]->build_id, found->build_id_len)))
			return;
		found = o[i];
	}
	for (unsigned int i = 0; found && i < found->build_id_len; i++)
		sprintf(out + 2 * i, "%02x", found->build_id[i]);
}

static void put_mappings(struct pprof *f)
{
	for (size_t i = 0; i < f->nr_mappings; i++) {
		const struct mapping *m = &f->mappings[i];
		uint64_t name = string(f, m->path), id;
		char hex[41];
		size_t open;

		build_id(f, m->path, hex);
		id = string(f, hex);
		open = proto_open(&f->p, PROFILE_MAPPING);
		proto_uint(&f->p, MAPPING_ID, i + 1);
		proto_uint(&f->p, MAPPING_LIMIT, m->limit);
		proto_uint(&f->p, MAPPING_FILENAME, name);
		proto_uint(&f->p, MAPPING_BUILD_ID, id);
		proto_uint(&f->p, MAPPING_HAS_FUNCTIONS, true);
		proto_close(&f->p, open);
	}
}

static int put_all(struct pprof *f)
{
	int err = 0;

	put_header(f);
	for (size_t i = 0; !err && i < f->x->rows->nr; i++)
		err = put_row(f, &f->x->rows->row[i]);
	if (f->x->stacks)
		err = err ?: export_each_stack(f->x, put_stack, f);
	put_mappings(f);
	return err ?: proto_write(&f->p, f->out) ?: f->failed ? -ENOMEM : 0;
}

static int write(struct export *x, FILE *out)
{
	struct pprof f = {
		.x = x, .out = gzip_writer(out), .time = x->stacks || x->rows->sum.cycles.samples,
	};
	int err = f.out ? put_all(&f) : -ENOMEM;

	if (f.out && fclose(f.out) && !err)
		err = -EIO;
	proto_free(&f.p);
	proto_free(&f.sample);
	intern_clear(&f.strings);
	intern_clear(&f.functions);
	intern_clear(&f.locations);
	intern_clear(&f.objects);
	free(f.mappings);
	return err;
}

static int count(struct export *x, char *err, size_t errlen)
{
	int ret = export_count_chains(x);

	if (ret && ret != -ENODATA && ret != -EOPNOTSUPP)
		return ret;
	return export_count_rows(x, keys, NR_KEYS) ?: export_check_rows(x, err, errlen);
}

const struct exporter exporter_PPROF = { .binary = true, .cgroups = true, .count = count, .write = write };
