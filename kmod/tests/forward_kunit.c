// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a frame (F1 to F8, F12, L3, L4): who gets it, or why not.
 * What security adds (S2 to S5) is in security_kunit.c.
 * All cases happen in one small world, which forward_world.c describes.
 */
#include <kunit/test.h>

#include "forward_world.h"

static const struct vsw_kunit_case port_cases[] = {
	/* Unicast. */
	{ "F2: to the owner in its VLAN", { 'b', 'b', 'c' }, ONE("c") },
	{ "F2: to the owner, a trunk", { 'b', 'b', 'e' }, ONE("e") },
	{ "F2: to the owner, untagged on a trunk", { 'a', 'a', 'e' },
	  ONE("e") },
	{ "F2: from a trunk with a tag", { 'e', 'e', 'b', TAG(10) }, ONE("b") },
	{ "F2: from a trunk without a tag", { 'e', 'e', 'a' }, ONE("a") },
	{ "F2: from trunk to trunk", { 'e', 'e', 'f', TAG(30) }, ONE("f") },
	{ "F2: nobody owns it", { 'b', 'b', OUTSIDE }, ONE("1") },
	{ "F2: nobody owns it, by the uplink of another slot",
	  { 'c', 'c', OUTSIDE }, ONE("2") },
	{ "F2: nobody owns it, by the uplink of another team",
	  { 'd', 'd', OUTSIDE }, ONE("3") },
	{ "F2: a port owns it in another VLAN", { 'b', 'b', 'd' }, ONE("1") },
	{ "F2: a port owns it in a VLAN, not without tag", { 'e', 'e', 'b' },
	  ONE("2") },
	{ "F2: the VLAN of the trunk is another one",
	  { 'e', 'e', 'b', TAG(30) }, ONE("2") },
	{ "F1: a holder without carrier owns nothing",
	  { 'b', 'b', 'c', .dead = "c" }, ONE("1") },
	{ "F1: a holder that is blocked owns nothing",
	  { 'b', 'b', 'c', .blocked = "c" }, ONE("1") },
	{ "F1: a port without an address gets no unicast", { 'b', 'b', 'g' },
	  ONE("1") },
	{ "F2: to itself", { 'b', 'b', 'b' }, DROP(HAIRPIN) },
	{ "F2: to itself, with a tag", { 'e', 'e', 'e', TAG(30) },
	  DROP(HAIRPIN) },
	{ "F2: to itself without carrier, so it does not own it",
	  { 'b', 'b', 'b', .dead = "b" }, ONE("1") },
	{ "F2: no uplink", { 'b', 'b', OUTSIDE, .dead = "123" },
	  DROP(NO_UPLINK) },
	{ "F2: no uplink in the team of the sender",
	  { 'd', 'd', OUTSIDE, .dead = "3" }, DROP(NO_UPLINK) },
	{ "F2: the owner is reached without an uplink",
	  { 'b', 'b', 'c', .dead = "123" }, ONE("c") },
	{ "T2: the standby uplink at once", { 'b', 'b', OUTSIDE, .dead = "1" },
	  ONE("3") },
	{ "T2: the other one if that is dead, too",
	  { 'b', 'b', OUTSIDE, .dead = "13" }, ONE("2") },

	/* Group frames. */
	{ "F3: to all who listen and one uplink", { 'b', 'b', BROADCAST },
	  FLOOD("1cefg") },
	{ "F3: multicast as well", { 'c', 'c', GROUP }, FLOOD("2befg") },
	{ "F3: in VLAN 0", { 'a', 'a', BROADCAST }, FLOOD("2ef") },
	{ "F3: by the uplink of the sender's team", { 'd', 'd', BROADCAST },
	  FLOOD("3fh") },
	{ "F3: from a trunk without a tag", { 'f', 'f', BROADCAST },
	  FLOOD("1ae") },
	{ "F3: from a trunk with a tag", { 'e', 'e', BROADCAST, TAG(10) },
	  FLOOD("2bcfg") },
	{ "F3: the first VLAN of a list", { 'f', 'f', BROADCAST, TAG(30) },
	  FLOOD("1e") },
	{ "F3: the last VLAN of a list", { 'f', 'f', BROADCAST, TAG(40) },
	  FLOOD("1e") },
	{ "F3: nobody listens", { 'f', 'f', BROADCAST, TAG(41) }, FLOOD("1") },
	{ "F3: who is not running does not listen",
	  { 'b', 'b', BROADCAST, .dead = "cf" }, FLOOD("1eg") },
	{ "F3: who is blocked is chosen",
	  { 'b', 'b', BROADCAST, .blocked = "ce" }, FLOOD("1cefg"),
	  .blocked = "ce" },
	{ "F3: listeners without an uplink",
	  { 'b', 'b', BROADCAST, .dead = "123" }, FLOOD("cefg") },
	{ "F3: neither a listener nor an uplink",
	  { 'd', 'd', BROADCAST, .dead = "3fh" }, UNHEARD(NO_UPLINK) },
	{ "T2: a group frame by the standby uplink at once",
	  { 'b', 'b', BROADCAST, .dead = "1" }, FLOOD("3cefg") },

	/* VLANs. */
	{ "L4: a priority tag is no tag on VST", { 'b', 'b', 'c', PRIORITY },
	  ONE("c") },
	{ "L4: a priority tag is no tag on EST",
	  { 'a', 'a', BROADCAST, PRIORITY }, FLOOD("2ef") },
	{ "L4: a priority tag is no tag on VGT",
	  { 'e', 'e', BROADCAST, PRIORITY }, FLOOD("2af") },
	{ "L1: untagged, VLAN 1", { 'i', 'i', BROADCAST }, FLOOD("2f") },
	{ "L1: untagged, VLAN 4094", { 'j', 'j', BROADCAST }, FLOOD("1h") },
	{ "L1: tag 1", { 'f', 'f', 'i', TAG(1) }, ONE("i") },
	{ "L1: tag 4094", { 'h', 'h', 'j', TAG(4094) }, ONE("j") },
	{ "L1: tag 1 to a group", { 'f', 'f', BROADCAST, TAG(1) },
	  FLOOD("1i") },
	{ "L1: tag 4094 to a group", { 'h', 'h', BROADCAST, TAG(4094) },
	  FLOOD("1j") },
	{ "L1: VLAN 0 is not VLAN 1", { 'f', 'f', 'i' }, ONE("1") },
	{ "L1: VLAN 1 is not VLAN 0", { 'f', 'f', 'a', TAG(1) }, ONE("1") },
	{ "L1: VLAN 1 is not VLAN 4094", { 'i', 'i', 'j' }, ONE("2") },
	{ "L4: a priority tag in VLAN 1", { 'i', 'i', 'f', PRIORITY },
	  ONE("f") },
	{ "L4: a priority tag in VLAN 4094", { 'j', 'j', 'h', PRIORITY },
	  ONE("h") },
	{ "L4: tag 1 from VLAN 1", { 'i', 'i', OUTSIDE, TAG(1) },
	  DROP(VLAN_TAG) },
	{ "L4: tag 4094 from VLAN 4094", { 'j', 'j', OUTSIDE, TAG(4094) },
	  DROP(VLAN_TAG) },
	{ "L4: tag 4093, and the list has 4094", { 'h', 'h', 'j', TAG(4093) },
	  DROP(VLAN_DENIED) },
	{ "L4: VLAN 4095", { 'f', 'f', OUTSIDE, TAG(4095) },
	  DROP(VLAN_INVALID) },
	{ "L4: VLAN 4095, and the list has 4094",
	  { 'h', 'h', BROADCAST, TAG(4095) }, DROP(VLAN_INVALID) },
	{ "L4: VLAN 4095 from EST", { 'a', 'a', BROADCAST, TAG(4095) },
	  DROP(VLAN_INVALID) },
	{ "L4: VLAN 4095 from VLAN 4094", { 'j', 'j', BROADCAST, TAG(4095) },
	  DROP(VLAN_INVALID) },
	{ "L4: a tag behind a priority tag",
	  { 'f', 'f', OUTSIDE, .tag = { Q, 0, Q } }, DROP(VLAN_INVALID) },
	{ "L4: a tag from EST", { 'a', 'a', OUTSIDE, TAG(10) },
	  DROP(VLAN_TAG) },
	{ "L4: a tag from VST, even its own", { 'b', 'b', OUTSIDE, TAG(10) },
	  DROP(VLAN_TAG) },
	{ "L4: a VLAN outside the list", { 'e', 'e', OUTSIDE, TAG(41) },
	  DROP(VLAN_DENIED) },
	{ "L4: no tag where the list has no 0", { 'h', 'h', OUTSIDE },
	  DROP(VLAN_DENIED) },
	{ "L3: 802.1ad from EST", { 'a', 'a', OUTSIDE, STAG }, DROP(VLAN_TAG) },
	{ "L3: 802.1ad from VST", { 'b', 'b', OUTSIDE, STAG }, DROP(VLAN_TAG) },
	{ "L3: 802.1ad from VGT without 0", { 'h', 'h', OUTSIDE, STAG },
	  DROP(VLAN_DENIED) },
	{ "L3: 802.1ad from VGT leaves", { 'e', 'e', OUTSIDE, STAG },
	  ONE("2") },
	{ "L3: 802.1ad to a trunk with 0", { 'e', 'e', 'f', STAG }, ONE("f") },
	{ "L3: 802.1ad for EST: as if nobody owned it", { 'e', 'e', 'a', STAG },
	  ONE("2") },
	{ "L3: 802.1ad to a group passes EST by", { 'e', 'e', BROADCAST, STAG },
	  FLOOD("2f") },
	{ "L3: what follows the tag is payload",
	  { 'e', 'e', BROADCAST, .tag = { Q, 10, Q } }, FLOOD("2bcfg") },

	/* Sources. */
	{ "F12: a source that another port owns", { 'b', 'c', OUTSIDE },
	  DROP(ADDRESS_CONFLICT), NOTE(OTHER) },
	{ "F12: a source that a port owns in VLAN 4094",
	  { 'h', 'j', OUTSIDE, TAG(4094) }, DROP(ADDRESS_CONFLICT),
	  NOTE(OTHER) },
	{ "F12: a source that a trunk owns", { 'b', 'e', BROADCAST },
	  DROP(ADDRESS_CONFLICT), NOTE(OTHER) },
	{ "F12: a port without an address cannot use another's",
	  { 'g', 'c', OUTSIDE }, DROP(ADDRESS_CONFLICT), NOTE(OTHER) },
	{ "F12: a source that a port owns in another VLAN",
	  { 'b', 'd', OUTSIDE }, ONE("1"), NOTE(OTHER) },
	{ "F12: a source whose holder has no carrier",
	  { 'b', 'c', OUTSIDE, .dead = "c" }, ONE("1"), NOTE(OTHER) },
	{ "F12: a source whose holder is blocked",
	  { 'b', 'c', OUTSIDE, .blocked = "c" }, ONE("1"), NOTE(OTHER) },
	{ "L3: the source of 802.1ad may be EST's", { 'e', 'a', OUTSIDE, STAG },
	  DROP(ADDRESS_CONFLICT), NOTE(OTHER) },
	{ "S3: a source that nobody owns", { 'b', OUTSIDE, 'c' },
	  ONE("c"), NOTE(OTHER) },
	{ "F10: source zero", { 'b', ZERO, 'c' }, DROP(BAD_SOURCE) },
	{ "F10: source multicast", { 'b', GROUP, 'c' }, DROP(BAD_SOURCE) },
	{ "F10: source broadcast", { 'b', BROADCAST, 'c' }, DROP(BAD_SOURCE) },

	/* The rest. */
	{ "F8: link-local from a port", { 'b', 'b', LINK_LOCAL },
	  DROP(LINK_LOCAL) },
	{ "F8: link-local from a port, tagged",
	  { 'e', 'e', LINK_LOCAL, TAG(10) }, DROP(LINK_LOCAL) },
	{ "M6: the switch is down", { 'b', 'b', 'c', .sw_down = true },
	  DROP(SWITCH_DOWN) },
	{ "S6: the sender is blocked", { 'b', 'b', 'c', .blocked = "b" },
	  DROP(BLOCKED) },
	{ "F10: too short", { 'b', 'b', 'c', .runt = true }, DROP(RUNT) },
};

