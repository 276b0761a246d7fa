// SPDX-License-Identifier: GPL-2.0-only
/* `spelunk guest-agent` as a program of its own, for minimal guests. */
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	return cmd_guest_agent(argc, argv);
}
