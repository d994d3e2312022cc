#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# busybox in runc: the recording is what strace sees, the profile serves a real client, and less of it does not.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
prove_workload busybox
