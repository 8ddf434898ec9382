/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vswitch.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_VSWITCH_H
#define _UAPI_LINUX_VSWITCH_H

#define VSWITCH_FAMILY_NAME	"vswitch"
#define VSWITCH_FAMILY_VERSION	1

#define VSWITCH_PORTGROUP_NAME_MAX	80
#define VSWITCH_CLIENT_MAX		128
#define VSWITCH_DEV_NAME_MAX		127
#define VSWITCH_SWITCH_NAME_MAX		15
#define VSWITCH_VLAN_MAX		4094
#define VSWITCH_MTU_MAX			65521
#define VSWITCH_RANGE_MAX		256
#define VSWITCH_ALLOW_MAC_MAX		32
#define VSWITCH_MAC_LIMIT_MAX		4096
#define VSWITCH_SHAPE_RATE_MIN		8000
#define VSWITCH_SHAPE_RATE_MAX		1000000000000
#define VSWITCH_SHAPE_BURST_MIN		1500
#define VSWITCH_SHAPE_BURST_MAX		1073741824
#define VSWITCH_UP_DELAY_MAX		1800000

/**
 * enum vswitch_toggle - A setting with two positions.
 */
enum vswitch_toggle {
	VSWITCH_TOGGLE_OFF,
	VSWITCH_TOGGLE_ON,

	/* private: */
	__VSWITCH_TOGGLE_MAX,
	VSWITCH_TOGGLE_MAX = (__VSWITCH_TOGGLE_MAX - 1)
};

/**
 * enum vswitch_teaming - How a port's uplink is chosen (T1).
 * @VSWITCH_TEAMING_PORTID: By the number of the port.
 * @VSWITCH_TEAMING_EXPLICIT: The first usable uplink in the order of the
 *   lists.
 * @VSWITCH_TEAMING_SRCMAC: By the last byte of the source address of each
 *   frame.
 * @VSWITCH_TEAMING_IPHASH: By the IP addresses of each frame.
 */
enum vswitch_teaming {
	VSWITCH_TEAMING_PORTID,
	VSWITCH_TEAMING_EXPLICIT,
	VSWITCH_TEAMING_SRCMAC,
	VSWITCH_TEAMING_IPHASH,

	/* private: */
	__VSWITCH_TEAMING_MAX,
	VSWITCH_TEAMING_MAX = (__VSWITCH_TEAMING_MAX - 1)
};

/**
 * enum vswitch_detection - How the loss of an uplink is detected (T5).
 * @VSWITCH_DETECTION_LINK: By its link alone.
 * @VSWITCH_DETECTION_BEACON: By its link, and by frames that uplinks send to
 *   each other.
 */
enum vswitch_detection {
	VSWITCH_DETECTION_LINK,
	VSWITCH_DETECTION_BEACON,

	/* private: */
	__VSWITCH_DETECTION_MAX,
	VSWITCH_DETECTION_MAX = (__VSWITCH_DETECTION_MAX - 1)
};

/**
 * enum vswitch_permission - What a security setting does with what it is about
 *   (S2 to S4).
 * @VSWITCH_PERMISSION_REJECT: It is not let pass.
 * @VSWITCH_PERMISSION_ACCEPT: It is let pass.
 */
enum vswitch_permission {
	VSWITCH_PERMISSION_REJECT,
	VSWITCH_PERMISSION_ACCEPT,

	/* private: */
	__VSWITCH_PERMISSION_MAX,
	VSWITCH_PERMISSION_MAX = (__VSWITCH_PERMISSION_MAX - 1)
};

/**
 * enum vswitch_over_limit - What becomes of frames from one address more than
 *   a port may learn (S5).
 * @VSWITCH_OVER_LIMIT_DROP: They are dropped.
 * @VSWITCH_OVER_LIMIT_ALLOW: They pass, and the address is not learned.
 */
enum vswitch_over_limit {
	VSWITCH_OVER_LIMIT_DROP,
	VSWITCH_OVER_LIMIT_ALLOW,

