#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The world switch under the model's roof: every order of events, and what the switches
# of Linux are worth.

cd "$(dirname "$0")/../.." || exit 1
exec "${BUILD:-build}/kvm/model/model" explore
