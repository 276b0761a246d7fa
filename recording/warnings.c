// SPDX-License-Identifier: GPL-2.0-only
#include "recording/recording_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence)
{
	struct recording_warning *w = reallocarray(r->warnings, r->nr_warnings + 1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	r->warnings = w;
	w += r->nr_warnings++;
	*w = (struct recording_warning){
		.option = option, .about = about ? strdup(about) : NULL, .sentence = strdup(sentence),
	};
	return w->sentence && (w->about || !about) ? 0 : -ENOMEM;
}

void recording_warnings_free(struct recording *r)
{
	for (size_t i = 0; i < r->nr_warnings; i++) {
		free(r->warnings[i].about);
		free(r->warnings[i].sentence);
	}
	free(r->warnings);
	r->warnings = NULL;
	r->nr_warnings = 0;
}
