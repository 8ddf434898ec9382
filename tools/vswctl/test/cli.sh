#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cli.sh DIR: what vswctl in DIR says without a kernel module: help, bad input
# and the picture of a host.  Prints TAP.
set -u

dir=$1
here=$(dirname "$0")
tests=0
failed=0

result() {
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
	else
		echo "not ok $tests - $2"
		failed=$((failed + 1))
	fi
}

# refused STATUS TEXT WORD...: the words are refused with this line.
refused() {
	local status=$1 text="vswctl: $2" said rc

	shift 2
	said=$("$dir/vswctl" "$@" 2>&1 > /dev/null)
	rc=$?
	[ "$said" = "$text" ] && [ "$rc" -eq "$status" ]
	result $? "$text"
	[ "$said" = "$text" ] || echo "# instead: $said"
	[ "$rc" -eq "$status" ] || echo "# status $rc instead of $status"
}

# prints STATUS PATTERN WORD...: the words print this, on stdout alone if the
# status is 0, else on stderr alone.
prints() {
	local status=$1 pattern=$2 out err said other rc

	shift 2
	out=$("$dir/vswctl" "$@" 2> /dev/null)
	rc=$?
	err=$("$dir/vswctl" "$@" 2>&1 > /dev/null)
	if [ "$status" -eq 0 ]; then
		said=$out other=$err
	else
		said=$err other=$out
	fi
	# shellcheck disable=SC2053
	[[ $said == $pattern ]] && [ -z "$other" ] && [ "$rc" -eq "$status" ]
	result $? "vswctl $* prints $pattern"
}

long=$(printf 'x%.0s' {1..81})
pg=(portgroup add web switch s)
is_no_word='is not a word of this command'
fields='teaming, active, standby, promiscuous, mac-changes, forged, mac-learning, mac-limit, mac-over-limit, mac-flood, shape-from-guest, shape-to-guest, detect, notify, failback or up-delay'

# Objects, commands, options
refused 2 '"pg" is not an object; did you mean "portgroup"?' pg show
refused 2 '"teapot" is not an object; there is switch, uplink, portgroup, port, vmk, nic, fdb, why, monitor, show, export, apply, confirm, save, restore, saved, join or help' teapot
refused 2 '"watch" is not an object; did you mean "monitor"?' watch
refused 2 '"events" is not an object; did you mean "monitor"?' events
refused 2 'nic: "list" is not a command; did you mean "show"?' nic list
refused 2 'fdb: "dump" is not a command; did you mean "show"?' fdb dump
refused 2 'switch set "s": "ip-hash" is not a value of teaming; did you mean "iphash"?' switch set s teaming ip-hash
refused 2 'help: "wrods" is one word too many' help wrods
refused 2 'help: "more" is one word too many' help words more
refused 2 'portgroup: "list" is not a command; did you mean "show"?' portgroup list
refused 2 'portgroup: "remove" is not a command; did you mean "del"?' portgroup remove x
refused 2 'port: "get" is not a command; did you mean "show"?' port get
refused 2 'switch: "create" is not a command; did you mean "add"?' switch create x
refused 2 '--pritty is not an option; did you mean --pretty?' port show --pritty
refused 2 '-x is not an option' switch show sw0 -x
prints 0 'vswctl *' port show -V
refused 2 'vmk: "modify" is not a command; did you mean "set"?' vmk modify x
refused 2 'switch: "ad" is not a command; did you mean "add"?' switch ad x
refused 2 'portgroup: a command is missing: add, set, del, show or help' portgroup
refused 2 'fdb: "add" is not a command; there is show or help' fdb add
refused 2 '--jsn is not an option; did you mean --json?' --jsn show
refused 2 '--js is not an option; did you mean --json?' --js show
refused 2 '--json takes no value' --json=1 show
refused 2 '-x is not an option' -jx show
refused 2 '-n needs a value' -n
refused 3 'network namespace "no-such": there is none of this name' -n no-such show
refused 2 "switch del \"s\": \"--force\" $is_no_word; options go before the object" switch del s --force
refused 2 '"show": with --batch, commands come from the file' -b - show

