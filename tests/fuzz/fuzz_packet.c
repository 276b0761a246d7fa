// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes are packets; decoded packets encode to the same bytes and have a text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "decoder/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
	if (!ok)
		abort();
}

static void check_text(const struct spe_packet *pkt, size_t room)
{
	char *text = malloc(room ? room : 1);
	int n;

	require(text != NULL);
	n = spe_packet_format(text, room, pkt);
	require(n > 0);
	if (room)
		require(strlen(text) == ((size_t)n < room ? (size_t)n : room - 1));
	for (size_t i = 0; room && text[i]; i++)
		require(text[i] >= ' ' && text[i] <= '~');
	free(text);
}

static void check_names(const uint8_t *data, size_t size)
{
	struct spe_erratum errata[1];
	uint64_t midr = 0;

	memcpy(&midr, data, size < 8 ? size : 8);
	spe_errata(midr, errata, 1);
	spe_source_name(midr, (uint16_t)(midr >> 32));
	spe_cpu_name(midr);
	spe_implementer_name(midr);
	spe_event_name_on(midr, (unsigned int)(midr >> 56));
	require(spe_event_find((const char *)data, size) < 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[SPE_PACKET_MAX];
	struct spe_packet pkt;
	size_t at = 0, room = size & 63;
	int n;

	check_names(data, size);
	while ((n = spe_packet_decode(&pkt, data + at, size - at)) > 0) {
		require(spe_packet_encode(again, sizeof(again), &pkt) == n);
		require(!memcmp(again, data + at, (size_t)n));
		check_text(&pkt, room++ & 63);
		at += (size_t)n;
	}
	require(size - at < SPE_PACKET_MAX);
	return 0;
}
