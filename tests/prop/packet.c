// SPDX-License-Identifier: GPL-2.0-only
/* Properties of every packet, every name and every row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/names.h"
#include "decoder/packet.h"

#define TEXT_MAX	1024

static uint64_t state;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int reset(void **unused)
{
	state = 0x5eed5eed5eed5eed;
	return 0;
}

static void fill(uint8_t *buf, unsigned int first_two)
{
	uint64_t v = random64();

	buf[0] = (uint8_t)(first_two >> 8);
	buf[1] = (uint8_t)first_two;
	memcpy(buf + 2, &v, 8);
}

/* D18.1.1, implemented differently than in the decoder. */
static int size_by_rule(const uint8_t *buf)
{
	int extended = buf[0] >= 0x20 && buf[0] <= 0x3f;
	uint8_t h = buf[extended];
	static const int bytes[4] = { 1, 2, 4, 8 };

	return 1 + extended + (h < 0x40 ? 0 : bytes[h / 16 % 4]);
}

static void every_two_bytes_start_a_packet_of_the_stated_size(void **unused)
{
	uint8_t buf[SPE_PACKET_MAX];
	struct spe_packet pkt;
	unsigned int i;

	for (i = 0; i < 0x10000; i++) {
		fill(buf, i);
		assert_int_equal(spe_packet_decode(&pkt, buf, sizeof(buf)),
				 size_by_rule(buf));
		assert_int_equal(pkt.size, size_by_rule(buf));
		assert_true(pkt.size >= 1 && pkt.size <= SPE_PACKET_MAX);
	}
}

static void a_cut_packet_is_none_and_changes_nothing(void **unused)
{
	uint8_t buf[SPE_PACKET_MAX];
	struct spe_packet pkt, before;
	unsigned int i, len;

	memset(&before, 0x5a, sizeof(before));
	for (i = 0; i < 0x10000; i++) {
		fill(buf, i);
		for (len = 0; (int)len < size_by_rule(buf); len++) {
			pkt = before;
			assert_int_equal(spe_packet_decode(&pkt, buf, len), 0);
			assert_memory_equal(&pkt, &before, sizeof(pkt));
		}
		assert_int_equal(spe_packet_decode(&pkt, buf, len), len);
	}
}

static void encoding_a_decoded_packet_gives_its_bytes(void **unused)
{
	uint8_t buf[SPE_PACKET_MAX], again[SPE_PACKET_MAX];
	struct spe_packet pkt;
	unsigned int i;

	for (i = 0; i < 0x10000; i++) {
		fill(buf, i);
		assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
		assert_int_equal(spe_packet_encode(again, pkt.size - 1u, &pkt), 0);
		assert_int_equal(spe_packet_encode(again, pkt.size, &pkt), pkt.size);
		assert_memory_equal(again, buf, pkt.size);
	}
}

static void decoding_an_encoded_packet_gives_header_and_payload(void **unused)
{
	uint8_t buf[SPE_PACKET_MAX];
	struct spe_packet in = { 0 }, out;
	unsigned int i, encodable = 0;
	uint64_t mask;

	for (i = 0; i < 0x10000; i++) {
		in.header = (uint16_t)i;
		in.payload = random64();
		if (!spe_packet_encode(buf, sizeof(buf), &in))
			continue;
		encodable++;
		assert_true(spe_packet_decode(&out, buf, sizeof(buf)) > 0);
		assert_int_equal(out.header, in.header);
		mask = out.payload_len == 8 ? UINT64_MAX :
			(1ull << 8 * out.payload_len) - 1;
		assert_int_equal(out.payload, in.payload & mask);
	}
	/* All one-byte headers except 0x20 to 0x3f, and 32 x 256 extended ones. */
	assert_int_equal(encodable, 224 + 32 * 256);
}

static int is_known_extended(unsigned int header)
{
	unsigned int byte1 = header & 0xff;

	return header >> 8 >= 0x20 && header >> 8 <= 0x23 &&
		((byte1 >= 0xb0 && byte1 <= 0xb7) || (byte1 >= 0x98 && byte1 <= 0x9f));
}