# Names
refused 2 'portgroup add: a name is missing (name)' portgroup add
refused 2 'portgroup add "": the name is empty (name)' portgroup add '' switch s
refused 2 'portgroup add "none": "none" is a reserved word, not a name (name)' portgroup add none switch s
refused 2 'portgroup add "a\x0ab": "a\x0ab" has a control character (name)' portgroup add $'a\nb' switch s
refused 2 'portgroup add "a\xff": "a\xff" is not valid UTF-8 (name)' portgroup add $'a\xff' switch s
refused 2 "portgroup add \"$long\": \"$long\" is too long: 81 bytes of at most 80 (name)" portgroup add "$long" switch s
refused 2 'switch add "0123456789abcdef": "0123456789abcdef" is too long: 16 bytes of at most 15 (name)' switch add 0123456789abcdef
refused 2 'port add "v": "a\x1bb" has a control character (client)' port add v portgroup p client $'a\eb'

# VLANs
refused 2 'portgroup add "web": VLAN 4096 is out of range (vlan)' "${pg[@]}" vlan 4096
refused 2 'portgroup add "web": VLAN 99999999999999999999 is out of range (vlan)' "${pg[@]}" vlan 99999999999999999999
refused 2 'portgroup add "web": the range "1-" has no end (vlan)' "${pg[@]}" vlan trunk 1-,5
refused 2 'portgroup add "web": the range "-5" has no start (vlan)' "${pg[@]}" vlan trunk 1,-5
refused 2 'portgroup add "web": the range "10-5" runs backwards (vlan)' "${pg[@]}" vlan trunk 10-5
refused 2 'portgroup add "web": nothing after "1," in "1,,2" (vlan)' "${pg[@]}" vlan trunk 1,,2
refused 2 'portgroup add "web": nothing after "1," in "1," (vlan)' "${pg[@]}" vlan trunk 1,
refused 2 'portgroup add "web": nothing before the first comma of ",1" (vlan)' "${pg[@]}" vlan trunk ,1
refused 2 'portgroup add "web": the list is empty (vlan)' "${pg[@]}" vlan trunk ''
refused 2 'portgroup add "web": VLAN 4095 is out of range; did you mean "vlan all"? (vlan)' "${pg[@]}" vlan trunk 0-4095
refused 2 'portgroup add "web": VLAN 4095 is out of range; did you mean "vlan all"? (vlan)' "${pg[@]}" vlan trunk 4095
refused 2 'portgroup add "web": "1-2-3" is not a VLAN or a range A-B (vlan)' "${pg[@]}" vlan trunk 1-2-3
refused 2 'portgroup add "web": "trunk" needs a list such as 10,20-29 (vlan)' "${pg[@]}" vlan trunk
refused 2 'portgroup add "web": "al" is not a VLAN; did you mean "all"? (vlan)' "${pg[@]}" vlan al
refused 2 'fdb show: VLAN 4095 is out of range (vlan)' fdb show vlan 4095

# Keywords and their values
refused 2 "portgroup add \"web\": \"vlna\" $is_no_word; did you mean \"vlan\"?" "${pg[@]}" vlna 5
refused 2 "switch add \"s\": \"balance\" $is_no_word; it takes mtu, $fields" switch add s balance rr
refused 2 'portgroup add "web": "switch" is missing' portgroup add web vlan 5
refused 2 'portgroup add "web": "vlan" needs a value' "${pg[@]}" vlan
refused 2 'portgroup add "web": "vlan" is given twice' "${pg[@]}" vlan 1 vlan 2
refused 2 'portgroup add "web": "lacp" is not a value of teaming; it takes portid, explicit, srcmac or iphash' "${pg[@]}" teaming lacp
refused 2 'portgroup add "web": time in ms 1800001 is out of range, 0 to 1800000 (up-delay)' "${pg[@]}" up-delay 1800001
refused 2 'portgroup add "web": "poll" is not a value of detect; it takes link or beacon' "${pg[@]}" detect poll
refused 2 'portgroup add "web": "a,,b" has an empty place where a device should be (active)' "${pg[@]}" active a,,b
refused 2 "portgroup set \"web\": what to set is missing: name, vlan, policy, $fields" portgroup set web
refused 2 'portgroup set "web": "policy inherit" leaves no policy to set' portgroup set web policy inherit teaming portid
refused 2 'switch set "s": a switch has nothing to inherit from (active)' switch set s active inherit
refused 2 'switch add "s": MTU 67 is out of range, 68 to 65521 (mtu)' switch add s mtu 67
refused 2 'port add "v": "0:1" is not an Ethernet address such as 00:50:56:00:00:01 (mac)' port add v portgroup p mac 0:1
refused 2 "port add \"v\": 00:00:00:00:00:00 is nobody's address (mac)" port add v portgroup p mac 00:00:00:00:00:00
refused 2 'port add "v": "yes" is not a value of blocked; did you mean "on"?' port add v portgroup p blocked yes
refused 2 'vmk add: "192.0.2.1" has no prefix length, such as 192.0.2.1/24 (address)' vmk add portgroup p address 192.0.2.1
refused 2 'vmk add: "192.0.2.1/33" has a wrong prefix length, it is 0 to 32 (address)' vmk add portgroup p address 192.0.2.1/33
refused 2 "vmk add: 0.0.0.0/0 is nobody's address (address)" vmk add portgroup p address 0.0.0.0/0
refused 2 'vmk add: "192.0.2/24" is not an IP address (address)' vmk add portgroup p address 192.0.2/24
refused 2 'vmk add: "vmotoin" is not a value of service; did you mean "vmotion"?' vmk add portgroup p service nfs,vmotoin
refused 2 'vmk set "v": "ntp" is not a value of service; it takes management, vmotion, vsan, provisioning, ft, replication, nfs or iscsi' vmk set v service ntp
refused 2 'vmk adopt "eth0": "portgroup" is missing' vmk adopt eth0 switch s
refused 2 'vmk adopt "eth0": "switch" is missing' vmk adopt eth0 portgroup p
refused 2 'vmk adopt: a name is missing (dev)' vmk adopt
refused 3 'vmk adopt "no-such": there is no such device' vmk adopt no-such switch s portgroup p
refused 1 'vmk adopt "lo": it is not an Ethernet device' vmk adopt lo switch s portgroup p
refused 2 'vmk release "v": "now" is one word too many' vmk release v now
refused 2 'vmk add: "a\x0ab" has a control character (netns)' vmk add portgroup p netns $'a\nb'
refused 3 'vmk add: network namespace "no-such": there is none of this name' vmk add portgroup p netns no-such

