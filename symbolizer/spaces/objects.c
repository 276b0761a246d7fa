// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* PATH_MAX: the kernel records no longer paths. */
#define TEXT_MAX	4096

struct object_key {
	uint32_t kind, text, build_id, pad;
	uint64_t base, size;
};

void objects_clear(struct objects *o)
{
	intern_clear(&o->texts);
	intern_clear(&o->tabled);
	intern_clear(&o->keys);
	free(o->tabled_id);
	free(o->object);
	free(o->list);
	*o = (struct objects){ 0 };
}

uint32_t objects_text(struct objects *o, const char *text)
{
	return intern_add(&o->texts, text, strnlen(text, TEXT_MAX));
}

static int table_add(struct objects *o, const char *path, size_t len, uint32_t id)
{
	uint32_t old = o->tabled.nr, n = intern_add(&o->tabled, path, len);

	if (n == INTERN_NONE)
		return -ENOMEM;
	while (o->nr_tabled <= n)
		if (!array_add(o->tabled_id, o->nr_tabled))
			return -ENOMEM;
	if (n == old)
		o->tabled_id[n] = id;
	else if (o->tabled_id[n] != id)
		o->tabled_id[n] = INTERN_NONE;	/* two files had that path */
	return 0;
}

/*
 * "[arm_spe_pmu]" from "/lib/modules/.../arm-spe-pmu.ko.xz" or from itself; 0: not a module's path.
 * The kernel turns '-' into '_'.
 */
static size_t module_name(const char *path, char *out, size_t size)
{
	const char *name = strrchr(path, '/'), *end;
	size_t len;

	name = name ? name + 1 : path;
	end = strstr(name, ".ko");
	if (!end || (end[3] && end[3] != '.') || end == name)
		return 0;
	len = end - name;
	if (len + 3 > size)
		return 0;
	out[0] = '[';
	for (size_t i = 0; i < len; i++)
		out[i + 1] = name[i] == '-' ? '_' : name[i];
	out[len + 1] = ']';
	out[len + 2] = '\0';
	return len + 2;
}

int objects_table(struct objects *o, const char *path, const uint8_t *id, uint8_t len)
{
	char name[128];
	size_t name_len;
	uint32_t text;

	if (!len || len > sizeof(((struct object *)0)->build_id))
		return 0;
	text = intern_add(&o->texts, id, len);
	if (text == INTERN_NONE || table_add(o, path, strnlen(path, TEXT_MAX), text))
		return -ENOMEM;
	name_len = module_name(path, name, sizeof(name));
	return name_len ? table_add(o, name, name_len, text) : 0;
}

static uint32_t tabled(const struct objects *o, const char *path)
{
	uint32_t n = intern_find(&o->tabled, path, strlen(path));

	return n == INTERN_NONE ? INTERN_NONE : o->tabled_id[n];
}