static void only_four_extended_headers_are_known(void **unused)
{
	uint8_t buf[SPE_PACKET_MAX];
	struct spe_packet pkt;
	unsigned int i;

	for (i = 0x2000; i < 0x4000; i++) {
		fill(buf, i);
		assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
		if (!is_known_extended(i)) {
			assert_int_equal(pkt.type, SPE_PACKET_UNKNOWN);
			continue;
		}
		assert_int_equal(pkt.type, (i & 0xf0) == 0xb0 ? SPE_PACKET_ADDRESS :
				 SPE_PACKET_COUNTER);
		assert_int_equal(pkt.index, (i >> 8 & 3) * 8 + (i & 7));
	}
}

/* Every op, every header, random payloads: all printable packets. */
static void each_packet(void (*check)(const struct spe_packet *pkt))
{
	uint8_t buf[SPE_PACKET_MAX];
	struct spe_packet pkt;
	unsigned int i, k;

	for (i = 0; i < 0x10000; i += i < 0x4000 && i >= 0x2000 ? 1 : 0x55) {
		fill(buf, i);
		assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
		check(&pkt);
	}
	for (i = 0x48; i < 0x4b; i++)
		for (k = 0; k < 256; k++) {
			fill(buf, i << 8 | k);
			assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
			check(&pkt);
		}
	memset(buf, 0xff, sizeof(buf));
	buf[0] = 0x72;	/* the longest text: all events */
	assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
	check(&pkt);
}

static void check_bounds(const struct spe_packet *pkt)
{
	char whole[TEXT_MAX], text[TEXT_MAX];
	int n = spe_packet_format(whole, sizeof(whole), pkt);
	int len, keep;

	assert_true(n >= 1 && n < SPE_PACKET_TEXT);
	assert_int_equal(strlen(whole), n);
	assert_int_equal(spe_packet_format(NULL, 0, pkt), n);
	for (len = 1; len <= n + 2; len++) {
		memset(text, 0x7f, sizeof(text));
		assert_int_equal(spe_packet_format(text, (size_t)len, pkt), n);
		keep = n < len ? n : len - 1;
		assert_memory_equal(text, whole, (size_t)keep);
		assert_int_equal(text[keep], 0);
		assert_int_equal(text[len], 0x7f);
	}
}

static void text_never_leaves_its_buffer(void **unused)
{
	each_packet(check_bounds);
}

static void check_printable(const struct spe_packet *pkt)
{
	char text[TEXT_MAX];
	int i, n = spe_packet_format(text, sizeof(text), pkt);

	for (i = 0; i < n; i++)
		assert_true(text[i] >= ' ' && text[i] <= '~');
	assert_int_not_equal(text[n - 1], ' ');
	assert_null(strstr(text, "  "));
}

static void text_is_printable_words(void **unused)
{
	each_packet(check_printable);
}

static void nonsense_in_a_packet_is_still_text(void **unused)
{
	struct spe_packet pkt;
	unsigned int i, k;

	for (i = 0; i < 100000; i++) {
		for (k = 0; k < sizeof(pkt); k++)
			((uint8_t *)&pkt)[k] = (uint8_t)random64();
		if (i & 1)
			pkt.type %= SPE_PACKET_COUNTER + 1;
		check_printable(&pkt);
	}
}

static void reserved_operations_show_a_number_and_others_do_not(void **unused)
{
	struct spe_packet pkt = { .type = SPE_PACKET_OP_TYPE, .size = 2, .payload_len = 1 };
	char text[TEXT_MAX], number[16];
	unsigned int class, op;

	for (class = 0; class < 3; class++)
		for (op = 0; op < 256; op++) {
			pkt.header = (uint16_t)(0x48 | class);
			pkt.index = (uint8_t)class;
			pkt.payload = op;
			spe_packet_format(text, sizeof(text), &pkt);
			snprintf(number, sizeof(number), " op 0x%x", op);
			if (spe_op((uint8_t)class, (uint8_t)op) == SPE_OP_RESERVED)
				assert_non_null(strstr(text, number));
			else
				assert_null(strstr(text, " op "));
		}
}

