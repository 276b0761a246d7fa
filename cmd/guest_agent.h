/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_GUEST_AGENT_H
#define CMD_GUEST_AGENT_H

#include "cmd/options/options.h"

/* The command line of `spelunk guest-agent`, understood. */
struct agent_args {
	const char *output;
	uint64_t duration, probe;	/* ms; duration 0: no end; probe 0: none */
	bool quiet, help;
};

#endif
