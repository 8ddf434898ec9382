#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line: help, exit statuses, near misses, options, what show shows.
#
# shellcheck disable=SC2317 # try runs the functions

cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/lib.sh
. ./lib.sh
alone "$@"

far=''
objects="switch uplink portgroup port vmk nic fdb"

setup()
{
	setup_ns far
	ip link add u1 type veth peer name u1 netns "$far"
	ip link add u2 type veth peer name u2 netns "$far"
	ip link add v1 type veth peer name v1 netns "$far"
	ip -n "$far" link set u1 up
	ip -n "$far" link set v1 up
	"$VSWCTL" -b - <<- 'LINES'
		# one of everything
		switch add vSwitch0 mtu 9000
		switch add lonely
		uplink add u1 switch vSwitch0
		uplink add u2 switch vSwitch0 role standby

		portgroup add "VM Network" switch vSwitch0 vlan 104
		portgroup add 'Trunk "A"' switch vSwitch0 vlan trunk 10-12,20
		portgroup add Empty switch vSwitch0
		port add v1 portgroup "VM Network" client web01.eth0
		vmk add vmk0 portgroup "VM Network" mac 02:aa:00:00:00:01 address 192.0.2.1/24
	LINES
	ip link set vmk0 up
}

# Help

help_global()
{
	has OBJECT "$VSWCTL" help
	"$VSWCTL" -h | cmp - <("$VSWCTL" --help)
	"$VSWCTL" help 2>&1 >/dev/null | cmp - /dev/null
	has vswctl "$VSWCTL" -V
	"$VSWCTL" -V | cmp - <("$VSWCTL" --version)
}

help_object()
{
	local object command

	for object in $objects; do
		"$VSWCTL" "$object" help > "$WORK/help" 2> "$WORK/err"
		[ ! -s "$WORK/err" ]
		for command in add set del show; do
			case $object:$command in
			nic:show|fdb:show) ;;
			nic:*|fdb:*) continue;;
			esac
			grep -q "$object $command" "$WORK/help"
		done
	done
	"$VSWCTL" show help | grep -q "vswctl show"
}

# Exit status

statuses()
{
	says 0 "" "$VSWCTL" switch show vSwitch0
	says 1 u1 "$VSWCTL" uplink add u1 switch lonely
	says 2 colour "$VSWCTL" switch set vSwitch0 colour red
	says 3 nosuch "$VSWCTL" switch show nosuch
	says 3 nosuch "$VSWCTL" portgroup set nosuch vlan 5
}

one_line()
{
	# What was tried, the kernel's own words, the attribute.
	says 1 "u1 is already" "$VSWCTL" uplink add u1 switch lonely
	grep -q "uplink" "$WORK/err"
	grep -q "(dev)" "$WORK/err"
}

# Near misses: the word, the word that was meant.
near_misses()
{
	local said meant object

	for object in switch uplink portgroup port vmk; do
		says 2 '"show"' "$VSWCTL" "$object" list
	done
	while read -r said meant; do
		says 2 "\"$meant\"" "$VSWCTL" portgroup "$said" x
	done <<- 'WORDS'
		list show
		get show
		ls show
		remove del
		delete del
		create add
		sho show
		shwo show
		ad add
	WORDS
	while read -r said meant; do
		says 2 "\"$meant\"" "$VSWCTL" "$said" show
	done <<- 'WORDS'
		vswitch switch
		swicth switch
		pg portgroup
		portgrup portgroup
		vmknic vmk
		uplinks uplink
		prt port
	WORDS
	says 2 '"portid"' "$VSWCTL" switch set vSwitch0 teaming port-id
	says 2 '"standby"' "$VSWCTL" uplink set u1 role stanby
}

# show

drawn()
{
	local word

	"$VSWCTL" show > "$WORK/drawn"
	for word in vSwitch0 lonely "VM Network" 104 'Trunk "A"' 10-12 Empty \
		    web01.eth0 v1 vmk0 192.0.2.1/24 u1 u2 standby 9000; do
		grep -qF -- "$word" "$WORK/drawn" || {
			echo "\"$word\" is not drawn:"
			cat "$WORK/drawn"
			return 1
		}
	done
	# What has no carrier does not look like what has.
	if cmp -s <(grep -o 'u1 .*' "$WORK/drawn" | sed 's/u1/u2/') \
		<(grep -o 'u2 .*' "$WORK/drawn"); then
		echo "u1 looks like u2"
		return 1
	fi
	# As wide as a terminal, in UTF-8 and without.
	[ "$(LC_ALL=C.UTF-8 "$VSWCTL" show | LC_ALL=C.UTF-8 wc -L)" -le 80 ]
	LC_ALL=C "$VSWCTL" show > "$WORK/ascii"
	if LC_ALL=C grep '[^ -~]' "$WORK/ascii"; then
		echo "that is not ASCII"
		return 1
	fi
	grep -q vSwitch0 "$WORK/ascii"
}