	/* private: */
	__VSWITCH_OVER_LIMIT_MAX,
	VSWITCH_OVER_LIMIT_MAX = (__VSWITCH_OVER_LIMIT_MAX - 1)
};

/**
 * enum vswitch_policy_field - The fields of a policy, to name those that a
 *   portgroup inherits again.
 * @VSWITCH_POLICY_FIELD_TEAMING: The teaming policy.
 * @VSWITCH_POLICY_FIELD_ACTIVE: The list of active uplinks.
 * @VSWITCH_POLICY_FIELD_STANDBY: The list of standby uplinks.
 * @VSWITCH_POLICY_FIELD_PROMISCUOUS: Whether its ports get a copy of all
 *   frames.
 * @VSWITCH_POLICY_FIELD_MAC_CHANGES: Whether a guest may change its address.
 * @VSWITCH_POLICY_FIELD_FORGED: Whether a guest may send from the address of
 *   another.
 * @VSWITCH_POLICY_FIELD_MAC_LEARNING: Whether its vnics learn addresses.
 * @VSWITCH_POLICY_FIELD_MAC_LIMIT: How many addresses a port may learn.
 * @VSWITCH_POLICY_FIELD_MAC_OVER_LIMIT: What becomes of frames from more
 *   addresses.
 * @VSWITCH_POLICY_FIELD_MAC_FLOOD: Whether ports that learn get unknown
 *   unicast.
 * @VSWITCH_POLICY_FIELD_SHAPE_FROM_GUEST: The shaper of what ports send.
 * @VSWITCH_POLICY_FIELD_SHAPE_TO_GUEST: The shaper of what ports receive.
 * @VSWITCH_POLICY_FIELD_DETECT: How the loss of an uplink is detected.
 * @VSWITCH_POLICY_FIELD_NOTIFY: Whether the outside is told where addresses
 *   are.
 * @VSWITCH_POLICY_FIELD_FAILBACK: Whether an uplink that recovered serves
 *   again.
 * @VSWITCH_POLICY_FIELD_UP_DELAY: How long the carrier has to be there before
 *   that.
 */
enum vswitch_policy_field {
	VSWITCH_POLICY_FIELD_TEAMING = 1,
	VSWITCH_POLICY_FIELD_ACTIVE = 2,
	VSWITCH_POLICY_FIELD_STANDBY = 4,
	VSWITCH_POLICY_FIELD_PROMISCUOUS = 8,
	VSWITCH_POLICY_FIELD_MAC_CHANGES = 16,
	VSWITCH_POLICY_FIELD_FORGED = 32,
	VSWITCH_POLICY_FIELD_MAC_LEARNING = 64,
	VSWITCH_POLICY_FIELD_MAC_LIMIT = 128,
	VSWITCH_POLICY_FIELD_MAC_OVER_LIMIT = 256,
	VSWITCH_POLICY_FIELD_MAC_FLOOD = 512,
	VSWITCH_POLICY_FIELD_SHAPE_FROM_GUEST = 1024,
	VSWITCH_POLICY_FIELD_SHAPE_TO_GUEST = 2048,
	VSWITCH_POLICY_FIELD_DETECT = 4096,
	VSWITCH_POLICY_FIELD_NOTIFY = 8192,
	VSWITCH_POLICY_FIELD_FAILBACK = 16384,
	VSWITCH_POLICY_FIELD_UP_DELAY = 32768,

	/* private: */
	VSWITCH_POLICY_FIELD_MASK = 65535,
};

/**
 * enum vswitch_role - What an uplink is for in the team of its switch.
 * @VSWITCH_ROLE_ACTIVE: Carries frames whenever it is usable.
 * @VSWITCH_ROLE_STANDBY: Carries frames when an active uplink is not usable.
 * @VSWITCH_ROLE_UNUSED: Carries nothing.
 */
enum vswitch_role {
	VSWITCH_ROLE_ACTIVE,
	VSWITCH_ROLE_STANDBY,
	VSWITCH_ROLE_UNUSED,

