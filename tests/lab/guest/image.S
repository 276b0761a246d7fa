/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest that vmm runs if it is not given another. */
	.section .rodata, "a"
	.globl	guest_image, guest_image_end
	.balign	16
guest_image:
	.incbin	"guest.bin"
guest_image_end:
	.section .note.GNU-stack, "", %progbits
