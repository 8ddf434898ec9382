# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced: what in a kernel log is a fault.

# A marker separates what one test did from what another did.
KLOG_MARK='vswitch-test:'

KLOG_FAULTS='KASAN|UBSAN|KCSAN|WARNING: |BUG: |Oops|general protection fault|kernel BUG at'
KLOG_FAULTS+='|Kernel panic|refcount_t:|ref_tracker|ODEBUG|kmemleak: [0-9]+ new|(list_add|list_del) corruption'
KLOG_FAULTS+='|unregister_netdevice: waiting for|blocked for more than|INFO: possible|inconsistent lock state'
KLOG_FAULTS+='|DEBUG_LOCKS_WARN|bad unlock balance|lock held|still has locks held'
KLOG_FAULTS+='|suspicious RCU usage|Voluntary context switch within RCU|sleeping function called'
KLOG_FAULTS+='|scheduling while atomic|Invalid wait context|nobody cared|stack-protector'
KLOG_FAULTS+='|vswitch: (Unknown symbol|disagrees about version)'

# An emulated CPU may stand still for long; that says nothing about us.
KLOG_NOISE='soft lockup|workqueue lockup|rcu.*(stall|detected)'
KLOG_NOISE+='|RCU grace-period kthread|hogged CPU|clocksource'

# Those that count references are among those that get no memory in failnth.py; so
# is a device that moves to another namespace, whose folder in sysfs keeps its name.
# shellcheck disable=SC2034 # for those who source this
KLOG_NO_MEMORY='|ref_tracker: memory allocation failure'
KLOG_NO_MEMORY+='|WARNING: .* at net/core/dev\.c:[0-9]+ __dev_change_net_namespace'

# klog_ours < LOG: the log without the data races of which neither access is in a
# function of ours: the kernel has such, and they are for others to look at. The
# line after the one that says who accessed what is that function, or what keeps
# lists and copies memory for it.
klog_ours() {
	awk '
		/BUG: KCSAN/ { within = 1; ours = 0; text = "" }
		!within { print; next }
		{ text = text $0 "\n" }
		top && /__list_| mem(cpy|move|set|cmp)/ { next }
		top { if (/\[(vswitch|splat)/) ours = 1; top = 0 }
		/ to 0x[0-9a-f]+ of / { top = 1 }
		/====================/ { if (ours) printf "%s", text; within = 0 }
		END { if (within) printf "%s", text }'
}

# klog_faults [NOISE] < LOG: prints each first line of a fault with what follows
# it, at most 60 lines; fails if there is none. NOISE, "|PATTERN", is none.
klog_faults() {
	klog_ours | awk -v faults="$KLOG_FAULTS" -v noise="$KLOG_NOISE${1-}" '
		$0 ~ faults && $0 !~ noise { found = 1; left = 40 }
		left > 0 && shown < 60 { print; left--; shown++ }
		END { exit !found }'
}

# klog_since MARKER: the running kernel's log after that marker.
klog_since() {
	dmesg | awk -v mark="$KLOG_MARK $1" '
		index($0, mark) { n = 0; next }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

klog_mark() {
	echo "$KLOG_MARK $1" > /dev/kmsg
}
