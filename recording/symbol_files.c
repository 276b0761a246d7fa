// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "recording/recording_impl.h"


static int check_folder(const char *path, const char *option, char *err, size_t errlen)
{
	struct stat st;
	int ret = stat(path, &st) ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

	if (ret)
		snprintf(err, errlen, "cannot use --%s %s: %s", option, path, strerror(ret));
	return -ret;
}

int symbol_files_check(const struct recording *r, const struct recording_config *c, char *err,
		       size_t errlen)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < c->symfs.nr; i++)
		ret = check_folder(c->symfs.word[i], "symfs", err, errlen);
	for (size_t i = 0; !ret && i < c->guest_symfs.nr; i++)
		ret = check_folder(c->guest_symfs.list[i].word, "guest-symfs", err, errlen);
	for (size_t i = 0; !ret && i < c->jit.nr; i++)
		ret = check_folder(c->jit.word[i], "jit", err, errlen);
	return ret ?: symbolizer_open_kernel(r->symbolizer, err, errlen);
}

/* Compare the recorded kernel's build-id with that of --vmlinux. */
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
