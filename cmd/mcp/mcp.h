/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_H
#define CMD_MCP_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/words.h"

/* The parsed command line of `spelunk mcp`. */
struct mcp_args {
	struct word_list roots;		/* owned; .nr 0: the current folder */
	uint64_t timeout;		/* of a request, in ms */
	bool debuginfod;
};

#endif
