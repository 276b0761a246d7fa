/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include "cmd/options/report_options.h"

/* The command line of `spelunk doctor`, understood. */
struct doctor_args {
	bool json;
	enum report_color color;
};

#endif
