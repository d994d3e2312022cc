#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# containerd alone, by ctr: recorded by name from before the start, nothing of the runtime recorded, enforced by the runtime itself.
# shellcheck source=tests/e2e/containers_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/containers_lib.sh"
prove_runtime ctr
