/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_ARGS_H
#define VSWCTL_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/vswitch.h>

struct ctl;
struct names;
struct req;
struct words;

/**
 * struct args - the words that are left of a command
 * @ctl: whose command it is
 * @argv: the next word, up to a NULL
 */
struct args {
	struct ctl *ctl;
	char **argv;
};

/**
 * struct key - a keyword that takes a value
 * @word: the keyword
 * @parse: checks the value and stores it in @field
 * @offset: where the field is in the structure that is filled in
 * @names: for parse_names(), the words that the value can be
 * @repeats: whether it can be given more than once
 * @words: further words that the value can be or begin with
 */
struct key {
	const char *word;
	int (*parse)(struct args *args, const struct key *key,
		     const char *value, void *field);
	size_t offset;
	const struct names *names;
	bool repeats;
	const char *words;
};

/**
 * struct key_set - keywords and the structure that they fill in
 * @key: the keywords
 * @count: how many there are
 * @into: the structure
 */
struct key_set {
	const struct key *key;
	size_t count;
	void *into;
};

/**
 * struct opt_u32 - a number that may have been given
 * @given: whether it was
 * @value: the number
 */
struct opt_u32 {
	bool given;
	__u32 value;
};

/**
 * struct opt_mac - an Ethernet address that may have been given
 * @given: whether it was
 * @value: its bytes; all zero for none
 */
struct opt_mac {
	bool given;
	__u8 value[6];
};

/**
 * struct opt_macs - a list of Ethernet addresses that may have been given
 * @given: whether it was
 * @count: how many there are
 * @value: the addresses
 */
struct opt_macs {
	bool given;
	size_t count;
	__u8 value[VSWITCH_ALLOW_MAC_MAX][6];
};

/**
 * struct range - the numbers that there can be
 * @what: what to call one in a message
 * @min: the least
 * @max: the most
 */
struct range {
	const char *what;
	__u32 min;
	__u32 max;
};

/**
 * struct opt_vlan - a VLAN setting that may have been given
 * @given: whether it was
 * @id: VLAN id, if there are no ranges
 * @ranges: number of ranges
 * @range: first and last VLAN of each
 */
struct opt_vlan {
	bool given;
	__u32 id;
	size_t ranges;
	struct {
		__u32 first;
		__u32 last;
	} range[VSWITCH_RANGE_MAX];
};

int args_name(struct args *args, const char *what, size_t max);
int args_portgroup_name(struct args *args);
int args_optional(struct args *args, size_t max);
int args_parse(struct args *args, const struct key_set *keys,
	       const struct key_set *more);
int args_unknown(struct args *args, const char *said,
		 const struct words *words);
int args_end(struct args *args);
int args_missing(struct args *args, const char *word);
int args_nothing(struct args *args, const struct key_set *keys,
		 const struct key_set *more);
int args_number(struct args *args, const struct key *key, const char *value,
		const struct range *range, struct opt_u32 *number);
bool args_is_key(const struct args *args, const struct key_set *keys);

int check_text(struct args *args, const char *word, const char *value,
	       size_t max);

int parse_device(struct args *args, const struct key *key, const char *value,
		 void *field);
int parse_portgroup(struct args *args, const struct key *key, const char *value,
		    void *field);
int parse_client(struct args *args, const struct key *key, const char *value,
		 void *field);
int parse_names(struct args *args, const struct key *key, const char *value,
		void *field);
int parse_mtu(struct args *args, const struct key *key, const char *value,
	      void *field);
int parse_any_mac(struct args *args, const struct key *key, const char *value,
		  void *field);
int parse_mac(struct args *args, const struct key *key, const char *value,
	      void *field);
int parse_mac_none(struct args *args, const struct key *key, const char *value,
		   void *field);
int parse_macs(struct args *args, const struct key *key, const char *value,
	       void *field);
int parse_vlan(struct args *args, const struct key *key, const char *value,
	       void *field);
void vlan_put(struct req *req, __u16 type, const struct opt_vlan *vlan);
int parse_vid(struct args *args, const struct key *key, const char *value,
	      void *field);

#endif /* VSWCTL_ARGS_H */