static const struct vsw_kunit_case uplink_cases[] = {
	/* Unicast. */
	{ "F4: to the owner in its VLAN", { '1', OUTSIDE, 'b', TAG(10) },
	  ONE("b") },
	{ "F4: to the owner in VLAN 0", { '2', OUTSIDE, 'a' }, ONE("a") },
	{ "F4: to the owner, a trunk", { '2', OUTSIDE, 'e', TAG(30) },
	  ONE("e") },
	{ "F4: to the owner of another team", { '3', OUTSIDE, 'd', TAG(20) },
	  ONE("d") },
	{ "F4: nobody owns it", { '1', OUTSIDE, OUTSIDE, TAG(10) },
	  DROP(UNKNOWN_UNICAST) },
	{ "F4: a port owns it in another VLAN", { '1', OUTSIDE, 'b', TAG(20) },
	  DROP(UNKNOWN_UNICAST) },
	{ "F4: a port owns it in a VLAN, not without tag",
	  { '1', OUTSIDE, 'b' }, DROP(UNKNOWN_UNICAST) },
	{ "F4: its holder has no carrier",
	  { '1', OUTSIDE, 'b', TAG(10), .dead = "b" }, DROP(UNKNOWN_UNICAST) },
	{ "F4: its holder is blocked",
	  { '1', OUTSIDE, 'b', TAG(10), .blocked = "b" },
	  DROP(UNKNOWN_UNICAST) },
	{ "F4: a priority tag is no tag", { '2', OUTSIDE, 'a', PRIORITY },
	  ONE("a") },
	{ "F6: not by another uplink", { '2', OUTSIDE, 'b', TAG(10) },
	  DROP(REVERSE_PATH) },
	{ "F6: not by the standby uplink", { '3', OUTSIDE, 'b', TAG(10) },
	  DROP(REVERSE_PATH) },
	{ "F6: not by an uplink of the switch's team",
	  { '1', OUTSIDE, 'd', TAG(20) }, DROP(REVERSE_PATH) },
	{ "F6: by the standby uplink in use",
	  { '3', OUTSIDE, 'b', TAG(10), .dead = "1" }, ONE("b") },
	{ "F6: still not by another one",
	  { '2', OUTSIDE, 'b', TAG(10), .dead = "1" }, DROP(REVERSE_PATH) },

	/* Group frames. */
	{ "F6: to those who use uplink 1", { '1', OUTSIDE, BROADCAST, TAG(10) },
	  FLOOD("bf") },
	{ "F6: to those who use uplink 2", { '2', OUTSIDE, GROUP, TAG(10) },
	  FLOOD("ceg") },
	{ "F6: to those who use uplink 3", { '3', OUTSIDE, BROADCAST, TAG(20) },
	  FLOOD("d") },
	{ "F6: in VLAN 0", { '2', OUTSIDE, BROADCAST }, FLOOD("ae") },
	{ "F6: nobody uses the standby uplink",
	  { '3', OUTSIDE, BROADCAST, TAG(10) }, UNHEARD(REVERSE_PATH) },
	{ "T2: the standby one takes over a slot at once",
	  { '3', OUTSIDE, BROADCAST, TAG(10), .dead = "1" }, FLOOD("bf") },
	{ "T2: the dead one is nobody's",
	  { '1', OUTSIDE, BROADCAST, TAG(10), .dead = "1" },
	  UNHEARD(REVERSE_PATH) },
	{ "T2: the ports of an empty slot are spread",
	  { '2', OUTSIDE, BROADCAST, TAG(10), .dead = "13" }, FLOOD("bcefg") },
	{ "F6: who is not running does not listen",
	  { '2', OUTSIDE, BROADCAST, TAG(10), .dead = "cg" }, FLOOD("e") },
	{ "F6: who is blocked is chosen",
	  { '2', OUTSIDE, BROADCAST, TAG(10), .blocked = "ce" }, FLOOD("ceg"),
	  .blocked = "ce" },
	{ "F6: a VLAN whose ports are all dead is not empty",
	  { '2', OUTSIDE, BROADCAST, TAG(20), .dead = "dfh" },
	  UNHEARD(REVERSE_PATH) },
	{ "F6: a VLAN without a portgroup",
	  { '1', OUTSIDE, BROADCAST, TAG(200) }, UNHEARD(NO_MEMBER) },
	{ "F6: a VLAN with an empty portgroup",
	  { '1', OUTSIDE, BROADCAST, TAG(300) }, UNHEARD(NO_MEMBER) },
	{ "F6: a VLAN with an empty trunk",
	  { '1', OUTSIDE, BROADCAST, TAG(4093) }, UNHEARD(NO_MEMBER) },

	/* VLANs. */
	{ "L1: tag 1", { '2', OUTSIDE, 'i', TAG(1) }, ONE("i") },
	{ "L1: tag 4094", { '1', OUTSIDE, 'j', TAG(4094) }, ONE("j") },
	{ "L1: tag 1 to a group", { '1', OUTSIDE, BROADCAST, TAG(1) },
	  FLOOD("f") },
	{ "L1: tag 1 to a group, by the other uplink",
	  { '2', OUTSIDE, BROADCAST, TAG(1) }, FLOOD("i") },
	{ "L1: tag 4094 to a group", { '1', OUTSIDE, BROADCAST, TAG(4094) },
	  FLOOD("hj") },
	{ "L1: VLAN 0 is not VLAN 1", { '2', OUTSIDE, 'i' },
	  DROP(UNKNOWN_UNICAST) },
	{ "L1: VLAN 1 is not VLAN 0", { '2', OUTSIDE, 'a', TAG(1) },
	  DROP(UNKNOWN_UNICAST) },
	{ "L1: VLAN 2 is not VLAN 1", { '2', OUTSIDE, 'i', TAG(2) },
	  DROP(UNKNOWN_UNICAST) },
	{ "L1: VLAN 4093 is not VLAN 4094", { '1', OUTSIDE, 'j', TAG(4093) },
	  DROP(UNKNOWN_UNICAST) },
	{ "L4: VLAN 4095", { '1', OUTSIDE, 'f', TAG(4095) },
	  DROP(VLAN_INVALID) },
	{ "L4: VLAN 4095 to a group", { '1', OUTSIDE, BROADCAST, TAG(4095) },
	  DROP(VLAN_INVALID) },
	{ "L4: a tag behind a priority tag",
	  { '1', OUTSIDE, 'f', .tag = { Q, 0, AD } }, DROP(VLAN_INVALID) },
	{ "L3: 802.1ad to a trunk", { '1', OUTSIDE, 'f', STAG }, ONE("f") },
	{ "L3: 802.1ad for EST: as if nobody owned it",
	  { '2', OUTSIDE, 'a', STAG }, DROP(UNKNOWN_UNICAST) },
	{ "L3: 802.1ad for VST", { '1', OUTSIDE, 'b', STAG },
	  DROP(UNKNOWN_UNICAST) },
	{ "L3: 802.1ad to a group passes EST by",
	  { '2', OUTSIDE, BROADCAST, STAG }, FLOOD("e") },

	/* Sources. */
	{ "F7: our own unicast comes back", { '1', 'b', OUTSIDE, TAG(10) },
	  DROP(REFLECTION) },
	{ "F7: our own broadcast comes back", { '2', 'b', BROADCAST, TAG(10) },
	  DROP(REFLECTION) },
	{ "F7: even for one of ours", { '2', 'b', 'c', TAG(10) },
	  DROP(REFLECTION) },
	{ "F7: a trunk's own frame", { '2', 'f', BROADCAST, TAG(55) },
	  DROP(REFLECTION) },
	{ "F7: in VLAN 1", { '1', 'i', BROADCAST, TAG(1) }, DROP(REFLECTION) },
	{ "F7: in VLAN 4094", { '1', 'j', BROADCAST, TAG(4094) },
	  DROP(REFLECTION) },
	{ "F7: a port owns the source in another VLAN", { '2', 'b', 'a' },
	  ONE("a") },
	{ "F7: the source's holder has no carrier",
	  { '2', 'b', 'c', TAG(10), .dead = "b" }, ONE("c") },
	{ "F7: the source's holder is blocked",
	  { '2', 'b', 'c', TAG(10), .blocked = "b" }, ONE("c") },
	{ "L3: the source of 802.1ad may be EST's", { '2', 'a', 'e', STAG },
	  DROP(REFLECTION) },
	{ "F10: source zero", { '1', ZERO, 'b', TAG(10) }, DROP(BAD_SOURCE) },
	{ "F10: source multicast", { '1', GROUP, 'b', TAG(10) },
	  DROP(BAD_SOURCE) },

	/* The rest. */
	{ "F8: link-local goes to the host", { '1', OUTSIDE, LINK_LOCAL },
	  HOST },
	{ "F8: with a tag", { '1', OUTSIDE, LINK_LOCAL, TAG(10) }, HOST },
	{ "F8: whatever its content", { '1', ZERO, LINK_LOCAL, TAG(4095) },
	  HOST },
	{ "F8: our own, too", { '1', 'b', LINK_LOCAL, TAG(10) }, HOST },
	{ "M6: also while the switch is down",
	  { '1', OUTSIDE, LINK_LOCAL, .sw_down = true }, HOST },
	{ "M6: the switch is down",
	  { '1', OUTSIDE, 'b', TAG(10), .sw_down = true }, DROP(SWITCH_DOWN) },
	{ "F10: too short", { '1', OUTSIDE, 'b', TAG(10), .runt = true },
	  DROP(RUNT) },
};

