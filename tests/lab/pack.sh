# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced: pack FOLDER: as an initramfs; the same files make the same bytes.
pack()
{
	# neither the order of folders nor times and inode numbers are content
	find "$1" -exec touch -h -d @0 {} +
	(cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible -R 0:0) |
		gzip -1n
}