uint32_t objects_build_id(const struct objects *o, enum object_kind kind, uint32_t text)
{
	static const char *const kernel[] = {
		"[kernel.kallsyms]", "[kernel.vmlinux]", "[kernel]", "vmlinux",
	};
	const char *path = intern_get(&o->texts, text);
	uint32_t id = tabled(o, path);
	char name[128];

	if (id == INTERN_NONE && kind == OBJECT_MODULE &&
	    module_name(path, name, sizeof(name)))
		id = tabled(o, name);
	if (kind == OBJECT_KERNEL)
		for (size_t i = 0; i < 4 && id == INTERN_NONE; i++)
			id = tabled(o, kernel[i]);
	return id;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/*
 * What backs a user map.  Names without a file are from Linux' perf_event_mmap_event() and from
 * d_path() of internal mounts.
 */
enum object_kind objects_user_kind(const char *path)
{
	static const char *const anon[] = {
		"//anon", "/memfd:", "/dev/zero", "/dev/shm/", "/SYSV", "/anon_hugepage",
		"anon_inode:", "[",
	};

	if (!strcmp(path, "[vdso]"))
		return OBJECT_VDSO;
	for (size_t i = 0; i < sizeof(anon) / sizeof(*anon); i++)
		if (starts(path, anon[i]))
			return OBJECT_ANON;
	return *path ? OBJECT_FILE : OBJECT_ANON;
}

uint32_t objects_add(struct objects *o, enum object_kind kind, uint32_t text,
		     uint32_t build_id, uint64_t base, uint64_t size)
{
	struct object_key key = {
		.kind = kind, .text = text, .build_id = build_id, .base = base, .size = size,
	};
	uint32_t old = o->keys.nr, id = intern_add(&o->keys, &key, sizeof(key));
	struct object *new;

	if (id == INTERN_NONE || id != old)
		return id;
	while (o->nr <= id)
		if (!array_add(o->object, o->nr))
			return INTERN_NONE;
	new = &o->object[id];
	*new = (struct object){
		.id = id, .kind = kind, .pid = -1, .vm = -1, .base = base, .size = size,
		.path = intern_get(&o->texts, text),
	};
	if (build_id != INTERN_NONE) {
		new->build_id_len = o->texts.item[build_id].len;
		memcpy(new->build_id, intern_get(&o->texts, build_id), new->build_id_len);
	}
	return id;
}

uint32_t objects_add_anon(struct objects *o, uint32_t text, int32_t pid)
{
	/* base tells the processes apart */
	uint32_t id = objects_add(o, OBJECT_ANON, text, INTERN_NONE, (uint32_t)(pid + 1), 0);

	if (id != INTERN_NONE) {
		o->object[id].pid = pid;
		o->object[id].base = 0;
	}
	return id;
}

void objects_set_guest(struct objects *o, uint32_t id, int32_t vm, uint32_t prefix)
{
	o->object[id].vm = vm;
	o->object[id].prefix = (uint8_t)prefix;
}

uint32_t objects_find(const struct objects *o, enum object_kind kind, uint32_t text,
		      uint32_t build_id, uint64_t base, uint64_t size)
{
	struct object_key key = {
		.kind = kind, .text = text, .build_id = build_id, .base = base, .size = size,
	};

	return intern_find(&o->keys, &key, sizeof(key));
}

/* The path names the reference symbol: "[kernel.kallsyms]_text". */
uint32_t objects_add_kernel(struct objects *o, uint32_t text, uint32_t build_id,
			    uint64_t base)
{
	uint32_t path = intern_add(&o->texts, "[kernel]", 8), id;
	const char *ref;

	if (path == INTERN_NONE)
		return INTERN_NONE;
	ref = text == INTERN_NONE ? NULL : strchr(intern_get(&o->texts, text), ']');
	ref = ref && ref[1] ? ref + 1 : NULL;
	if (build_id == INTERN_NONE)
		build_id = objects_build_id(o, OBJECT_KERNEL, text == INTERN_NONE ? path : text);
	id = objects_add(o, OBJECT_KERNEL, path, build_id, ref ? base : 0, 0);
	if (id != INTERN_NONE)
		o->object[id].ref_symbol = ref;
	return id;
}

uint32_t objects_add_guests(struct objects *o, uint32_t nr)
{
	char path[32] = "[guest]";
	uint32_t first = INTERN_NONE;

	for (int64_t vm = -1; vm < nr; vm++) {
		uint32_t text, id;

		if (vm >= 0)
			snprintf(path, sizeof(path), "[guest:vm%lld]", (long long)vm);
		text = intern_add(&o->texts, path, strlen(path));
		id = text == INTERN_NONE ? text :
		     objects_add(o, OBJECT_GUEST, text, INTERN_NONE, 0, 0);
		if (id == INTERN_NONE)
			return INTERN_NONE;
		o->object[id].vm = vm;
		if (vm < 0)
			first = id;
	}
	return first;
}

int objects_seal(struct objects *o)
{
	o->list = calloc(o->keys.nr + 1ull, sizeof(*o->list));
	if (!o->list)
		return -ENOMEM;
	for (uint32_t i = 0; i < o->keys.nr; i++)
		o->list[i] = &o->object[i];
	return 0;
}
