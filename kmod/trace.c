// SPDX-License-Identifier: GPL-2.0-only
/* Where the tracepoints of trace.h live, and the words that they say. */
#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * vsw_drop_name() - the name of a drop reason, as the netlink spec has it
 * @reason: the reason
 *
 * Return: the name.
 */
const char *vsw_drop_name(enum vsw_drop reason)
{
	static const char *const names[VSW_DROP_COUNT] = {
		[VSW_DROP_SWITCH_DOWN]		= "switch-down",
		[VSW_DROP_BLOCKED]		= "blocked",
		[VSW_DROP_RUNT]			= "runt",
		[VSW_DROP_BAD_SOURCE]		= "bad-source",
		[VSW_DROP_LINK_LOCAL]		= "link-local",
		[VSW_DROP_VLAN_INVALID]		= "vlan-invalid",
		[VSW_DROP_VLAN_TAG]		= "vlan-tag",
		[VSW_DROP_VLAN_DENIED]		= "vlan-denied",
		[VSW_DROP_ADDRESS_CONFLICT]	= "address-conflict",
		[VSW_DROP_FORGED]		= "forged",
		[VSW_DROP_MAC_LIMIT]		= "mac-limit",
		[VSW_DROP_SHAPER]		= "shaper",
		[VSW_DROP_HAIRPIN]		= "hairpin",
		[VSW_DROP_NO_UPLINK]		= "no-uplink",
		[VSW_DROP_NO_MEMBER]		= "no-member",
		[VSW_DROP_UNKNOWN_UNICAST]	= "unknown-unicast",
		[VSW_DROP_REVERSE_PATH]		= "reverse-path",
		[VSW_DROP_REFLECTION]		= "reflection",
		[VSW_DROP_MAC_CHANGES]		= "mac-changes",
		[VSW_DROP_MTU]			= "mtu",
		[VSW_DROP_DEVICE]		= "device",
		[VSW_DROP_NO_MEMORY]		= "no-memory",
	};

	return names[reason];
}