# ESXi's own words
refused 2 '"vm" is not an object; did you mean "port"?' vm list
refused 2 '"dvs" is not an object; did you mean "switch"?' dvs list
refused 2 '"interface" is not an object; did you mean "vmk"?' interface list
refused 2 'uplink: "unlink" is not a command; did you mean "del"?' uplink unlink v
for words in srcport:portid srcid:portid mac:srcmac loadbalance_srcid:portid \
	loadbalance_srcmac:srcmac loadbalance_ip:iphash failover_explicit:explicit \
	loadbalance_loadbased:portid lbt:portid; do
	refused 2 "switch set \"s\": \"${words%:*}\" is not a value of teaming; did you mean \"${words#*:}\"?" switch set s teaming "${words%:*}"
done
for words in beacon-probing:beacon link-status:link; do
	refused 2 "switch set \"s\": \"${words%:*}\" is not a value of detect; did you mean \"${words#*:}\"?" switch set s detect "${words%:*}"
done
for words in load-balancing:teaming failure-detection:detect notify-switches:notify \
	active-uplinks:active standby-uplinks:standby use-vswitch:policy; do
	refused 2 "portgroup set \"web\": \"${words%:*}\" $is_no_word; did you mean \"${words#*:}\"?" portgroup set web "${words%:*}" x
done
for words in netstack:netns mac-address:mac portgroup-name:portgroup netmask:address tagname:service; do
	refused 2 "vmk add \"v\": \"${words%:*}\" $is_no_word; did you mean \"${words#*:}\"?" vmk add v "${words%:*}" x
done
refused 2 "vmk set \"v\": \"tag\" $is_no_word; did you mean \"service\"?" vmk set v tag x
refused 2 "uplink add \"v\": \"vswitch-name\" $is_no_word; did you mean \"switch\"?" uplink add v vswitch-name s
refused 2 "port add \"v\": \"vm\" $is_no_word; did you mean \"client\"?" port add v vm web01
for words in VSAN:vsan VMotion:vmotion Management:management faultToleranceLogging:ft \
	vSphereReplication:replication vSphereProvisioning:provisioning; do
	refused 2 "vmk set \"v\": \"${words%:*}\" is not a value of service; did you mean \"${words#*:}\"?" vmk set v service "${words%:*}"
done
refused 2 'portgroup set "web": "peak-bandwidth" is not a part of shape-from-guest; did you mean "peak"?' portgroup set web shape-from-guest avg 1mbit peak-bandwidth 2mbit
refused 2 'portgroup set "web": "burst-size" is not a part of shape-from-guest; did you mean "burst"?' portgroup set web shape-from-guest avg 1mbit burst-size 64kb
refused 2 'portgroup set "web": "avg-bandwidth" is not a value of shape-from-guest; did you mean "avg"?' portgroup set web shape-from-guest avg-bandwidth 1mbit
prints 0 'portgroup set web vlan all' --dry-run portgroup set web vlan all
prints 0 'portgroup set web vlan 4095' --dry-run portgroup set web vlan 4095

