#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The accesses of client.c's functions to 512 clients of the heap, for gen --accesses: a search passes 30
# clients on average, and each request looks at one client and counts its bytes.
import random

PLACES = {"next": 0x10008, "id": 0x10010, "in": 0x10030, "seen": 0x10034, "in_w": 0x10038 + 4, "flags": 0x10044}
OFFSETS = {"next": 152, "id": 0, "in": 128, "seen": 144, "in_w": 128, "flags": 12}
WEIGHTS = {"next": 30, "id": 30, "in": 1, "seen": 1, "in_w": 1, "flags": 1}

random.seed(1)
for _ in range(3000):
	what = random.choices(list(WEIGHTS), WEIGHTS.values())[0]
	client = 0xffff40001000 + 192 * random.randrange(512)
	print("host-user", "w" if what in ("seen", "in_w") else "r", f"{PLACES[what]:x}",
	      f"{client + OFFSETS[what]:x}")
