/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_PARTITION_H
#define CMD_PARTITION_H

#include "collector/input.h"

/*
 * A recording's file in a folder of those of many: date=YYYY-MM-DD/host=NAME/RECORDING-TIME.parquet,
 * as Hive names partitions.  The date is that of the recording's last change, in UTC.  What is not
 * letter, digit, '.', '_' or '-' in a name is written as %XX; an unknown host is
 * __HIVE_DEFAULT_PARTITION__, which readers take for null.  TIME is that of the recording's first
 * event, so that another recording does not replace the file, but the same one does.
 */
struct partition {
	char *path;		/* of the file */
	char *new;		/* to write first, so that nobody reads a part of it */
};

/*
 * Make the folders below dir.  0; -ENOMEM; or -errno with the path of the folder that cannot be
 * made in .path.  Call partition_end() in either case.
 */
int partition_begin(struct partition *p, const char *dir, const char *recording,
		    const struct input_info *info, const char *host);
/* err 0: .new is complete, and becomes .path; else it is removed.  Returns err, or -errno. */
int partition_end(struct partition *p, int err);

#endif
