/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * bench_decode [-p] FILE...: speed of decoding AUX bytes, compared with memcpy of the same bytes;
 * -p: with the compiler's vectors instead of the best ones.  Prints per file: MiB, records, GiB/s of memcpy and of the decoder, ns per record, the decoder's
 * speed relative to memcpy; medians of nine, in CPU time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/input.h"
#include "decoder/record.h"

#define RUNS  9
#define BATCH 256
#define PIECE (256 * 1024) /* bytes fed at a time, as by a reader */

/* All AUX bytes of a recording, stream after stream. */
struct bytes {
	uint8_t *data;
	size_t len, cap;
	size_t *start; /* of each stream */
	size_t nr_streams;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void append(struct bytes *b, const struct input *s, const struct event *ev)
{
	if (b->cap - b->len < ev->aux.len) {
		b->cap = (b->len + ev->aux.len) * 2;
		b->data = realloc(b->data, b->cap);
	}
	while (b->nr_streams <= ev->aux.stream) {
		b->start = realloc(b->start, (b->nr_streams + 1) * sizeof(*b->start));
		if (!b->start || !b->data)
			abort();
		b->start[b->nr_streams++] = b->len;
	}
	if (input_read(s, ev->aux.file_offset, b->data + b->len, ev->aux.len) !=
	    (long)ev->aux.len)
		abort();
	b->len += ev->aux.len;
}

static int load(struct bytes *b, const char *path)
{
	char err[256];
	struct input *s;
	struct event ev;
	int ret = input_open_file(&s, path, err, sizeof(err));

	if (ret) {
		fprintf(stderr, "%s: %s\n", path, err);
		return ret;
	}
	while ((ret = input_next(s, &ev)) > 0)
		if (ev.type == EVENT_AUX)
			append(b, s, &ev);
	input_close(s);
	return b->len ? 0 : -1;
}

/* Read the available records; summing them prevents dead code elimination. */
static uint64_t drain(struct spe_decoder *d, uint64_t *records)
{
	static struct spe_record recs[BATCH];
	uint64_t sum = 0;
	size_t n;

	while ((n = spe_decoder_next(d, recs, BATCH))) {
		*records += n;
		for (size_t r = 0; r < n; r++)
			sum += recs[r].pc ^ recs[r].ticks;
	}
	return sum;
}

static uint64_t decode(const struct bytes *b, enum spe_vectors vectors, uint64_t *records)
{
	struct spe_decoder d;
	uint64_t sum = 0;

	*records = 0;
	for (size_t i = 0; i < b->nr_streams; i++) {
		size_t end = i + 1 < b->nr_streams ? b->start[i + 1] : b->len;

		spe_decoder_init(&d);
		d.shapes.vectors = vectors;
		for (size_t at = b->start[i]; at < end; at += PIECE) {
			size_t len = end - at < PIECE ? end - at : PIECE;

			spe_decoder_feed(&d, b->data + at, len, at - b->start[i]);
			sum += drain(&d, records);
		}
		spe_decoder_gap(&d);
		sum += drain(&d, records);
	}
	return sum;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *t)
{
	qsort(t, RUNS, sizeof(*t), by_value);
	return t[RUNS / 2];
}

static int bench(const char *path, enum spe_vectors vectors)
{
	struct bytes b = { 0 };
	double copy[RUNS], dec[RUNS], began, c, t;
	uint64_t records = 0, sum[RUNS];
	uint8_t *to;

	if (load(&b, path) || !(to = malloc(b.len)))
		return 1;
	memcpy(to, b.data, b.len); /* fault its pages in */
	for (int i = 0; i < RUNS; i++) {
		began = now();
		memcpy(to, b.data, b.len);
		copy[i] = now() - began;
		began = now();
		sum[i] = decode(&b, vectors, &records);
		dec[i] = now() - began;
		if (sum[i] != sum[0] || memcmp(to, b.data, 4096))
			return 1;
	}
	c = median(copy);
	t = median(dec);
	printf("%.0f %llu %.2f %.2f %.1f %.3f\n", (double)b.len / (1 << 20),
	       (unsigned long long)records, (double)b.len / c / (1 << 30),
	       (double)b.len / t / (1 << 30), t * 1e9 / (double)(records ? records : 1),
	       c / t);
	free(to);
	free(b.data);
	free(b.start);
	return 0;
}

int main(int argc, char **argv)
{
	bool portable = argc > 1 && !strcmp(argv[1], "-p");
	int first = 1 + portable, ret = argc <= first;

	if (ret)
		fprintf(stderr, "usage: bench_decode [-p] FILE...\n");
	for (int i = first; i < argc; i++)
		ret |= bench(argv[i], portable ? SPE_VECTORS_PORTABLE : SPE_VECTORS_BEST);
	return ret;
}
