/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_FIELDS_H
#define DECODER_FIELDS_H

#include <string.h>

#include "decoder/record.h"

/* Which field of a record each packet fills: for record_walk.c and shape.c. */

struct spe_field_row {
	uint32_t has;		/* SPE_HAS_*; 0: the packet fills no field */
	uint8_t field;		/* enum spe_shape_field */
};

/* By the header byte of a packet's short form. */
extern const struct spe_field_row spe_field_rows[256];

/*
 * The row of a packet, by spe_packet.header: an extended header with index 0 to 7 means the same
 * as the short header [D18.1.4.2].
 */
static inline const struct spe_field_row *spe_field_row(uint16_t header)
{
	if (header <= 0xff)
		return &spe_field_rows[header];
	if (header >> 8 == 0x20 && (header & 0xff) >= 0x98)
		return &spe_field_rows[header & 0xff];
	return &spe_field_rows[0];
}

static inline uint64_t spe_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* VAs are sign-extended from bit 55, whatever the exception level. */
static inline uint64_t spe_sign_extend(uint64_t addr)
{
	return (uint64_t)((int64_t)(addr << 8) >> 8);
}

/* NS in bit 0, NSE in bit 1 [D18.2.1: byte 7 bits 7 and 4]. */
static inline uint8_t spe_state_of(uint64_t payload)
{
	return payload >> 63 | (payload >> 59 & 2);
}

#endif
