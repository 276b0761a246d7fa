/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/truth_map.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int index_records(struct truth_map *t)
{
	uint32_t cpus = t->header->nr_cpus;
	size_t n = t->header->records, *next;

	t->first = calloc(cpus + 2, sizeof(*t->first));
	t->by_cpu = malloc((n ? n : 1) * sizeof(*t->by_cpu));
	if (!t->first || !t->by_cpu)
		return -1;
	/* A counting sort: next[cpu] is the index for its next record. */
	next = t->first + 1;
	for (size_t i = 0; i < n; i++)
		next[t->records[i].cpu + 1]++;
	for (uint32_t c = 1; c <= cpus; c++)
		next[c] += next[c - 1];
	for (size_t i = 0; i < n; i++)
		t->by_cpu[next[t->records[i].cpu]++] = &t->records[i];
	return 0;
}

int truth_map_open(struct truth_map *t, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		return -1;
	}
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	t->header = map;
	t->records = (const void *)(t->header + 1);
	t->size = st.st_size;
	if (map == MAP_FAILED || t->size < sizeof(*t->header) ||
	    t->header->magic != TRUTH_MAGIC ||
	    t->header->record_size != sizeof(struct truth_record) ||
	    t->size != sizeof(*t->header) +
			       t->header->records * sizeof(struct truth_record)) {
		fprintf(stderr, "%s: not a truth file of this build\n", path);
		return -1;
	}
	return index_records(t);
}

void truth_map_close(struct truth_map *t)
{
	munmap((void *)t->header, t->size);
	free(t->by_cpu);
	free(t->first);
}