# Security and shaping
refused 2 'switch add "s": "yes" is not a value of promiscuous; did you mean "accept"?' switch add s promiscuous yes
refused 2 'switch add "s": "rejct" is not a value of forged; did you mean "reject"?' switch add s forged rejct
refused 2 'switch add "s": "maybe" is not a value of mac-changes; it takes reject or accept' switch add s mac-changes maybe
refused 2 "switch add \"s\": \"forged-transmits\" $is_no_word; did you mean \"forged\"?" switch add s forged-transmits reject
refused 2 'switch add "s": limit 0 is out of range, 1 to 4096 (mac-limit)' switch add s mac-limit 0
refused 2 'switch add "s": limit 4097 is out of range, 1 to 4096 (mac-limit)' switch add s mac-limit 4097
refused 2 'switch add "s": "many" is not a number (mac-limit)' switch add s mac-limit many
refused 2 'switch add "s": "deny" is not a value of mac-over-limit; did you mean "drop"?' switch add s mac-over-limit deny
refused 2 'switch add "s": a switch has nothing to inherit from (shape-to-guest)' switch add s shape-to-guest inherit
refused 2 'portgroup set "web": "policy inherit" leaves no policy to set' portgroup set web policy inherit mac-flood on

shape=(switch add s shape-from-guest)
refused 2 'switch add "s": 10 needs a unit, such as 10mbit (shape-from-guest)' "${shape[@]}" avg 10 burst 64kb
refused 2 'switch add "s": 1.5 needs a unit, such as 1.5kb (shape-from-guest)' "${shape[@]}" avg 10mbit burst 1.5
refused 2 'switch add "s": "10mb" is not a rate, such as 64mbit (shape-from-guest)' "${shape[@]}" avg 10mb burst 64kb
refused 2 'switch add "s": "64kbyte" is not a size, such as 64kb (shape-from-guest)' "${shape[@]}" avg 10mbit burst 64kbyte
for bad in 1e6bit 0x10kbit -1mbit +1mbit 1.mbit .5mbit '1 mbit' mbit nanbit ''; do
	refused 2 "switch add \"s\": \"$bad\" is not a rate, such as 64mbit (shape-from-guest)" "${shape[@]}" avg "$bad" burst 64kb
done
for bad in 0bit 7999bit 1000000000001bit 1.1tbit 99999999999999999999gbit; do
	refused 2 "switch add \"s\": the rate $bad is out of range, 8kbit to 1tbit (shape-from-guest)" "${shape[@]}" avg "$bad" burst 64kb
	refused 2 "switch add \"s\": the rate $bad is out of range, 8kbit to 1tbit (shape-from-guest)" "${shape[@]}" avg 1mbit peak "$bad" burst 64kb
done
for bad in 0b 1499b 1073741825b 1.1gb 99999999999999999999gb; do
	refused 2 "switch add \"s\": the size $bad is out of range, 1500b to 1gb (shape-from-guest)" "${shape[@]}" avg 1mbit burst "$bad"
done
refused 2 'switch add "s": the peak 999999bit is below the average 1mbit (shape-from-guest)' "${shape[@]}" avg 1mbit peak 999999bit burst 64kb
refused 2 'switch add "s": "burst" is missing, such as burst 64kb (shape-from-guest)' "${shape[@]}" avg 1mbit
refused 2 'switch add "s": "burst" is missing, such as burst 64kb (shape-from-guest)' "${shape[@]}" avg 1mbit peak 2mbit forged reject
refused 2 'switch add "s": "size" is not a part of shape-from-guest; did you mean "burst"?' "${shape[@]}" avg 1mbit size 64kb
refused 2 'switch add "s": "avg" needs a value (shape-from-guest)' "${shape[@]}" avg
refused 2 'switch add "s": "burst" needs a value (shape-from-guest)' "${shape[@]}" avg 1mbit burst
refused 2 'switch add "s": "peak" is given twice (shape-from-guest)' "${shape[@]}" avg 1mbit peak 2mbit peak 2mbit
refused 2 'switch add "s": "rate" is not a value of shape-from-guest; did you mean "avg"?' "${shape[@]}" rate 1mbit
refused 2 'switch add "s": "none" is not a value of shape-from-guest; did you mean "off"?' "${shape[@]}" none
refused 2 'switch add "s": "1mbit" is not a value of shape-from-guest; it takes off or avg RATE [peak RATE] burst SIZE' "${shape[@]}" 1mbit

