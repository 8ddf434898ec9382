#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# regen.sh [--check]: write, or compare, what the netlink spec generates.
#
# The kernel's generator looks upwards from the spec for a file MAINTAINERS
# (for ever, if there is none) and reads the schema beside specs/, so the spec
# is staged in a folder that has both.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/vm/cache.sh
. "$top/selftests/vm/cache.sh"

spec=Documentation/netlink/specs/vswitch.yaml
check=
case ${1-} in
--check) check=1;;
"") ;;
*) echo "usage: $0 [--check]" >&2; exit 2;;
esac

[ -r "$top/$spec" ] || die "$spec is missing"
linux=$(linux_source)

# 6.12 has the generator as a script, later kernels as a package.
gen=$linux/tools/net/ynl/ynl-gen-c.py
[ -e "$gen" ] || gen=$linux/tools/net/ynl/pyynl/ynl_gen_c.py

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/Documentation/netlink/specs" "$stage/out"/{uapi/linux,kmod} \
	"$stage/out/selftests/syzkaller"
touch "$stage/MAINTAINERS"
cp "$top/$spec" "$stage/$spec"
# 6.12's strict schema does not list uns-admin-perm, but its generator knows it.
sed 's/enum: \[ admin-perm \]/enum: [ admin-perm, uns-admin-perm ]/' \
	"$linux/Documentation/netlink/genetlink.yaml" \
	> "$stage/Documentation/netlink/genetlink.yaml"

generate() {
	local mode=$1 part=$2 out=$3

	(cd "$stage" && timeout 60 python3 "$gen" --mode "$mode" "--$part" \
		--spec "$spec" -o "out/$out") || die "the generator failed on $out"
}

generate uapi header uapi/linux/vswitch.h
generate kernel header kmod/netlink-gen.h
generate kernel source kmod/netlink-gen.c
syzkaller=selftests/syzkaller/socket_netlink_generic_vswitch.txt
VSWITCH_SPEC=$top/$spec "$top/selftests/syzkaller/generate.py" > "$stage/out/$syzkaller"

rc=0
for f in uapi/linux/vswitch.h kmod/netlink-gen.h kmod/netlink-gen.c "$syzkaller"; do
	if [ -n "$check" ]; then
		diff -u --label "$f (committed)" --label "$f (from the spec)" \
			"$top/$f" "$stage/out/$f" || rc=1
	elif ! cmp -s "$stage/out/$f" "$top/$f"; then
		mkdir -p "$(dirname "$top/$f")"
		cp "$stage/out/$f" "$top/$f"
		echo "wrote $f"
	fi
done
[ "$rc" -eq 0 ] || echo "run 'make regen' and commit the result" >&2
exit "$rc"
