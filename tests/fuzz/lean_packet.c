// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes are packets, and decoded packets encode to the same bytes.  One of them is printed. */
#include <string.h>

#include "decoder/packet.h"
#include "tests/fuzz/lean.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[SPE_PACKET_MAX];
	char text[SPE_PACKET_TEXT];
	struct spe_packet pkt;
	size_t at = 0;
	int n;

	while ((n = spe_packet_decode(&pkt, data + at, size - at)) > 0) {
		lean_require(spe_packet_encode(again, sizeof(again), &pkt) == n);
		lean_require(!memcmp(again, data + at, (size_t)n));
		at += (size_t)n;
	}
	lean_require(size - at < SPE_PACKET_MAX);
	if (at)
		lean_require(spe_packet_format(text, sizeof(text), &pkt) < (int)sizeof(text));
	return 0;
}