KUNIT_ARRAY_PARAM_DESC(from_port, port_cases, desc);
KUNIT_ARRAY_PARAM_DESC(from_uplink, uplink_cases, desc);

static void vsw_forward_test_from_port(struct kunit *test)
{
	vsw_kunit_test_frame(test, test->param_value);
}

static void vsw_forward_test_from_uplink(struct kunit *test)
{
	vsw_kunit_test_frame(test, test->param_value);
}

/*
 * What can be wrong with a frame, in the order of F12. Two of these that do
 * not need the same field for themselves are combined into one frame.
 */
static const struct vsw_kunit_case port_faults[] = {
	{ "down", { .sw_down = true }, DROP(SWITCH_DOWN) },
	{ "blocked", { .blocked = "b" }, DROP(BLOCKED) },
	{ "runt", { .runt = true }, DROP(RUNT) },
	{ "zero source", { .src = ZERO }, DROP(BAD_SOURCE) },
	{ "group source", { .src = GROUP }, DROP(BAD_SOURCE) },
	{ "link-local", { .dst = LINK_LOCAL }, DROP(LINK_LOCAL) },
	{ "VLAN 4095", { TAG(4095) }, DROP(VLAN_INVALID) },
	{ "tag", { TAG(10) }, DROP(VLAN_TAG) },
	{ "802.1ad", { STAG }, DROP(VLAN_TAG) },
	{ "source of another", { .src = 'c' }, DROP(ADDRESS_CONFLICT) },
	{ "forged", { .src = OTHER, .no_forged = "b" }, DROP(FORGED) },
	{ "mac-limit", { .src = OTHER, .learns = "b",
			 .learned = VSW_MAX_LEARNED }, DROP(MAC_LIMIT) },
	{ "to itself", { .dst = 'b' }, DROP(HAIRPIN) },
	{ "no uplink", { .dead = "123" }, DROP(NO_UPLINK) },
};

