// SPDX-License-Identifier: GPL-2.0-only
#include "recording/symbol_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "recording/warnings.h"

/* "[VM=]DIR" */
static const char *folder_of(const char *spec, bool guest)
{
	const char *equals = guest ? strchr(spec, '=') : NULL, *slash = strchr(spec, '/');

	return equals && !(slash && equals > slash) ? equals + 1 : spec;
}

static int check_folders(const struct word_list *list, const char *option, bool guest, char *err,
			 size_t errlen)
{
	struct stat st;

	for (size_t i = 0; i < list->nr; i++) {
		const char *path = folder_of(list->word[i], guest);
		int ret = stat(path, &st) ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

		if (!ret)
			continue;
		snprintf(err, errlen, "cannot use --%s %s: %s", option, path, strerror(ret));
		return -ret;
	}
	return 0;
}

int symbol_files_check(const struct recording *r, const struct recording_config *c, char *err,
		       size_t errlen)
{
	return check_folders(&c->symfs, "symfs", false, err, errlen) ?:
	       check_folders(&c->guest_symfs, "guest-symfs", true, err, errlen) ?:
	       symbolizer_open_kernel(r->symbolizer, err, errlen);
}

/* The recorded kernel's build-id beside that of --vmlinux. */
static int check_kernel(const struct recording *r, char *err, size_t errlen)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects);

	for (size_t i = 0; i < n; i++)
		if (objects[i]->kind == OBJECT_KERNEL &&
		    !symbolizer_is_kernel(r->symbolizer, objects[i], err, errlen))
			return -EBADMSG;
	return 0;
}

int symbol_files_fit(struct recording *r, const char *path, const struct recording_config *c,
		     char *err, size_t errlen)
{
	int ret = c->vmlinux ? check_kernel(r, err, errlen) : 0;

	if (!ret && c->guests.nr)
		ret = guest_slides_find(&r->slides, &r->p, r->symbolizer, err, errlen);
	if (ret != -EBADMSG)
		return ret;
	r->fault = FAULT_SYMBOLS;
	if (!c->symbols_optional)
		return ret;
	ret = recording_warn(r, NULL, path, err);
	*err = '\0';
	return ret;
}