	/* private: */
	__VSWITCH_ROLE_MAX,
	VSWITCH_ROLE_MAX = (__VSWITCH_ROLE_MAX - 1)
};

/**
 * enum vswitch_link_state - Whether a device can carry frames now.
 * @VSWITCH_LINK_STATE_UP: Set up, and its carrier is there.
 * @VSWITCH_LINK_STATE_NO_CARRIER: Set up, but without carrier.
 * @VSWITCH_LINK_STATE_DOWN: Set down.
 * @VSWITCH_LINK_STATE_ABSENT: Listed in the team, but there is no such device
 *   now.
 * @VSWITCH_LINK_STATE_BEACON_LOST: Its link is up, but the beacons of other
 *   uplinks do not reach it (T5).
 * @VSWITCH_LINK_STATE_WAITING: Its carrier is back, but not yet for as long as
 *   up-delay says (T3).
 * @VSWITCH_LINK_STATE_HELD_BACK: It has recovered and waits until another one
 *   fails, without failback (T3).
 */
enum vswitch_link_state {
	VSWITCH_LINK_STATE_UP,
	VSWITCH_LINK_STATE_NO_CARRIER,
	VSWITCH_LINK_STATE_DOWN,
	VSWITCH_LINK_STATE_ABSENT,
	VSWITCH_LINK_STATE_BEACON_LOST,
	VSWITCH_LINK_STATE_WAITING,
	VSWITCH_LINK_STATE_HELD_BACK,

	/* private: */
	__VSWITCH_LINK_STATE_MAX,
	VSWITCH_LINK_STATE_MAX = (__VSWITCH_LINK_STATE_MAX - 1)
};

/**
 * enum vswitch_choice - Why a port uses the uplink that it uses (T7).
 * @VSWITCH_CHOICE_OWN: It is the active uplink of the port's slot.
 * @VSWITCH_CHOICE_STANDBY: It is a standby uplink that fills the port's slot.
 * @VSWITCH_CHOICE_SPREAD: The port's slot is empty, so it shares those of the
 *   others.
 * @VSWITCH_CHOICE_ORDER: It is the first one that serves in the order of the
 *   lists.
 * @VSWITCH_CHOICE_IN_DOUBT: Neither of two uplinks hears the other; unicast
 *   leaves by both (T5).
 * @VSWITCH_CHOICE_PER_FRAME: Each frame has an uplink of its own, by its IP
 *   addresses.
 * @VSWITCH_CHOICE_NONE: No uplink serves.
 */
enum vswitch_choice {
	VSWITCH_CHOICE_OWN,
	VSWITCH_CHOICE_STANDBY,
	VSWITCH_CHOICE_SPREAD,
	VSWITCH_CHOICE_ORDER,
	VSWITCH_CHOICE_IN_DOUBT,
	VSWITCH_CHOICE_PER_FRAME,
	VSWITCH_CHOICE_NONE,

	/* private: */
	__VSWITCH_CHOICE_MAX,
	VSWITCH_CHOICE_MAX = (__VSWITCH_CHOICE_MAX - 1)
};

/**
 * enum vswitch_port_kind - What stands behind a port.
 * @VSWITCH_PORT_KIND_VNIC: The network device of a guest.
 * @VSWITCH_PORT_KIND_VMK: An interface of the host itself.
 */
enum vswitch_port_kind {
	VSWITCH_PORT_KIND_VNIC,
	VSWITCH_PORT_KIND_VMK,

	/* private: */
	__VSWITCH_PORT_KIND_MAX,
	VSWITCH_PORT_KIND_MAX = (__VSWITCH_PORT_KIND_MAX - 1)
};

