// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a switch can do for a frame: all that @in receives leaves by
 * @out, with the tag @vlan or without one. What any other switch takes beyond
 * this is its own share.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *in = "", *out = "";
module_param(in, charp, 0444);
MODULE_PARM_DESC(in, "the device whose frames are taken");
module_param(out, charp, 0444);
MODULE_PARM_DESC(out, "the device that gets them");

static ushort vlan;
module_param(vlan, ushort, 0444);
MODULE_PARM_DESC(vlan, "the VLAN with which they are tagged, 0 for none");

static bool local;
module_param(local, bool, 0444);
MODULE_PARM_DESC(local, "the host receives them from that device");

static struct net_device *in_dev, *out_dev;

static rx_handler_result_t floor_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	*pskb = skb;
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;

	skb->dev = out_dev;
	if (vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vlan);
	else
		__vlan_hwaccel_clear_tag(skb);
	if (local) {
		skb->pkt_type = PACKET_HOST;
		return RX_HANDLER_ANOTHER;
	}
	skb_push(skb, ETH_HLEN);
	dev_queue_xmit(skb);
	return RX_HANDLER_CONSUMED;
}

static int __init floor_init(void)
{
	int err = -ENODEV;

	in_dev = dev_get_by_name(&init_net, in);
	out_dev = dev_get_by_name(&init_net, out);
	if (in_dev && out_dev) {
		rtnl_lock();
		err = netdev_rx_handler_register(in_dev, floor_rx, NULL);
		rtnl_unlock();
	}
	if (err) {
		dev_put(in_dev);
		dev_put(out_dev);
	}
	return err;
}

static void __exit floor_exit(void)
{
	rtnl_lock();
	netdev_rx_handler_unregister(in_dev);
	rtnl_unlock();
	dev_put(in_dev);
	dev_put(out_dev);
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("The floor of the benchmarks");
MODULE_LICENSE("GPL");
