/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_BARE_H
#define LAB_BARE_H

#include "kvm/bare/console.h"

#define PMSCR_EL1	"s3_0_c9_c9_0"
#define PMSCR_EL2	"s3_4_c9_c9_0"
#define PMSNEVFR	"s3_0_c9_c9_1"
#define PMSICR		"s3_0_c9_c9_2"
#define PMSIRR		"s3_0_c9_c9_3"
#define PMSFCR		"s3_0_c9_c9_4"
#define PMSEVFR		"s3_0_c9_c9_5"
#define PMSLATFR	"s3_0_c9_c9_6"
#define PMSIDR		"s3_0_c9_c9_7"
#define PMBLIMITR	"s3_0_c9_c10_0"
#define PMBPTR		"s3_0_c9_c10_1"
#define PMBSR		"s3_0_c9_c10_3"
#define PMBIDR		"s3_0_c9_c10_7"

#define read(reg) ({ uint64_t v_; asm volatile("mrs %0, " reg : "=r"(v_) : : "memory"); v_; })
#define write(reg, v) asm volatile("msr " reg ", %0" : : "r"((uint64_t)(v)) : "memory")
#define isb() asm volatile("isb" : : : "memory")
#define psb_csync() asm volatile("hint #17" : : : "memory")
#define dsb() asm volatile("dsb sy" : : : "memory")

#define RECORD		64

/* Enable a buffer of that size, with interval 256 and no random part. */
void enable(uint64_t size, uint64_t mode);
/* [D17.9]: wait until samples are written and PMBPTR is valid. */
void disable(void);
/* The number of records, and the bytes of the first. */
uint64_t records(void);
const uint8_t *first_record(void);

/* Sample one operation of each kind, or of each kind of SVE's, and check its record. */
void operations(void);
void sve(void);

#endif