/* The same from a trunk, which can do other things wrong with a tag. */
static const struct vsw_kunit_case trunk_faults[] = {
	{ "down", { .sw_down = true }, DROP(SWITCH_DOWN) },
	{ "blocked", { .blocked = "e" }, DROP(BLOCKED) },
	{ "runt", { .runt = true }, DROP(RUNT) },
	{ "zero source", { .src = ZERO }, DROP(BAD_SOURCE) },
	{ "link-local", { .dst = LINK_LOCAL }, DROP(LINK_LOCAL) },
	{ "tag behind a priority tag", { .tag = { Q, 0, Q } },
	  DROP(VLAN_INVALID) },
	{ "VLAN 99", { TAG(99) }, DROP(VLAN_DENIED) },
	{ "source of another", { .src = 'f' }, DROP(ADDRESS_CONFLICT) },
	{ "forged", { .src = OTHER, .no_forged = "e" }, DROP(FORGED) },
	{ "mac-limit", { .src = OTHER, .learns = "e",
			 .learned = VSW_MAX_LEARNED }, DROP(MAC_LIMIT) },
	{ "to itself", { .dst = 'e' }, DROP(HAIRPIN) },
	{ "no uplink", { .dead = "123" }, DROP(NO_UPLINK) },
};

static const struct vsw_kunit_case uplink_faults[] = {
	{ "runt", { .runt = true }, DROP(RUNT) },
	{ "link-local", { .dst = LINK_LOCAL }, HOST },
	{ "down", { .sw_down = true }, DROP(SWITCH_DOWN) },
	{ "VLAN 4095", { TAG(4095) }, DROP(VLAN_INVALID) },
	{ "zero source", { .src = ZERO }, DROP(BAD_SOURCE) },
	{ "group source", { .src = GROUP }, DROP(BAD_SOURCE) },
	{ "reflection", { .src = 'f' }, DROP(REFLECTION) },
	{ "unknown", { .dst = 'd' }, DROP(UNKNOWN_UNICAST) },
	{ "reverse path", { .dst = 'e' }, DROP(REVERSE_PATH) },
};

