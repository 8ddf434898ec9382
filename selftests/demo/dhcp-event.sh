#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the DHCP client calls; sets what the server gave.
# shellcheck disable=SC2154 # it comes in the environment
case $1 in
bound|renew)
	ip address replace "$ip/$mask" dev "$interface";;
esac
