# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are those of who sources it
#
# Sourced by check.sh and mutants.sh: run test files in a VM.  Uses $work,
# $linux, ${kernel_dir[@]} and ${built_dir[@]}, $tool_dir where vswctl is not
# that of the checkout, and $sanitized_tests, the files that get the vswctl with
# ASan and UBSan.

# cable END OTHER: one end of a cable between two NICs, in set_machine().
cable() {
	echo "dgram,id=$1,local.type=unix,local.path=$out/$1,remote.type=unix,remote.path=$out/$2"
}

# What the tests want of the machine. For lossnet.py, three NICs on a hub, and a
# port by which the VM itself gives orders to QEMU, so that it can pull a cable;
# the network of the host that is on the hub is dead, but without one QEMU has a
# complaint. For aggregate.py, a USB NIC with a cable to another NIC.
set_machine() {
	local out=$1 args arg i

	args=(-netdev "user,id=host,restrict=on,ipv6=off"
	      -netdev "hubport,id=hub0,hubid=1,netdev=host")
	for i in 1 2 3; do
		args+=(-netdev "hubport,id=hub$i,hubid=1" -device
		       "virtio-net-pci,id=nic$i,netdev=hub$i,mac=52:54:00:76:73:0$i,romfile=")
	done
	args+=(-chardev "socket,id=qmp,path=$out/qmp,server=on,wait=off"
	       -mon "chardev=qmp,mode=control"
	       -chardev "socket,id=self,path=$out/qmp"
	       -device virtio-serial-pci
	       -device "virtserialport,chardev=self,name=qmp")
	args+=(-netdev "$(cable n1 n2)" -device qemu-xhci -device "usb-net,netdev=n1"
	       -netdev "$(cable n2 n1)" -device \
	      "virtio-net-pci,netdev=n2,mac=52:54:00:76:73:10,romfile=")
	machine=()
	for arg in "${args[@]}"; do
		machine+=(-q "$arg")
	done
}

# kunit_ko KERNEL: the module with the KUnit tests, where the kernel has KUnit.
kunit_ko() { echo "${built_dir[$1]}/kmod/tests/vswitch_kunit.ko"; }

# boot KERNEL FOLDER FILE...: run test files of FOLDER in a VM, print what
# guest.sh printed, and say so if the VM did not last until its end.
#
# The VM gets copies, which it keeps in memory: editing and building may go on
# in the checkout meanwhile.
boot() {
	local name=$1 dir=$2 out=$work/vm-$1 rc=0 last
	shift 2
	rm -rf "$out"
	mkdir -p "$out/vswitch"
	cp "${built_dir[$name]}"/kmod/vswitch.ko build/tests/{fuzzer,nlfuzz,stream} \
		"${tool_dir:-build/tools}/vswctl" \
		Documentation/netlink/specs/vswitch.yaml \
		Documentation/vswitch-config.schema.json \
		selftests/vm/{guest,klog}.sh "$out/vswitch/"
	cp tools/vswctl/completion/vswctl "$out/vswitch/completion"
	cp -r tools/systemd "$out/vswitch/systemd"
	cp README.md "$out/vswitch/"
	if [ -n "${sanitized_tests-}" ]; then
		cp build/tools/check/vswctl "$out/vswitch/vswctl-sanitized"
	fi
	cp -r "$dir" "$out/vswitch/tests"
	if [ -e "$(kunit_ko "$name")" ]; then
		cp "$(kunit_ko "$name")" "$out/vswitch/"
	fi

	progress "booting the $name kernel for $# test files"
	set_machine "$out"
	# shellcheck disable=SC2016 # for the shell in the VM
	selftests/vm/run.sh "${machine[@]}" -k "${kernel_dir[$name]}" -o "$out" \
		-t "${VM_TIMEOUT:-10800}" env "${guest_env[@]}" bash -c \
		'cp -r /run/out/vswitch /run/vswitch && cd /run/vswitch/tests && exec bash ../guest.sh "$@"' \
		guest "$@" | tee "$out/tap" || rc=$?

	if [ -d "$out/gcov" ]; then
		rm -rf build/coverage/gcov
		mkdir -p build/coverage
		mv "$out/gcov" build/coverage/
	fi
	if [ "$(tail -n 1 "$out/tap")" != "# the VM's work is done" ]; then
		last=$(sed -n 's/^# \([^ ]*\.\(sh\|py\)\)$/\1/p' "$out/tap" | tail -n 1)
		echo "not ok the VM lasts to the end of the tests"
		echo "# run.sh ended with $rc in ${last:-its boot}; the kernel's last words:"
		{ klog_faults || tail -n 20; } < "$out/console" | sed 's/^/# /'
	fi
}

# The environment of the tests; see also vm/guest.sh.
set_guest_env() {
	local name=$1 var

	guest_env=(
		VSWITCH_KO=/run/vswitch/vswitch.ko
		VSWCTL=/run/vswitch/vswctl
		VSWCTL_COMPLETION=/run/vswitch/completion
		VSWITCH_SPEC=/run/vswitch/vswitch.yaml
		VSWITCH_SCHEMA=/run/vswitch/vswitch-config.schema.json
		VSWITCH_SYSTEMD=/run/vswitch/systemd
		VSWITCH_README=/run/vswitch/README.md
		VSWITCH_FUZZER=/run/vswitch/fuzzer
		VSWITCH_NLFUZZ=/run/vswitch/nlfuzz
		VSWITCH_STREAM=/run/vswitch/stream
		"YNL_DIR=$linux/tools/net/ynl"
		"TEST_TIMEOUT=${TEST_TIMEOUT:-1800}"
	)
	for var in VSWITCH_SEED VSWITCH_CONFIGS VSWITCH_ONLY VSWITCH_SOAK \
		VSWITCH_LOSSES VSWITCH_PERIOD VSWITCH_TRY_AGAIN; do
		[ -z "${!var-}" ] || guest_env+=("$var=${!var}")
	done
	if [ -e "$(kunit_ko "$name")" ]; then
		guest_env+=(VSWITCH_KUNIT_KO=/run/vswitch/vswitch_kunit.ko)
	fi
	if [ "$name" = coverage ]; then
		guest_env+=(VSWITCH_GCOV=/run/out/gcov)
	fi
	if [[ $name == @(debug|kcsan) ]]; then
		guest_env+=(KERNEL_DEBUG=1)
	elif [ -n "${sanitized_tests-}" ]; then
		guest_env+=(VSWCTL_SANITIZED=/run/vswitch/vswctl-sanitized
			"SANITIZED_TESTS=$sanitized_tests")
	fi
}