static const struct order_case {
	const char *desc;
	struct vsw_kunit_frame good;
	const struct vsw_kunit_case *faults;
	int n_faults;
} order_cases[] = {
	{ "F12: from an access port", { 'b', 'b', OUTSIDE },
	  port_faults, ARRAY_SIZE(port_faults) },
	{ "F12: from a trunk port", { 'e', 'e', OUTSIDE },
	  trunk_faults, ARRAY_SIZE(trunk_faults) },
	/* In VLAN 0, for f, which uses uplink 1. */
	{ "F12: from an uplink", { '1', OUTSIDE, 'f' },
	  uplink_faults, ARRAY_SIZE(uplink_faults) },
};

KUNIT_ARRAY_PARAM_DESC(order, order_cases, desc);

/* Make @frame wrong; false if another fault has what this one needs. */
static bool add_fault(struct vsw_kunit_frame *frame,
		      const struct vsw_kunit_frame *good,
		      const struct vsw_kunit_frame *fault)
{
	if ((fault->src && frame->src != good->src) ||
	    (fault->dst && frame->dst != good->dst) ||
	    (fault->tag.proto && frame->tag.proto))
		return false;
	if (fault->src)
		frame->src = fault->src;
	if (fault->dst)
		frame->dst = fault->dst;
	if (fault->tag.proto)
		frame->tag = fault->tag;
	frame->dead = fault->dead ?: frame->dead;
	frame->blocked = fault->blocked ?: frame->blocked;
	frame->no_forged = fault->no_forged ?: frame->no_forged;
	frame->learns = fault->learns ?: frame->learns;
	frame->learned = fault->learned ?: frame->learned;
	frame->runt |= fault->runt;
	frame->sw_down |= fault->sw_down;
	return true;
}

