// SPDX-License-Identifier: GPL-2.0-only
/* The virtual switch of a host: module init and exit. */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "linkmon.h"
#include "netlink.h"
#include "notifier.h"
#include "switch.h"
#include "vmk.h"

static int __init vsw_init(void)
{
	int err;

	err = vsw_linkmon_init();
	if (err)
		return err;
	err = vsw_notifier_init();
	if (err)
		goto err_notifier;
	err = vsw_switch_init();
	if (err)
		goto err_switch;
	err = vsw_vmk_init();
	if (err)
		goto err_vmk;
	err = vsw_netlink_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	vsw_vmk_exit();
err_vmk:
	vsw_switch_exit();
err_switch:
	vsw_notifier_exit();
err_notifier:
	vsw_linkmon_exit();
	return err;
}

static void __exit vsw_exit(void)
{
	vsw_netlink_exit();
	/* The switches take their vmks along. */
	vsw_switch_exit();
	vsw_vmk_exit();
	vsw_notifier_exit();
	vsw_linkmon_exit();
	/* Snapshots, teams and entries may still wait to be freed. */
	rcu_barrier();
}

module_init(vsw_init);
module_exit(vsw_exit);

MODULE_DESCRIPTION("Virtual switch with portgroups, uplink teams and vmks");
MODULE_AUTHOR("The vswitch developers");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("vswitch");
MODULE_ALIAS_RTNL_LINK("vmk");
MODULE_ALIAS_GENL_FAMILY("vswitch");
