# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of kernels with the series of kvm/linux: sourced after tests/tap.sh.  KERNELS
# names those kernels as tests/lab/run --kernel does; `make check-lab-new` runs the tests
# that source this with KERNELS=new.
: "${KERNELS:=own}"

# built KERNEL: the folder in which tests/lab/kernel/build built it
built()
{
	tests/lab/kernel/build "$1" | tail -n 1
}
