#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The world switch in the model: every order of events, and a comparison with Linux's switches.

cd "$(dirname "$0")/../.." || exit 1
exec "${BUILD:-build}/kvm/model/model" explore
