# SPDX-License-Identifier: GPL-2.0-only
#
# For tests that are scripts: sourced behind tests/tap.sh.  A recording with markup in every name
# that it has: its file, tasks, VMs, the host, its kernel, its files and its command; symbols of
# the host and of guests; sources.  Text in the recording is as long as what it replaces.

# hostile DIR: made below it; hostile_options are those of `spelunk report`
hostile()
{
	local data=$1/\"\>\<script\>hostile\(1\)\<b\>
	unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf,guest.c}.xz
	mkdir -p "$data" "$1/symfs/tests/lab/guest" "$1/symfs/share"
	data="$data/<img src=x onerror=hostile(3)>"
	cat >"$1/edit" <<'END'
s|CPU 0/KVM|<b>\&"'</b|g
s|(none)|<img/>|g
s|/bin/busybox|/bin/<b>\&"'>|g
s|6\.12\.117+deb12-arm64|<script>x()</script>|g
s|--rounds 400 --inner|<script>hostile(2)</|g
END
	LC_ALL=C sed -f "$1/edit" "$BUILD/captures/vhe-guest.data" >"$data"
	sed 's| kvm_vgic_vcpu_pending_irq$| <script>hostile(4)</script>|; s| ktime_get$| "><svg/onload=hostile(5)>|' \
		"$BUILD/captures/kallsyms-6.12" >"$1/kallsyms"
	LC_ALL=C sed "s|guest_hot_load|<img src=x o='|g; s|guest_chase|<script>x//|g" \
		"$BUILD/captures/guest.elf" >"$1/guest.elf"
	sed 's|.*|</td><script>hostile(6)</script> \x1b[31m\xe2\x80\xae|' "$BUILD/captures/guest.c" \
		>"$1/symfs/tests/lab/guest/guest.c"
	xz -dc tests/demo/work.elf.xz >"$1/symfs/share/work"
	hostile_options=(-q -i "$data" --kallsyms "$1/kallsyms" --guest "$1/guest.elf"
		--vm-name '154=<script>hostile(7)</script>')
}