/**
 * enum vswitch_service - What a vmk is for (V3). Each has a priority class of
 *   its own, 8 for the first to 15 for the last; of several, the first one
 *   counts.
 * @VSWITCH_SERVICE_MANAGEMENT: Management of the host, such as SSH and
 *   monitoring.
 * @VSWITCH_SERVICE_VMOTION: Guests that migrate from host to host.
 * @VSWITCH_SERVICE_VSAN: Storage that the hosts share among themselves.
 * @VSWITCH_SERVICE_PROVISIONING: Copies of guests that are not running, clones
 *   and snapshots.
 * @VSWITCH_SERVICE_FT: What keeps a second guest in step with the first (fault
 *   tolerance).
 * @VSWITCH_SERVICE_REPLICATION: Replication of guests to another site.
 * @VSWITCH_SERVICE_NFS: Storage by NFS.
 * @VSWITCH_SERVICE_ISCSI: Storage by iSCSI.
 */
enum vswitch_service {
	VSWITCH_SERVICE_MANAGEMENT = 1,
	VSWITCH_SERVICE_VMOTION = 2,
	VSWITCH_SERVICE_VSAN = 4,
	VSWITCH_SERVICE_PROVISIONING = 8,
	VSWITCH_SERVICE_FT = 16,
	VSWITCH_SERVICE_REPLICATION = 32,
	VSWITCH_SERVICE_NFS = 64,
	VSWITCH_SERVICE_ISCSI = 128,

	/* private: */
	VSWITCH_SERVICE_MASK = 255,
};

/**
 * enum vswitch_origin - How a port came to its address, highest rank first
 *   (F1).
 * @VSWITCH_ORIGIN_DECLARED: Set by the administrator, or the address of a vmk.
 * @VSWITCH_ORIGIN_PEER: The address of the other end of a veth pair.
 * @VSWITCH_ORIGIN_ADOPTED: The source address of the first frame that the
 *   guest sent (S1).
 * @VSWITCH_ORIGIN_ALLOWED: On the allowed list of the port, which was the last
 *   to send from it (S3).
 * @VSWITCH_ORIGIN_LEARNED: Learned from a frame that the guest sent (S5).
 */
enum vswitch_origin {
	VSWITCH_ORIGIN_DECLARED,
	VSWITCH_ORIGIN_PEER,
	VSWITCH_ORIGIN_ADOPTED,
	VSWITCH_ORIGIN_ALLOWED,
	VSWITCH_ORIGIN_LEARNED,

	/* private: */
	__VSWITCH_ORIGIN_MAX,
	VSWITCH_ORIGIN_MAX = (__VSWITCH_ORIGIN_MAX - 1)
};

/**
 * enum vswitch_action - What the switch does with a frame.
 * @VSWITCH_ACTION_DROP: It gets nowhere, for a reason.
 * @VSWITCH_ACTION_HOST: It goes to the host's own stack on that device (F8).
 * @VSWITCH_ACTION_DELIVER: It goes to the receivers.
 */
enum vswitch_action {
	VSWITCH_ACTION_DROP,
	VSWITCH_ACTION_HOST,
	VSWITCH_ACTION_DELIVER,

	/* private: */
	__VSWITCH_ACTION_MAX,
	VSWITCH_ACTION_MAX = (__VSWITCH_ACTION_MAX - 1)
};