static void expect_fault(struct kunit *test, struct vsw_switch *sw,
			 const struct vsw_kunit_frame *frame,
			 const struct vsw_kunit_case *fault, const char *other)
{
	struct vsw_kunit_fate fate;

	vsw_kunit_set_state(sw, frame);
	vsw_kunit_decide(sw, frame, &fate);
	KUNIT_EXPECT_EQ_MSG(test, fate.verdict.action, fault->action,
			    "F12: \"%s\" before \"%s\"", fault->desc, other);
	if (fault->action == VSW_ACT_DROP)
		KUNIT_EXPECT_EQ_MSG(test, fate.verdict.reason, fault->reason,
				    "F12: \"%s\" before \"%s\"", fault->desc,
				    other);
}

static void vsw_forward_test_order(struct kunit *test)
{
	const struct order_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_kunit_frame one, two;
	struct vsw_kunit_fate fate;
	int i, j;

	vsw_kunit_decide(sw, &c->good, &fate);
	KUNIT_EXPECT_EQ(test, fate.verdict.action, VSW_ACT_ONE);
	for (i = 0; i < c->n_faults; i++) {
		one = c->good;
		add_fault(&one, &c->good, &c->faults[i].frame);
		expect_fault(test, sw, &one, &c->faults[i], "nothing");
		for (j = i + 1; j < c->n_faults; j++) {
			two = one;
			if (add_fault(&two, &c->good, &c->faults[j].frame))
				expect_fault(test, sw, &two, &c->faults[i],
					     c->faults[j].desc);
		}
	}
}

