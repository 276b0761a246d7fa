/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aborts on addresses without memory: emulated if the syndrome describes the access (ISV), else
 * user space must decode the instruction, or the guest gets an abort.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

/*
 * HPFAR_EL2 has the IPA after a Translation, Access flag or Address size fault at
 * stage 2, and after any stage 2 fault on a stage 1 walk; else it is UNKNOWN
 * [HPFAR_EL2].  DFSC bits 5:2 are the kind, 1:0 the level; levels -1 and -2 stand apart.
 */
bool world_fault_ipa(const struct world_vcpu *v, u64 *ipa)
{
	u32 dfsc = v->esr & ISS_DFSC;
	bool size = dfsc >> 2 == 0 || dfsc == 0x29 || dfsc == 0x2c;
	bool translation = dfsc >> 2 == 1 || dfsc == 0x2b || dfsc == 0x2a;
	bool access_flag = dfsc >> 2 == 2;
	bool permission = dfsc >> 2 == 3;

	if (!(size || translation || access_flag || (permission && v->esr & ISS_S1PTW)))
		return false;
	/* FIPA is bits 43:4, for bits 51:12 of the IPA. */
	*ipa = (v->hpfar & 0xffffffffff0ull) << 8;
	/*
	 * FAR has the offset in the page; after a walk that of the access, not of the table entry.
	 */
	if (!(v->esr & ISS_S1PTW))
		*ipa |= v->far & 0xfff;
	return true;
}

static bool is_fetch(const struct world_vcpu *v)
{
	return ESR_EC(v->esr) == EC_IABT_LOW;
}

void world_external_abort(struct world_vcpu *v)
{
	bool el0 = (v->pstate & (PSTATE_MODE & ~PSTATE_AA32)) == MODE_EL0t;
	u32 ec = is_fetch(v) ? (el0 ? EC_IABT_LOW : EC_IABT_CUR) :
			       (el0 ? EC_DABT_LOW : EC_DABT_CUR);

	ctx_write(v->regs.FAR, v->far);
	/* The access is answered: the instruction must not be completed afterwards. */
	v->mmio.len = 0;
	/* Nothing from the host's syndrome.  IL is 1, as for any abort without ISV [ESR_EL1]. */
	world_inject(v, ESR_EC_BITS(ec) | ESR_IL | DFSC_SYNC_EXTERNAL);
}

/* The syndrome of LD64B and ST64B is valid, too, but they move 64 bytes and 8 registers. */
static bool is_one_register(const struct world_vcpu *v)
{
	return v->esr & ISS_ISV && !(v->esr & ISS_LST);
}

static enum world_next mmio(struct world_vcpu *v, u64 ipa)
{
	u64 mask;

	v->mmio.ipa = ipa;
	v->mmio.len = 1u << ISS_SAS(v->esr);
	v->mmio.write = v->esr & ISS_WNR;
	mask = v->mmio.len == 8 ? ~0ull : BIT(v->mmio.len * 8) - 1;
	v->mmio.data = v->mmio.write ? v->x[ISS_SRT(v->esr)] & mask : 0;
	return WORLD_MMIO;
}

const char *world_refusal(const struct world_vcpu *v)
{
	if (v->esr & ISS_ISV)
		return "64-byte access (LD64B, ST64B) outside of the VM's memory: either the guest "
		       "used a wrong address, or its device needs an instruction that must be "
		       "decoded, and user space did not enable NISV exits";
	return "access outside of the VM's memory without a valid syndrome (ESR_EL2.ISV = 0): "
	       "either the guest used a wrong address, or it accessed a device by an instruction "
	       "that must be decoded, such as LDP, and user space did not enable NISV exits";
}

int world_mmio(struct world_vcpu *v, u64 ipa)
{
	/* Code or a stage 1 table without memory: not an access that could be emulated. */
	if (is_fetch(v) || v->esr & ISS_S1PTW) {
		world_external_abort(v);
		return WORLD_RUN;
	}
	/* Nothing there can be cached: cache maintenance has no effect. */
	if (v->esr & ISS_CM) {
		world_skip(v);
		return WORLD_RUN;
	}
	if (is_one_register(v))
		return mmio(v, ipa);
	/* User space can read neither the instruction nor its registers. */
	if (v->vm->features & WORLD_VM_PROTECTED) {
		world_external_abort(v);
		return WORLD_RUN;
	}
	if (!v->vm->nisv_to_user)
		return -WORLD_ENOSYS;
	v->nisv.esr_iss = v->esr & (ISS_WNR | ISS_DFSC);
	v->nisv.ipa = ipa;
	return WORLD_NISV;
}

void world_mmio_done(struct world_vcpu *v, u64 data)
{
	u32 bits = v->mmio.len * 8, rt = ISS_SRT(v->esr);

	if (!bits)
		return;
	if (!v->mmio.write && rt != 31) {
		if (bits < 64) {
			data &= BIT(bits) - 1;
			if (v->esr & ISS_SSE)
				data = (data ^ BIT(bits - 1)) - BIT(bits - 1);
		}
		ctx_write(v->x[rt], v->esr & ISS_SF ? data : (u32)data);
	}
	v->mmio.len = 0;
	/* Only now is the instruction done: until here its step was still due. */
	world_skip(v);
}

void world_nisv_done(struct world_vcpu *v, enum world_nisv_answer answer)
{
	switch (answer) {
	case WORLD_NISV_EMULATED:
		world_skip(v);
		break;
	case WORLD_NISV_EMULATED_T16:
		step_skip_t16(v);
		break;
	case WORLD_NISV_AGAIN:
		break;
	}
}