# Lists of addresses
macs=$(printf '02:00:00:00:00:%02x,' {1..33})
refused 2 'port set "v": "" has an empty place where an address should be (allow-mac)' port set v allow-mac ''
refused 2 'port set "v": "0a-00-00-00-00-01," has an empty place where an address should be (allow-mac)' port set v allow-mac 0a-00-00-00-00-01,
refused 2 'port set "v": 0A:00:00:00:00:01 is in the list twice (allow-mac)' port set v allow-mac 0a-00-00-00-00-01,0A:00:00:00:00:01
refused 2 'port add "v": "x" is not an Ethernet address such as 00:50:56:00:00:01 (allow-mac)' port add v portgroup p allow-mac x
refused 2 "port add \"v\": 00:00:00:00:00:00 is nobody's address (allow-mac)" port add v portgroup p allow-mac 00:00:00:00:00:00
refused 2 'port set "v": more than 32 addresses (allow-mac)' port set v allow-mac "${macs%,}"

# Why
refused 2 'why: a command is missing: port or help' why
refused 2 'why: "prot" is not a command; did you mean "port"?' why prot v
refused 2 'why port "v": "destination" is missing' why port v source 02:00:00:00:00:01
refused 2 "why port \"v\": \"to\" $is_no_word; did you mean \"destination\"?" why port v to 02:00:00:00:00:01
refused 2 'why port "v": VLAN 4096 is out of range, 0 to 4095 (vlan)' why port v destination 02:00:00:00:00:01 vlan 4096
refused 2 'why port "v": "02" is not an Ethernet address such as 00:50:56:00:00:01 (source)' why port v source 02 destination 02:00:00:00:00:01

# Monitor
refused 2 'monitor: "ports" is not a word of this command; did you mean "port"?' monitor ports
refused 2 'monitor: "fdb" is not a word of this command; it takes switch, uplink, portgroup, port or vmk' monitor switch fdb

# Options
refused 2 '"-" is not an option' - show
refused 2 'switch add "x": "--force" is not a word of this command; options go before the object' switch add x --force
said=$("$dir/vswctl" help 2>&1 > /dev/full)
[ "$?:$said" = "1:vswctl: cannot write: No space left on device" ]
result $? "a full disk is told"

# VLANs
ranges=$(printf '%s,' {0..1024..4})
refused 2 'portgroup set "p": "ten" is not a VLAN; it is none, 1 to 4094, all or trunk LIST (vlan)' portgroup set p vlan ten
refused 2 'portgroup set "p": more than 256 ranges (vlan)' portgroup set p vlan trunk "${ranges%,}"
refused 2 'portgroup set "p": nothing after "10," in "10," (vlan)' portgroup set p vlan trunk 10,
refused 2 'portgroup set "p": "none" is not a value of policy, which takes only inherit' portgroup set p policy none
refused 2 'fdb show: "all" is not a VLAN; it is none or 1 to 4094 (vlan)' fdb show vlan all

# Colours and drawings
refused 2 '"red" is not a value of --color; it takes auto, always or never' --color=red show
refused 2 '"" is not a value of --color; it takes auto, always or never' -c= show
refused 2 '--svg is about "show"' --svg x switch show
refused 2 '--svg needs a value' show --svg
prints 0 'vswctl *' -jc=never -V
prints 0 'vswctl *' -oc -V

