// SPDX-License-Identifier: GPL-2.0-only

/*
 * events FILE: print how many tasks began, ended and were named in a recording, as read by spelunk,
 * and how often records were lost; also for recordings without SPE.
 */

#include <stdio.h>

#include "collector/input.h"

int main(int argc, char **argv)
{
	size_t comms = 0, forks = 0, exits = 0, lost = 0;
	struct input *s;
	struct event ev;
	char err[256];

	if (argc != 2 || input_open_sideband(&s, argv[1], err, sizeof(err))) {
		fprintf(stderr, "events: %s\n", argc == 2 ? err : "give one file");
		return 1;
	}
	while (input_next(s, &ev) > 0) {
		comms += ev.type == EVENT_COMM;
		forks += ev.type == EVENT_FORK;
		exits += ev.type == EVENT_TASK_EXIT;
		lost += ev.type == EVENT_LOST;
	}
	printf("comms %zu forks %zu exits %zu lost %zu\n", comms, forks, exits, lost);
	input_close(s);
	return 0;
}
