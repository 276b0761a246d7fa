/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_ASSEMBLE_H
#define TESTS_UNIT_ASSEMBLE_H

/*
 * Parses packets as text: the inverse of spe_packet_format(); the language is described in
 * tests/vectors/README.md.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/packet.h"

#define ASSEMBLE_TEXT	1024

struct mnemonic {
	char word[32];		/* before the colon or the first blank */
	char option[8];		/* after the colon: "ext", "8" */
	const char *rest;	/* from the first blank on */
};

static int split_mnemonic(struct mnemonic *m, const char *text)
{
	size_t n = strcspn(text, ": "), k = 0;

	if (!n || n >= sizeof(m->word))
		return -1;
	memcpy(m->word, text, n);
	m->word[n] = '\0';
	if (text[n] == ':') {
		k = strcspn(text + n + 1, " ");
		if (!k || k >= sizeof(m->option))
			return -1;
		memcpy(m->option, text + n + 1, k++);
	}
	m->option[k ? k - 1 : 0] = '\0';
	m->rest = text + n + k;
	return 0;
}

/* The text of a packet; a static buffer is enough for one at a time. */
static const char *text_of(uint16_t header, unsigned int type, unsigned int index,
			   uint64_t payload)
{
	static char text[ASSEMBLE_TEXT];
	struct spe_packet pkt = {
		.header = header, .payload = payload,
		.type = (uint8_t)type, .index = (uint8_t)index,
	};

	spe_packet_format(text, sizeof(text), &pkt);
	return text;
}

static int assemble_op(struct spe_packet *pkt, const char *text)
{
	unsigned int class, op;

	for (class = 0; class < 3; class++)
		for (op = 0; op < 256; op++)
			if (!strcmp(text_of(0, SPE_PACKET_OP_TYPE, class, op), text)) {
				pkt->header = (uint16_t)(0x48 | class);
				pkt->payload = op;
				return 0;
			}
	return -1;
}

static int event_bit(const char *word, size_t len)
{
	const char *text;
	int bit;

	for (bit = 0; bit < 64; bit++) {
		text = text_of(0, SPE_PACKET_EVENTS, 0, 1ull << bit) + strlen("EV ");
		if (strlen(text) == len && !memcmp(text, word, len))
			return bit;
	}
	return -1;
}

static int assemble_events(struct spe_packet *pkt, const struct mnemonic *m)
{
	unsigned int len = m->option[0] ? (unsigned int)atoi(m->option) : 2, log2 = 0;
	const char *p = m->rest;
	size_t n;
	int bit;

	while (*(p += strspn(p, " "))) {
		n = strcspn(p, " ");
		bit = event_bit(p, n);
		if (bit < 0)
			return -1;
		pkt->payload |= 1ull << bit;
		p += n;
	}
	while (log2 < 3 && 1u << log2 < len)
		log2++;
	if (1u << log2 != len || (len < 8 && pkt->payload >> 8 * len))
		return -1;
	pkt->header = (uint16_t)(0x42 | log2 << 4);
	return 0;
}

static uint16_t maybe_extended(const struct mnemonic *m, unsigned int base,
			       unsigned int index)
{
	if (!strcmp(m->option, "ext") || index > 7)
		return (uint16_t)((0x20 | index >> 3) << 8 | base | (index & 7));
	return (uint16_t)(base | index);
}

static int assemble_code(struct spe_packet *pkt, const struct mnemonic *m, unsigned int index)
{
	unsigned long long va;
	unsigned int el, ns, nse = 0;

	if (sscanf(m->rest, " %llx el%u ns=%u nse=%u", &va, &el, &ns, &nse) < 3)
		return -1;
	if (va >> 56 || el > 3 || ns > 1 || nse > 1)
		return -1;
	pkt->header = maybe_extended(m, 0xb0, index);
	pkt->payload = va | (uint64_t)ns << 63 | (uint64_t)el << 61 | (uint64_t)nse << 60;
	return 0;
}

static int assemble_pa(struct spe_packet *pkt, const struct mnemonic *m)
{
	unsigned int ns, ch = 0, pat = 0, nse = 0;
	unsigned long long pa;

	if (sscanf(m->rest, " %llx ns=%u ch=%u pat=%x nse=%u", &pa, &ns, &ch, &pat, &nse) < 2)
		return -1;
	if (pa >> 56 || ns > 1 || ch > 1 || pat > 15 || nse > 1)
		return -1;
	pkt->header = maybe_extended(m, 0xb0, 3);
	pkt->payload = pa | (uint64_t)ns << 63 | (uint64_t)ch << 62 |
		(uint64_t)nse << 60 | (uint64_t)pat << 56;
	return 0;
}

