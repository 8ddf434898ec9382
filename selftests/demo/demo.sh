#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: what 'make demo' does.  Sets up what the demonstration needs, the
# first time with downloads, and leaves the rest to demo.py.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=selftests/vm/cache.sh
. "$top/selftests/vm/cache.sh"

"$top/selftests/vm/packages.sh"
kernel=$("$top/selftests/vm/kernel.sh" stock)
progress "building the module and the tool"
built=$("$top/selftests/vm/build.sh" "$kernel")
make -s -C "$top" tools
"$top/selftests/vm/accel.sh" "$kernel" > /dev/null

exec python3 "$top/selftests/demo/demo.py" "$kernel" \
	"$built/kmod/vswitch.ko" "$top/build/tools/vswctl"