/* F10's table: the kind of each reason. */
static const struct kind_case {
	const char *desc;
	enum vsw_drop reason;
	bool filtered;
} kind_cases[] = {
#define DROPPED(name) { "F10: " #name " is dropped", VSW_DROP_##name, false }
#define FILTERED(name) { "F10: " #name " is filtered", VSW_DROP_##name, true }
	DROPPED(SWITCH_DOWN),
	DROPPED(BLOCKED),
	DROPPED(RUNT),
	DROPPED(BAD_SOURCE),
	DROPPED(LINK_LOCAL),
	DROPPED(VLAN_INVALID),
	DROPPED(VLAN_TAG),
	DROPPED(VLAN_DENIED),
	DROPPED(ADDRESS_CONFLICT),
	DROPPED(FORGED),
	DROPPED(MAC_LIMIT),
	DROPPED(SHAPER),
	DROPPED(HAIRPIN),
	DROPPED(NO_UPLINK),
	FILTERED(NO_MEMBER),
	FILTERED(UNKNOWN_UNICAST),
	FILTERED(REVERSE_PATH),
	FILTERED(REFLECTION),
	DROPPED(MAC_CHANGES),
	DROPPED(MTU),
	DROPPED(DEVICE),
	DROPPED(NO_MEMORY),
};

KUNIT_ARRAY_PARAM_DESC(kind, kind_cases, desc);

static void vsw_forward_test_kind(struct kunit *test)
{
	const struct kind_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, vsw_drop_filtered(c->reason), c->filtered);
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(kind_cases), VSW_DROP_COUNT);
}

static struct kunit_case vsw_forward_cases[] = {
	KUNIT_CASE_PARAM(vsw_forward_test_from_port, from_port_gen_params),
	KUNIT_CASE_PARAM(vsw_forward_test_from_uplink, from_uplink_gen_params),
	KUNIT_CASE_PARAM(vsw_forward_test_order, order_gen_params),
	KUNIT_CASE_PARAM(vsw_forward_test_kind, kind_gen_params),
	{}
};

static struct kunit_suite vsw_forward_suite = {
	.name = "vswitch_forward",
	.test_cases = vsw_forward_cases,
};

kunit_test_suite(vsw_forward_suite);
