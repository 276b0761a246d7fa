// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/report_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct report_options options_for(const struct report_args *a, FILE *out)
{
	bool terminal = isatty(fileno(out));
	struct report_options opt = {
		.format = a->format, .limit = a->limit,
		.columns = a->nr_columns ? a->columns : NULL, .nr_columns = a->nr_columns,
		.color = a->color == REPORT_COLOR_ALWAYS ||
			 (a->color == REPORT_COLOR_AUTO && terminal && !getenv("NO_COLOR")),
	};
	struct winsize w;

	if (terminal && !ioctl(fileno(out), TIOCGWINSZ, &w))
		opt.width = w.ws_col;
	return opt;
}

int report_output(const struct report_args *a, const char *what, report_write_fn *write,
		  void *arg, char *err, size_t errlen)
{
	FILE *out = a->output ? fopen(a->output, "we") : stdout;
	struct report_options opt;
	int ret;

	if (!out) {
		snprintf(err, errlen, "cannot write %s: %s", a->output, strerror(errno));
		return -EIO;
	}
	opt = options_for(a, out);
	ret = write(arg, out, &opt);
	if (!ret && fflush(out))
		ret = -errno;
	if (a->output && fclose(out) && !ret)
		ret = -errno;
	if (ret)
		snprintf(err, errlen, "cannot write the %s%s%s: %s", what, a->output ? " to " : "",
			 a->output ? a->output : "", strerror(-ret));
	return ret;
}