# Batch files
refused 3 '/no/such/file: No such file or directory' -b /no/such/file
refused 2 '--keep-going is about the commands of --batch' --keep-going show
printf '# nothing\n\nportgroup add "web\n' > "$dir/batch"
refused 2 "$dir/batch:3: a quote or a backslash is left open" -b "$dir/batch"
printf 'help\n-j show\n' > "$dir/batch"
refused 2 "$dir/batch:2: \"-j\": options are for the command line" -b "$dir/batch"
printf 'portgroup add "a b" switch s vlan 4096\r\n' > "$dir/batch"
refused 2 "$dir/batch:1: portgroup add \"a b\": VLAN 4096 is out of range (vlan)" -b "$dir/batch"
printf 'x %.0s' {1..300} > "$dir/batch"
refused 2 "$dir/batch:1: too many words" -b "$dir/batch"
printf 'switch add a\0b\n' > "$dir/batch"
refused 2 "$dir/batch:1: a zero byte in the line" -b "$dir/batch"
printf 'no\nhelp words\nno\nswitch add\n' > "$dir/batch"
said=$("$dir/vswctl" --keep-going -b "$dir/batch" 2>&1 > /dev/null)
[ "$?:$said" = "2:vswctl: $dir/batch:1: \"no\" is not an object; there is switch, uplink, portgroup, port, vmk, nic, fdb, why, monitor, show, export, apply, confirm, save, restore, saved, join or help
vswctl: $dir/batch:3: \"no\" is not an object; there is switch, uplink, portgroup, port, vmk, nic, fdb, why, monitor, show, export, apply, confirm, save, restore, saved, join or help
vswctl: $dir/batch:4: switch add: a name is missing (name)" ]
result $? "--keep-going goes on, and its exit status is the first one"
printf 'monitor\n' > "$dir/batch"
refused 2 "$dir/batch:1: monitor: a batch would not get beyond it" -b "$dir/batch"
rm -f "$dir/batch"

# Dry runs
prints 0 "portgroup add 'VM Network' switch s vlan trunk 1,5-9" --dry-run portgroup add 'VM Network' switch s vlan trunk 1,5-9
prints 0 "port add v portgroup 'it'\\\''s' client ''" --dry-run port add v portgroup "it's" client ''
prints 0 'vmk set vmk0 address none' --dry-run vmk set vmk0 address none
refused 2 'portgroup add "web": VLAN 4096 is out of range (vlan)' --dry-run "${pg[@]}" vlan 4096
printf 'switch add a\nport del b\n' > "$dir/batch"
prints 0 'switch add a*port del b' --dry-run -b "$dir/batch"
rm -f "$dir/batch"
refused 2 'time 0 is out of range, 1 to 86400 (--confirm)' --confirm 0 switch add s
refused 2 '--confirm needs a value' --confirm

# Configurations: what needs no kernel to be refused
refused 2 'apply: a file is missing, or - for standard input' apply
refused 2 'apply: "b" is one word too many' apply a b
refused 3 'apply: /no/such/file: No such file or directory' apply /no/such/file
refused 2 'join: a name is missing (dev)' join
refused 2 'saved: a name is missing (dev)' saved
printf '{ "version": 1,\n"switch": [\n{ "name": "s", "mtu": 10 } ] }' > "$dir/config"
refused 2 "$dir/config:3: switch[0].mtu: MTU 10 is out of range, 68 to 65521 (mtu)" apply "$dir/config"
printf '{ "version": 1, "switch": [ ] ' > "$dir/config"
refused 2 "$dir/config:1: it is not JSON: '}' expected near end of file" apply "$dir/config"
rm -f "$dir/config"

# Help
prints 0 'vswctl [0-9]*' -V
prints 0 'Usage:*' --help
prints 0 'Usage:*' help
prints 2 'Usage:*'
for object in switch uplink portgroup port vmk nic fdb why monitor show export apply confirm save restore saved join; do
	prints 0 'vswctl*' "$object" help
done

# Every word of the grammar is printed, documented and completed
python3 "$here/words.py" "$dir/vswctl" >&2
result $? "every word is told by help words, in its manual page and completed"

# The picture of a host
LC_ALL=C.UTF-8 "$dir/unit" draw < "$here/host.json" |
	diff -u "$here/host.utf8" - >&2
result $? "a host is drawn"
LC_ALL=C "$dir/unit" draw < "$here/host.json" |
	diff -u "$here/host.ascii" - >&2
result $? "a host is drawn in ASCII"
"$dir/unit" svg < "$here/host.json" > "$dir/host.svg" &&
	python3 "$here/svg.py" "$here/host.json" < "$dir/host.svg" >&2
result $? "a host is drawn as an SVG, with everything that there is"
rm -f "$dir/host.svg"

# What becomes of a frame
LC_ALL=C.UTF-8 "$dir/unit" why < "$here/why.json" |
	diff -u "$here/why.text" - >&2
result $? "what becomes of frames is said"

# The way from one configuration to another
"$dir/unit" plan < "$here/plan.json" | diff -u "$here/plan.text" - >&2
result $? "configurations are planned"

# The names in schema.c are those of the netlink spec.
python3 "$here/names.py" "$here/../schema.c" \
	"$here/../../../Documentation/netlink/specs/vswitch.yaml" >&2
result $? "the names are those of the spec"

echo "1..$tests"
exit $((failed > 0))