/* D18.2.7 in prose: payloads with a meaning. */
static int op_is_defined(unsigned int class, unsigned int op)
{
	switch (class) {
	case 0:
		return op < 8 || ((op & 8) && !(op & 1));
	case 1:
		if (op < 0x20 && (op & 2))
			return 1;
		if ((op & 8) && !(op & 2))
			return 1;
		switch (op & ~1u) {
		case 0x00: case 0x04: case 0x10: case 0x14: case 0x20: case 0x30:
		case 0x40: case 0x44:
			return 1;
		}
		return op == 0x25;
	case 2:
		return op < 0x20;
	}
	return 0;
}

static void subclasses_cover_what_the_architecture_defines(void **unused)
{
	unsigned int class, op;

	for (class = 0; class < 256; class++)
		for (op = 0; op < 256; op++)
			assert_int_equal(op_is_defined(class, op),
					 spe_op((uint8_t)class, (uint8_t)op) != SPE_OP_RESERVED);
}

static void every_subclass_has_a_payload_and_a_name_that_finds_it(void **unused)
{
	unsigned int seen[NR_SPE_OPS] = { 0 }, class, op, other;

	for (class = 0; class < 3; class++)
		for (op = 0; op < 256; op++)
			seen[spe_op((uint8_t)class, (uint8_t)op)]++;
	for (op = 0; op < NR_SPE_OPS; op++) {
		assert_true(seen[op] > 0);
		for (other = 0; other < op; other++)
			assert_string_not_equal(spe_op_name(other), spe_op_name(op));
	}
	assert_string_equal(spe_op_name(NR_SPE_OPS), "reserved");
}

static void event_names_find_their_bit(void **unused)
{
	char number[8];
	unsigned int bit, named = 0;
	const char *name;
	int n;

	for (bit = 0; bit < 64; bit++) {
		name = spe_event_name(bit);
		n = snprintf(number, sizeof(number), "ev%u", bit);
		assert_int_equal(spe_event_find(number, (size_t)n), bit);
		if (!name)
			continue;
		named++;
		assert_int_equal(spe_event_find(name, strlen(name)), bit);
		assert_int_equal(spe_event_find(name, strlen(name) - 1), -1);
		assert_ptr_equal(spe_event_name_on(0, bit), name);
	}
	assert_int_equal(named, 22);
	assert_null(spe_event_name(64));
	assert_null(spe_event_name(~0u));
	assert_int_equal(spe_event_find("ev64", 4), -1);
	assert_int_equal(spe_event_find("ev", 2), -1);
	assert_int_equal(spe_event_find("ev123", 5), -1);
	assert_int_equal(spe_event_find("ev1x", 4), -1);
	assert_int_equal(spe_event_find("", 0), -1);
}

static int is_word(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")];
}

static void names_are_single_words(void **unused)
{
	static const uint64_t midrs[] = { 0x413fd0c1, 0xc00fac40, 0x480fd060 };
	unsigned int i, code, named = 0;
	const char *name;

	for (i = 0; i < NR_SPE_OPS; i++)
		assert_true(is_word(spe_op_name(i)));
	for (i = 0; i < 64; i++)
		if (spe_event_name(i))
			assert_true(is_word(spe_event_name(i)));
	for (i = 0; i < 3; i++)
		for (code = 0; code < 0x10000; code++) {
			name = spe_source_name(midrs[i], (uint16_t)code);
			if (name) {
				named++;
				assert_true(is_word(name));
			}
		}
	assert_int_equal(named, 8 + 6 + 14);
}

static void lookups_by_midr_ignore_revision_and_unknown_bits(void **unused)
{
	unsigned int part, i;
	uint64_t midr, noise;

	for (part = 0; part < 0x1000; part++)
		for (i = 0; i < 3; i++) {
			midr = (uint64_t)(i == 0 ? 0x41 : i == 1 ? 0x48 : 0xc0) << 24 | part << 4;
			noise = random64() & 0xffffffff00ff000f;
			assert_ptr_equal(spe_cpu_name(midr), spe_cpu_name(midr | noise));
			assert_ptr_equal(spe_source_name(midr, 8),
					 spe_source_name(midr | noise, 8));
		}
	for (i = 1; i < 256; i++) {
		/* A named CPU has a named implementer; 0 is reserved for software. */
		for (part = 0; part < 0x1000; part++)
			if (spe_cpu_name((uint64_t)i << 24 | part << 4))
				assert_non_null(spe_implementer_name((uint64_t)i << 24));
	}
	assert_null(spe_cpu_name(0));
	assert_null(spe_implementer_name(0));
	assert_null(spe_source_name(0, 0));
	assert_null(spe_source_name(~0ull, 0));
}