static int assemble_address(struct spe_packet *pkt, const struct mnemonic *m)
{
	unsigned long long v;
	unsigned int index = 2;

	if (sscanf(m->rest, " %llx (%u)", &v, &index) < 1 || index > 31)
		return -1;
	pkt->header = maybe_extended(m, 0xb0, index);
	pkt->payload = v;
	return 0;
}

static int assemble_counter(struct spe_packet *pkt, const struct mnemonic *m)
{
	static const char *const words[] = { "TOT", "ISSUE", "XLAT", "", "ALT-ISSUE" };
	unsigned int v, index;
	char word[16];

	if (sscanf(m->rest, " %u %15s", &v, word) != 2 || v > 0xffff)
		return -1;
	pkt->payload = v;
	for (index = 0; index < 5; index++)
		if (!strcmp(word, words[index]))
			break;
	if (index == 5 && (sscanf(word, "(%u)", &index) != 1 || index > 31))
		return -1;
	pkt->header = maybe_extended(m, 0x98, index);
	return 0;
}

static int assemble_number(struct spe_packet *pkt, const struct mnemonic *m,
			   uint16_t header, int base)
{
	char *end;

	pkt->header = header;
	pkt->payload = strtoull(m->rest, &end, base);
	return end == m->rest || *end ? -1 : 0;
}

static int assemble_context(struct spe_packet *pkt, const struct mnemonic *m)
{
	unsigned long long v;
	unsigned int el;

	if (sscanf(m->rest, " %llx el%u", &v, &el) != 2 || el < 1 || el > 2 || v >> 32)
		return -1;
	pkt->header = (uint16_t)(0x64 | (el - 1));
	pkt->payload = v;
	return 0;
}

static int assemble_unknown(struct spe_packet *pkt, const struct mnemonic *m)
{
	unsigned int header;
	unsigned long long v;

	if (sscanf(m->rest, " %x payload %llx", &header, &v) != 2 || header > 0xffff)
		return -1;
	pkt->header = (uint16_t)header;
	pkt->payload = v;
	return 0;
}

static int assemble_packet(struct spe_packet *pkt, const char *text)
{
	struct mnemonic m;
	int two;

	memset(pkt, 0, sizeof(*pkt));
	if (split_mnemonic(&m, text))
		return -1;
	two = !strcmp(m.option, "2");
	if (!strcmp(m.word, "PAD"))
		return 0;
	if (!strcmp(m.word, "END"))
		return pkt->header = 0x01, 0;
	if (!strcmp(m.word, "TS"))
		return assemble_number(pkt, &m, 0x71, 10);
	if (!strcmp(m.word, "EV"))
		return assemble_events(pkt, &m);
	if (!strcmp(m.word, "DATA-SOURCE"))
		return assemble_number(pkt, &m, two ? 0x53 : 0x43, 10);
	if (!strcmp(m.word, "CONTEXT"))
		return assemble_context(pkt, &m);
	if (!strcmp(m.word, "PC"))
		return assemble_code(pkt, &m, 0);
	if (!strcmp(m.word, "TGT"))
		return assemble_code(pkt, &m, 1);
	if (!strcmp(m.word, "PBT"))
		return assemble_code(pkt, &m, 4);
	if (!strcmp(m.word, "PA"))
		return assemble_pa(pkt, &m);
	if (!strcmp(m.word, "VA") || !strcmp(m.word, "ADDR"))
		return assemble_address(pkt, &m);
	if (!strcmp(m.word, "LAT"))
		return assemble_counter(pkt, &m);
	if (!strcmp(m.word, "UNKNOWN"))
		return assemble_unknown(pkt, &m);
	return assemble_op(pkt, text);
}

/* Encode the packet that text describes; returns its size, 0 if text is invalid. */
static int assemble(uint8_t *buf, size_t len, const char *text)
{
	struct spe_packet pkt;

	return assemble_packet(&pkt, text) ? 0 : spe_packet_encode(buf, len, &pkt);
}

#endif