drawn_hostile()
{
	# A client's text cannot draw on the terminal; a long one does no harm.
	local long
	long=$(printf 'x%.0s' {1..128})

	"$VSWCTL" port set v1 client "$long"
	[ "$(LC_ALL=C.UTF-8 "$VSWCTL" show | LC_ALL=C.UTF-8 wc -L)" -le 80 ]
	"$VSWCTL" port set v1 client web01.eth0
	has web01.eth0 "$VSWCTL" show
}

tables()
{
	has vSwitch0 "$VSWCTL" switch show
	has lonely "$VSWCTL" switch show
	has "VM Network" "$VSWCTL" portgroup show
	has "trunk 10-12,20" "$VSWCTL" portgroup show
	has standby "$VSWCTL" uplink show
	has web01.eth0 "$VSWCTL" port show
	has v1 "$VSWCTL" port show web01.eth0
	has vmk0 "$VSWCTL" vmk show
	has 02:aa:00:00:00:01 "$VSWCTL" fdb show
	has u1 "$VSWCTL" nic show
	has vSwitch0 "$VSWCTL" nic show u1
	[ "$("$VSWCTL" portgroup show Empty | wc -l)" -lt \
	  "$("$VSWCTL" portgroup show | wc -l)" ]
}

filters()
{
	local v1
	v1=$(ip -n "$far" -j link show v1 | jq -r '.[0].address')

	[ "$("$VSWCTL" -j fdb show | jq length)" -eq 2 ]
	[ "$("$VSWCTL" -j fdb show port v1 | jq -r '.[].address')" = "$v1" ]
	[ "$("$VSWCTL" -j fdb show vlan 104 | jq length)" -eq 2 ]
	[ "$("$VSWCTL" -j fdb show vlan 5 | jq length)" -eq 0 ]
	[ "$("$VSWCTL" -j fdb show switch lonely | jq length)" -eq 0 ]
}

json()
{
	local object

	for object in $objects; do
		"$VSWCTL" -j "$object" show > "$WORK/json"
		jq -e 'type == "array" and length > 0' "$WORK/json" > /dev/null
		[ "$(wc -l < "$WORK/json")" -le 1 ]
		"$VSWCTL" -j -p "$object" show > "$WORK/pretty"
		[ "$(wc -l < "$WORK/pretty")" -gt 1 ]
		cmp <(jq -S . "$WORK/json") <(jq -S . "$WORK/pretty")
	done
	"$VSWCTL" -j show | jq -e . > /dev/null
	[ "$("$VSWCTL" -j portgroup show "VM Network" |
		jq -r '.[0].vlan.id')" = 104 ]
}

statistics()
{
	"$VSWCTL" -j port show | jq -e 'all(has("stats") | not)'
	"$VSWCTL" -j -s port show | jq -e 'all(has("stats"))'
	"$VSWCTL" -j -s uplink show | jq -e 'all(has("stats"))'
	[ "$("$VSWCTL" -s port show | wc -l)" -gt \
	  "$("$VSWCTL" port show | wc -l)" ]
}

# Options

netns()
{
	"$VSWCTL" --netns "$far" switch add there
	says 3 there "$VSWCTL" switch show there
	has there "$VSWCTL" -n "$far" switch show there
	"$VSWCTL" --netns="$far" switch del there
}

batch()
{
	printf 'portgroup add "a b" switch vSwitch0\nportgroup add c\\ d switch vSwitch0\n' \
		> "$WORK/batch"
	"$VSWCTL" --batch "$WORK/batch"
	"$VSWCTL" -b - <<< "portgroup del 'a b'"
	"$VSWCTL" portgroup del "c d"
	says 2 ":2:" "$VSWCTL" -b <(printf '# nothing\nswitch frobnicate\n')
}

force()
{
	ip link add v2 type veth peer name v3
	"$VSWCTL" -b - <<- 'LINES'
		portgroup add P switch lonely
		port add v2 portgroup P
	LINES
	says 1 lonely "$VSWCTL" switch del lonely
	"$VSWCTL" --force switch del lonely
	says 3 lonely "$VSWCTL" switch show lonely
}

cases=(
	"help" help_global
	"help after each object prints its grammar" help_object
	"the exit status is 0, 1, 2 or 3" statuses
	"an error is one line: what was tried, why, the attribute" one_line
	"a near miss is refused with the word that was meant" near_misses
	"show draws every object within the width of a terminal" drawn
	"show cannot be spoilt by a text" drawn_hostile
	"each object has a table" tables
	"fdb show filters" filters
	"--json prints one array, --pretty the same with indentation" json
	"--statistics adds the counters" statistics
	"--netns works elsewhere" netns
	"--batch reads commands, quoted as in a shell" batch
	"--force deletes a switch that is in use" force
)

begin $((${#cases[@]} / 2))
setup
for ((i = 0; i < ${#cases[@]}; i += 2)); do
	try "CLI: ${cases[i]}" "${cases[i + 1]}"
done
finish