/**
 * enum vswitch_drop_reason - Why a frame got nowhere. Each frame has one
 *   reason, counted at one port, in the order of checks of F12.
 * @VSWITCH_DROP_REASON_SWITCH_DOWN: The switch is set down (M6).
 * @VSWITCH_DROP_REASON_BLOCKED: The port is blocked (S6).
 * @VSWITCH_DROP_REASON_RUNT: The frame is too short to hold its own headers.
 * @VSWITCH_DROP_REASON_BAD_SOURCE: The source address is zero or a group
 *   address.
 * @VSWITCH_DROP_REASON_LINK_LOCAL: A link-local group address from a guest or
 *   a vmk (F8).
 * @VSWITCH_DROP_REASON_VLAN_INVALID: VLAN 4095, or a second tag behind a
 *   priority tag (L4).
 * @VSWITCH_DROP_REASON_VLAN_TAG: A tagged frame from a port whose portgroup
 *   sets the VLAN itself.
 * @VSWITCH_DROP_REASON_VLAN_DENIED: A VLAN that the trunk list of the port
 *   does not hold.
 * @VSWITCH_DROP_REASON_ADDRESS_CONFLICT: The source address belongs to another
 *   port in this VLAN (F1).
 * @VSWITCH_DROP_REASON_FORGED: The source is not one of the port's, and that
 *   is rejected (S3).
 * @VSWITCH_DROP_REASON_MAC_LIMIT: The port has learned as many addresses as it
 *   may (S5).
 * @VSWITCH_DROP_REASON_SHAPER: The queue of the shaper is full (Q1); from a
 *   port counted there, else at the receiver.
 * @VSWITCH_DROP_REASON_HAIRPIN: The destination is the sender itself (F2).
 * @VSWITCH_DROP_REASON_NO_UPLINK: The destination is outside and the team has
 *   no usable uplink (F2).
 * @VSWITCH_DROP_REASON_NO_MEMBER: A group frame of a VLAN in which nobody else
 *   listens; filtered on uplinks.
 * @VSWITCH_DROP_REASON_UNKNOWN_UNICAST: From an uplink to an address that no
 *   local port owns (F4); filtered.
 * @VSWITCH_DROP_REASON_REVERSE_PATH: From an uplink that is not the one its
 *   receivers use (F6); filtered.
 * @VSWITCH_DROP_REASON_REFLECTION: From an uplink with the source address of a
 *   local port (F7); filtered.
 * @VSWITCH_DROP_REASON_MAC_CHANGES: The guest has changed its address, and
 *   that is rejected (S2); counted at the receiver.
 * @VSWITCH_DROP_REASON_MTU: Longer than the receiver's MTU (F9); counted at
 *   the receiver.
 * @VSWITCH_DROP_REASON_DEVICE: The receiving device or its queue refused the
 *   frame; counted at the receiver.
 * @VSWITCH_DROP_REASON_NO_MEMORY: No memory for a copy of the frame.
 */
enum vswitch_drop_reason {
	VSWITCH_DROP_REASON_SWITCH_DOWN,
	VSWITCH_DROP_REASON_BLOCKED,
	VSWITCH_DROP_REASON_RUNT,
	VSWITCH_DROP_REASON_BAD_SOURCE,
	VSWITCH_DROP_REASON_LINK_LOCAL,
	VSWITCH_DROP_REASON_VLAN_INVALID,
	VSWITCH_DROP_REASON_VLAN_TAG,
	VSWITCH_DROP_REASON_VLAN_DENIED,
	VSWITCH_DROP_REASON_ADDRESS_CONFLICT,
	VSWITCH_DROP_REASON_FORGED,
	VSWITCH_DROP_REASON_MAC_LIMIT,
	VSWITCH_DROP_REASON_SHAPER,
	VSWITCH_DROP_REASON_HAIRPIN,
	VSWITCH_DROP_REASON_NO_UPLINK,
	VSWITCH_DROP_REASON_NO_MEMBER,
	VSWITCH_DROP_REASON_UNKNOWN_UNICAST,
	VSWITCH_DROP_REASON_REVERSE_PATH,
	VSWITCH_DROP_REASON_REFLECTION,
	VSWITCH_DROP_REASON_MAC_CHANGES,
	VSWITCH_DROP_REASON_MTU,
	VSWITCH_DROP_REASON_DEVICE,
	VSWITCH_DROP_REASON_NO_MEMORY,

	/* private: */
	__VSWITCH_DROP_REASON_MAX,
	VSWITCH_DROP_REASON_MAX = (__VSWITCH_DROP_REASON_MAX - 1)
};

enum {
	VSWITCH_A_MEMBERS_DEV = 1,

	__VSWITCH_A_MEMBERS_MAX,
	VSWITCH_A_MEMBERS_MAX = (__VSWITCH_A_MEMBERS_MAX - 1)
};

