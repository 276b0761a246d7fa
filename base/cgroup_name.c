// SPDX-License-Identifier: GPL-2.0-only
#include "base/cgroup_name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum form { FORM_UID, FORM_ID, FORM_NAME, FORM_ESCAPED, FORM_UNIT };

static const struct row {
	enum cgroup_kind kind;
	enum form form;
	const char *parent, *pattern;
} rows[] = {
#define CGROUP_NAME(kind, parent, pattern, form, source) \
	{ CGROUP_##kind, FORM_##form, parent, pattern },
#include "base/cgroup_names.def"
#undef CGROUP_NAME
};

#define ID_DIGITS	64	/* a SHA-256, or random digits */
#define ID_SHOWN	12
#define UID_LEN		36	/* 8-4-4-4-12 */
#define HASH_LEN	32	/* UID of a static pod: kubelet, pkg/kubelet/config/common.go */

/* A folder of the path, or a part of its name. */
struct piece {
	const char *at;
	size_t len;
};

static bool starts(struct piece p, const char *word, size_t len)
{
	return p.len >= len && !memcmp(p.at, word, len);
}

static bool ends(struct piece p, const char *word)
{
	size_t len = strlen(word);

	return p.len >= len && !memcmp(p.at + p.len - len, word, len);
}

/* "docker", "pod*"; "": anything. */
static bool parent_fits(struct piece parent, const char *want)
{
	size_t len = strcspn(want, "*");

	return !*want || (starts(parent, want, len) && (want[len] || parent.len == len));
}

/* The part that matches the pattern's %; .at NULL: the folder does not match. */
static struct piece value_in(struct piece folder, const char *pattern)
{
	size_t before = strcspn(pattern, "%");
	const char *rest = pattern + before + 1, *end;
	size_t after = strcspn(rest, "*");
	struct piece v = { folder.at + before, folder.len - before };

	if (!starts(folder, pattern, before))
		return (struct piece){ 0 };
	end = rest[after] ? memmem(v.at, v.len, rest, after) :
	      v.len >= after && !memcmp(v.at + v.len - after, rest, after) ?
	      v.at + v.len - after : NULL;
	if (!end)
		return (struct piece){ 0 };
	v.len = (size_t)(end - v.at);
	return v;
}

static bool is_hex(struct piece v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!isxdigit((unsigned char)v.at[i]))
			return false;
	return true;
}

/* 8-4-4-4-12 digits, with _ for - in systemd's names; or the hash of a static pod. */
static bool take_uid(struct piece v, char *out)
{
	if (v.len != UID_LEN && (v.len != HASH_LEN || !is_hex(v)))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		bool dash = v.len == UID_LEN && (i == 8 || i == 13 || i == 18 || i == 23);

		if (dash ? v.at[i] != '-' && v.at[i] != '_' : !isxdigit((unsigned char)v.at[i]))
			return false;
		out[i] = dash ? '-' : v.at[i];
	}
	out[v.len] = '\0';
	return true;
}

static bool take_text(struct piece v, char *out)
{
	memcpy(out, v.at, v.len);
	out[v.len] = '\0';
	return v.len;
}

/* "qemu\x2d1\x2dweb" */
static bool take_escaped(struct piece v, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < v.len; i++) {
		char digits[3] = "";

		if (v.len - i >= 4 && v.at[i] == '\\' && v.at[i + 1] == 'x' &&
		    is_hex((struct piece){ v.at + i + 2, 2 })) {
			memcpy(digits, v.at + i + 2, 2);
			out[n] = (char)strtol(digits, NULL, 16);
			i += 3;
		} else {
			out[n] = v.at[i];
		}
		if (!out[n++])
			return false;
	}
	out[n] = '\0';
	return n;
}

static bool take(const struct row *row, struct piece folder, char *out)
{
	struct piece v = value_in(folder, row->pattern);

	if (!v.at || !v.len)
		return false;
	switch (row->form) {
	case FORM_UID:
		return take_uid(v, out);
	case FORM_ID:
		return v.len == ID_DIGITS && is_hex(v) &&
		       take_text((struct piece){ v.at, ID_SHOWN }, out);
	case FORM_NAME:
		return take_text(v, out);
	case FORM_ESCAPED:
		return take_escaped(v, out);
	case FORM_UNIT:
		/* systemd prefixes a _ to names that collide with the kernel's files */
		return take_text(*folder.at == '_' ? (struct piece){ folder.at + 1, folder.len - 1 } :
				 folder, out);
	}
	return false;
}

static bool name_of(enum cgroup_kind kind, struct piece parent, struct piece folder, char *out)
{
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(rows) / sizeof(rows[0]); i++)
		found = rows[i].kind == kind && parent_fits(parent, rows[i].parent) &&
			take(&rows[i], folder, out);
	return found;
}

bool cgroup_name(enum cgroup_kind kind, const char *path, char out[CGROUP_NAME_ROOM])
{
	static const char deleted[] = " (deleted)";	/* linux kernel/cgroup/cgroup.c */
	struct piece all = { path, strlen(path) }, parent = { "", 0 };
	char name[CGROUP_NAME_ROOM];
	const char *end;

	if (ends(all, deleted))
		all.len -= sizeof(deleted) - 1;
	*out = '\0';
	for (end = path + all.len; path < end; path++) {
		const char *slash = memchr(path, '/', (size_t)(end - path));
		struct piece folder = { path, (size_t)((slash ? slash : end) - path) };

		path += folder.len;
		if (!folder.len || folder.len >= CGROUP_NAME_ROOM)
			continue;
		if (name_of(kind, parent, folder, name))
			strcpy(out, name);
		if (kind == CGROUP_UNIT && !ends(folder, ".slice"))
			break;
		parent = folder;
	}
	return *out;
}