static void errata_never_write_past_max(void **unused)
{
	struct spe_erratum out[4];
	size_t n = spe_errata(0x410fd0c0, NULL, 0), max;

	assert_int_equal(n, 2);
	for (max = 0; max <= n; max++) {
		memset(out, 0, sizeof(out));
		assert_int_equal(spe_errata(0x410fd0c0, out, max), n);
		assert_null(out[max].id);
		if (max)
			assert_non_null(out[max - 1].what);
	}
	assert_int_equal(spe_errata(0x414fd0c0, out, 4), 2);	/* r4p0 */
	assert_int_equal(spe_errata(0x414fd0c1, out, 4), 1);	/* r4p1 */
	assert_string_equal(out[0].id, "1912195");
	assert_int_equal(spe_errata(0, out, 4), 0);
}

static void kinds_follow_class_and_store_bit(void **unused)
{
	struct spe_record rec = { .has = SPE_HAS_OP };
	unsigned int op;

	for (op = 0; op < 256; op++) {
		rec.op = (uint8_t)op;
		rec.op_class = 0;
		assert_int_equal(spe_kind(&rec), SPE_KIND_OTHER);
		rec.op_class = 1;
		assert_int_equal(spe_kind(&rec), op % 2 ? SPE_KIND_STORE : SPE_KIND_LOAD);
		rec.op_class = 2;
		assert_int_equal(spe_kind(&rec), SPE_KIND_BRANCH);
		rec.op_class = 3;
		assert_int_equal(spe_kind(&rec), SPE_KIND_NONE);
		assert_int_equal(spe_op_is_atomic(1, rec.op), op < 32 && (op & 2) && op & 0x1c);
		assert_false(spe_op_is_atomic(0, rec.op));
		assert_false(spe_op_is_atomic(2, rec.op));
	}
	rec.op_class = 1;
	rec.has = 0;
	assert_int_equal(spe_kind(&rec), SPE_KIND_NONE);
}

static void vector_lengths_are_powers_of_two(void **unused)
{
	unsigned int class, op, bits;

	for (class = 0; class < 4; class++)
		for (op = 0; op < 256; op++) {
			bits = spe_op_vector_bits((uint8_t)class, (uint8_t)op);
			assert_int_equal(bits & (bits - 1), 0);
		}
	assert_int_equal(spe_op_vector_bits(0, 0x08), 32);
	assert_int_equal(spe_op_vector_bits(0, 0x7e), 4096);
	assert_int_equal(spe_op_vector_bits(1, 0x28), 128);
	assert_int_equal(spe_op_vector_bits(0, 0x88), 128);		/* ETS 0 */
	assert_int_equal(spe_op_vector_bits(0, 0xdc), 128u << 11);	/* ETS 11 */
	assert_int_equal(spe_op_vector_bits(0, 0xe8), 0);		/* 12: reserved */
	assert_int_equal(spe_op_vector_bits(0, 0xfc), 0);		/* 15: all of ZA */
	assert_int_equal(spe_op_vector_bits(1, 0x00), 0);
}

#define TEST(f)	cmocka_unit_test_setup(f, reset)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(every_two_bytes_start_a_packet_of_the_stated_size),
		TEST(a_cut_packet_is_none_and_changes_nothing),
		TEST(encoding_a_decoded_packet_gives_its_bytes),
		TEST(decoding_an_encoded_packet_gives_header_and_payload),
		TEST(only_four_extended_headers_are_known),
		TEST(text_never_leaves_its_buffer),
		TEST(text_is_printable_words),
		TEST(nonsense_in_a_packet_is_still_text),
		TEST(reserved_operations_show_a_number_and_others_do_not),
		TEST(subclasses_cover_what_the_architecture_defines),
		TEST(every_subclass_has_a_payload_and_a_name_that_finds_it),
		TEST(event_names_find_their_bit),
		TEST(names_are_single_words),
		TEST(lookups_by_midr_ignore_revision_and_unknown_bits),
		TEST(errata_never_write_past_max),
		TEST(kinds_follow_class_and_store_bit),
		TEST(vector_lengths_are_powers_of_two),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