enum {
	VSWITCH_A_POLICY_TEAMING = 1,
	VSWITCH_A_POLICY_ACTIVE,
	VSWITCH_A_POLICY_STANDBY,
	VSWITCH_A_POLICY_PROMISCUOUS,
	VSWITCH_A_POLICY_MAC_CHANGES,
	VSWITCH_A_POLICY_FORGED,
	VSWITCH_A_POLICY_MAC_LEARNING,
	VSWITCH_A_POLICY_MAC_LIMIT,
	VSWITCH_A_POLICY_MAC_OVER_LIMIT,
	VSWITCH_A_POLICY_MAC_FLOOD,
	VSWITCH_A_POLICY_SHAPE_FROM_GUEST,
	VSWITCH_A_POLICY_SHAPE_TO_GUEST,
	VSWITCH_A_POLICY_DETECT,
	VSWITCH_A_POLICY_NOTIFY,
	VSWITCH_A_POLICY_FAILBACK,
	VSWITCH_A_POLICY_UP_DELAY,

	__VSWITCH_A_POLICY_MAX,
	VSWITCH_A_POLICY_MAX = (__VSWITCH_A_POLICY_MAX - 1)
};

enum {
	VSWITCH_A_SHAPE_AVERAGE = 1,
	VSWITCH_A_SHAPE_PEAK,
	VSWITCH_A_SHAPE_BURST,

	__VSWITCH_A_SHAPE_MAX,
	VSWITCH_A_SHAPE_MAX = (__VSWITCH_A_SHAPE_MAX - 1)
};

enum {
	VSWITCH_A_MACS_ADDRESS = 1,

	__VSWITCH_A_MACS_MAX,
	VSWITCH_A_MACS_MAX = (__VSWITCH_A_MACS_MAX - 1)
};

enum {
	VSWITCH_A_RANGE_FIRST = 1,
	VSWITCH_A_RANGE_LAST,

	__VSWITCH_A_RANGE_MAX,
	VSWITCH_A_RANGE_MAX = (__VSWITCH_A_RANGE_MAX - 1)
};

enum {
	VSWITCH_A_VLAN_ID = 1,
	VSWITCH_A_VLAN_RANGE,

	__VSWITCH_A_VLAN_MAX,
	VSWITCH_A_VLAN_MAX = (__VSWITCH_A_VLAN_MAX - 1)
};

enum {
	VSWITCH_A_COUNTERS_UNICAST_FRAMES = 1,
	VSWITCH_A_COUNTERS_UNICAST_BYTES,
	VSWITCH_A_COUNTERS_MULTICAST_FRAMES,
	VSWITCH_A_COUNTERS_MULTICAST_BYTES,
	VSWITCH_A_COUNTERS_BROADCAST_FRAMES,
	VSWITCH_A_COUNTERS_BROADCAST_BYTES,

	__VSWITCH_A_COUNTERS_MAX,
	VSWITCH_A_COUNTERS_MAX = (__VSWITCH_A_COUNTERS_MAX - 1)
};

enum {
	VSWITCH_A_DROP_REASON = 1,
	VSWITCH_A_DROP_FRAMES,

	__VSWITCH_A_DROP_MAX,
	VSWITCH_A_DROP_MAX = (__VSWITCH_A_DROP_MAX - 1)
};

enum {
	VSWITCH_A_STATS_IN = 1,
	VSWITCH_A_STATS_OUT,
	VSWITCH_A_STATS_DROPPED,
	VSWITCH_A_STATS_FILTERED,
	VSWITCH_A_STATS_DROP,

	__VSWITCH_A_STATS_MAX,
	VSWITCH_A_STATS_MAX = (__VSWITCH_A_STATS_MAX - 1)
};

