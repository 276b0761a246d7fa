// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gzip.h"
#include "collector/host/host_impl.h"

#define CONFIG_MAX_BYTES	(4u << 20)	/* an arm64 distribution's has 0.3 MB */

static const char *const options[NR_KCONFIG] = {
#define KCONFIG(id) [KCONFIG_##id] = "CONFIG_" #id,
#include "collector/host/kconfig.def"
#undef KCONFIG
};

/* An option that the file does not name is off. */
static enum config_value value_of(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, option, len) || at[len] != '=')
			continue;
		return at[len + 1] == 'y' ? CONFIG_YES :
		       at[len + 1] == 'm' ? CONFIG_MODULE : CONFIG_NO;
	}
	return CONFIG_NO;
}

static bool read_from(struct host *h, const char *root, const char *file)
{
	char path[PATH_MAX], *text;
	int len = snprintf(path, sizeof(path), "%s%s", root, file);

	text = len < (int)sizeof(path) ? gzip_read(path, CONFIG_MAX_BYTES) : NULL;
	if (!text)
		return false;
	/* the path may hold anything: a configuration contains this word */
	if (strstr(text, "CONFIG_")) {
		snprintf(h->config_file, sizeof(h->config_file), "%s", file);
		for (unsigned int i = 0; i < NR_KCONFIG; i++)
			h->config[i] = value_of(text, options[i]);
	}
	free(text);
	return h->config_file[0];
}

void host_read_config(struct host *h, const char *root)
{
	static const char *const beside[] = { "/boot/config-%s", "/lib/modules/%s/config",
					      "/lib/modules/%s/build/.config" };
	char file[128];

	if (read_from(h, root, "/proc/config.gz") || !h->release[0])
		return;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		/* the longest path with a release of 64 bytes fits */
		snprintf(file, sizeof(file), beside[i], h->release);
		if (read_from(h, root, file))
			return;
	}
}
