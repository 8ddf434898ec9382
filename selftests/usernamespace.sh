#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# M4: everything is per network namespace, and its owner may do everything.
#
# shellcheck disable=SC2317 # try runs the functions

cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/lib.sh
. ./lib.sh

one='' two='' host='' target=''

# As nobody, root in a user namespace with a network namespace of its own.
nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		unshare --user --map-root-user --net -- "$@"
}

separate()
{
	vsw "$one" -b - <<- 'LINES'
		switch add s0
		portgroup add pg switch s0 vlan 5
		vmk add vmk0 portgroup pg
	LINES
	[ "$(vsw "$two" -j show)" = "[]" ]
	says 3 pg vsw "$two" portgroup show pg
	# The same names again.
	vsw "$two" -b - <<- 'LINES'
		switch add s0
		portgroup add pg switch s0 vlan 6
		vmk add vmk0 portgroup pg
		switch set s0 mtu 1400
	LINES
	[ "$(vsw "$one" -j portgroup show pg | jq '.[0].vlan.id')" = 5 ]
	[ "$(vsw "$one" -j switch show s0 | jq '.[0].mtu')" = 1500 ]
	ip netns del "$two"
	[ "$(vsw "$one" -j vmk show | jq -r '.[0].portgroup')" = pg ]
	vsw "$one" --force switch del s0
}

owner()
{
	# shellcheck disable=SC2016 # for the inner shell
	nobody bash -e -c '
		ip link add v1 type veth peer name v2
		ip link add v3 type veth peer name v4
		"$VSWCTL" -b - <<- LINES
			switch add s0 mtu 1400
			portgroup add pg switch s0 vlan 7
			uplink add v1 switch s0
			port add v3 portgroup pg client me
			vmk add portgroup pg
			portgroup set pg vlan trunk 1-10
			port set v3 blocked on
			uplink set v1 role standby
			vmk set vmk0 mtu 1300
		LINES
		"$VSWCTL" show | grep -q vmk0
		"$VSWCTL" vmk del vmk0
		"$VSWCTL" uplink del v1
		"$VSWCTL" --force switch del s0
		[ "$("$VSWCTL" -j switch show)" = "[]" ]
		"$VSWCTL" switch add left
		ip link add s1 type vswitch
	'
}

outside()
{
	vsw "$host" switch add s0
	# In the namespace of another user: no.
	says 1 CAP_NET_ADMIN ip netns exec "$host" setpriv --reuid=65534 \
		--regid=65534 --clear-groups "$VSWCTL" switch add s1
	says 1 CAP_NET_ADMIN ip netns exec "$host" setpriv --reuid=65534 \
		--regid=65534 --clear-groups unshare --user --map-root-user \
		"$VSWCTL" switch add s1
	[ "$(vsw "$host" -j switch show | jq length)" -eq 1 ]
	vsw "$host" switch add s1
}

target()
{
	# A vmk that would live in a namespace of another user: no.
	# shellcheck disable=SC2016 # for the inner shell
	TARGET=$target nobody bash -e -c '
		"$VSWCTL" -b - <<- LINES
			switch add s0
			portgroup add pg switch s0
		LINES
		if said=$("$VSWCTL" vmk add vmk0 portgroup pg netns "$TARGET" 2>&1); then
			exit 1
		fi
		[ "$said" = "vswctl: vmk add \"vmk0\": that network namespace is not yours (netns-fd)" ]
		[ "$("$VSWCTL" -j vmk show)" = "[]" ]
		"$VSWCTL" vmk add vmk0 portgroup pg
	'
	[ "$(ip -n "$target" -o link show type vmk | wc -l)" -eq 0 ]
	# One of the own user: yes.
	vsw "$host" -b - <<- LINES
		portgroup add pg switch s0
		vmk add vmk0 portgroup pg netns $target
	LINES
	ip -n "$target" link show vmk0
}

begin 4
export VSWCTL
setup_ns one two host target
try "M4: what is in one namespace is not in another" separate
try "M4: root of a user namespace may do everything in its own" owner
try "M4: nobody may change anything in the namespace of another" outside
try "M4: a vmk needs the right in the namespace that it is to live in" target
finish