enum {
	VSWITCH_A_SWITCH_NAME = 1,
	VSWITCH_A_SWITCH_IFINDEX,
	VSWITCH_A_SWITCH_STATE,
	VSWITCH_A_SWITCH_MTU,
	VSWITCH_A_SWITCH_DEFAULT_PORTGROUP,
	VSWITCH_A_SWITCH_POLICY,
	VSWITCH_A_SWITCH_PORTGROUPS,
	VSWITCH_A_SWITCH_PORTS,
	VSWITCH_A_SWITCH_UPLINKS,
	VSWITCH_A_SWITCH_FORCE,
	VSWITCH_A_SWITCH_STATS,
	VSWITCH_A_SWITCH_LEARNED,

	__VSWITCH_A_SWITCH_MAX,
	VSWITCH_A_SWITCH_MAX = (__VSWITCH_A_SWITCH_MAX - 1)
};

enum {
	VSWITCH_A_PORTGROUP_NAME = 1,
	VSWITCH_A_PORTGROUP_NEW_NAME,
	VSWITCH_A_PORTGROUP_SWITCH,
	VSWITCH_A_PORTGROUP_VLAN,
	VSWITCH_A_PORTGROUP_POLICY,
	VSWITCH_A_PORTGROUP_INHERIT,
	VSWITCH_A_PORTGROUP_EFFECTIVE,
	VSWITCH_A_PORTGROUP_PORTS,

	__VSWITCH_A_PORTGROUP_MAX,
	VSWITCH_A_PORTGROUP_MAX = (__VSWITCH_A_PORTGROUP_MAX - 1)
};

enum {
	VSWITCH_A_UPLINK_DEV = 1,
	VSWITCH_A_UPLINK_IFINDEX,
	VSWITCH_A_UPLINK_SWITCH,
	VSWITCH_A_UPLINK_NUMBER,
	VSWITCH_A_UPLINK_ROLE,
	VSWITCH_A_UPLINK_STATE,
	VSWITCH_A_UPLINK_STATS,
	VSWITCH_A_UPLINK_ABSENT,

	__VSWITCH_A_UPLINK_MAX,
	VSWITCH_A_UPLINK_MAX = (__VSWITCH_A_UPLINK_MAX - 1)
};

enum {
	VSWITCH_A_PORT_DEV = 1,
	VSWITCH_A_PORT_IFINDEX,
	VSWITCH_A_PORT_NETNS_ID,
	VSWITCH_A_PORT_SWITCH,
	VSWITCH_A_PORT_PORTGROUP,
	VSWITCH_A_PORT_NUMBER,
	VSWITCH_A_PORT_KIND,
	VSWITCH_A_PORT_STATE,
	VSWITCH_A_PORT_BLOCKED,
	VSWITCH_A_PORT_CLIENT,
	VSWITCH_A_PORT_MAC,
	VSWITCH_A_PORT_INITIAL_MAC,
	VSWITCH_A_PORT_EFFECTIVE_MAC,
	VSWITCH_A_PORT_ADDRESS_CONFLICT,
	VSWITCH_A_PORT_UPLINK,
	VSWITCH_A_PORT_STATS,
	VSWITCH_A_PORT_ALLOW_MAC,
	VSWITCH_A_PORT_OTHER_SOURCE,
	VSWITCH_A_PORT_LEARNED,
	VSWITCH_A_PORT_CHOICE,

	__VSWITCH_A_PORT_MAX,
	VSWITCH_A_PORT_MAX = (__VSWITCH_A_PORT_MAX - 1)
};

enum {
	VSWITCH_A_VMK_NAME = 1,
	VSWITCH_A_VMK_IFINDEX,
	VSWITCH_A_VMK_NETNS_ID,
	VSWITCH_A_VMK_NETNS_FD,
	VSWITCH_A_VMK_SWITCH,
	VSWITCH_A_VMK_PORTGROUP,
	VSWITCH_A_VMK_NUMBER,
	VSWITCH_A_VMK_MAC,
	VSWITCH_A_VMK_MTU,
	VSWITCH_A_VMK_STATE,
	VSWITCH_A_VMK_UPLINK,
	VSWITCH_A_VMK_SERVICE,

	__VSWITCH_A_VMK_MAX,
	VSWITCH_A_VMK_MAX = (__VSWITCH_A_VMK_MAX - 1)
};

enum {
	VSWITCH_A_FDB_SWITCH = 1,
	VSWITCH_A_FDB_VID,
	VSWITCH_A_FDB_DEV,
	VSWITCH_A_FDB_NUMBER,
	VSWITCH_A_FDB_ADDRESS,
	VSWITCH_A_FDB_VLAN,
	VSWITCH_A_FDB_ORIGIN,
	VSWITCH_A_FDB_IDLE,

	__VSWITCH_A_FDB_MAX,
	VSWITCH_A_FDB_MAX = (__VSWITCH_A_FDB_MAX - 1)
};

enum {
	VSWITCH_A_RECEIVER_DEV = 1,
	VSWITCH_A_RECEIVER_TAG,
	VSWITCH_A_RECEIVER_REASON,

	__VSWITCH_A_RECEIVER_MAX,
	VSWITCH_A_RECEIVER_MAX = (__VSWITCH_A_RECEIVER_MAX - 1)
};

enum {
	VSWITCH_A_WHY_DEV = 1,
	VSWITCH_A_WHY_SOURCE,
	VSWITCH_A_WHY_DESTINATION,
	VSWITCH_A_WHY_TAG,
	VSWITCH_A_WHY_SWITCH,
	VSWITCH_A_WHY_PORTGROUP,
	VSWITCH_A_WHY_VLAN,
	VSWITCH_A_WHY_ACTION,
	VSWITCH_A_WHY_REASON,
	VSWITCH_A_WHY_RULE,
	VSWITCH_A_WHY_RECEIVER,
	VSWITCH_A_WHY_RECEIVERS,

	__VSWITCH_A_WHY_MAX,
	VSWITCH_A_WHY_MAX = (__VSWITCH_A_WHY_MAX - 1)
};

enum {
	VSWITCH_CMD_SWITCH_NEW = 1,
	VSWITCH_CMD_SWITCH_SET,
	VSWITCH_CMD_SWITCH_DEL,
	VSWITCH_CMD_SWITCH_GET,
	VSWITCH_CMD_SWITCH_NTF,
	VSWITCH_CMD_SWITCH_DEL_NTF,
	VSWITCH_CMD_PORTGROUP_NEW,
	VSWITCH_CMD_PORTGROUP_SET,
	VSWITCH_CMD_PORTGROUP_DEL,
	VSWITCH_CMD_PORTGROUP_GET,
	VSWITCH_CMD_PORTGROUP_NTF,
	VSWITCH_CMD_PORTGROUP_DEL_NTF,
	VSWITCH_CMD_UPLINK_NEW,
	VSWITCH_CMD_UPLINK_SET,
	VSWITCH_CMD_UPLINK_DEL,
	VSWITCH_CMD_UPLINK_GET,
	VSWITCH_CMD_UPLINK_NTF,
	VSWITCH_CMD_UPLINK_DEL_NTF,
	VSWITCH_CMD_PORT_NEW,
	VSWITCH_CMD_PORT_SET,
	VSWITCH_CMD_PORT_DEL,
	VSWITCH_CMD_PORT_GET,
	VSWITCH_CMD_PORT_NTF,
	VSWITCH_CMD_PORT_DEL_NTF,
	VSWITCH_CMD_VMK_NEW,
	VSWITCH_CMD_VMK_SET,
	VSWITCH_CMD_VMK_DEL,
	VSWITCH_CMD_VMK_GET,
	VSWITCH_CMD_VMK_NTF,
	VSWITCH_CMD_VMK_DEL_NTF,
	VSWITCH_CMD_FDB_GET,
	VSWITCH_CMD_WHY_GET,

	__VSWITCH_CMD_MAX,
	VSWITCH_CMD_MAX = (__VSWITCH_CMD_MAX - 1)
};

#define VSWITCH_MCGRP_MONITOR	"monitor"

#endif /* _UAPI_LINUX_VSWITCH_H */
